# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest

from lab.storage import PROVISIONER, is_to_be_deleted, volume_for, wants_volume


def claim(provisioner: str | None = PROVISIONER, **spec: str) -> dict[str, Any]:
    annotations = {"volume.kubernetes.io/storage-provisioner": provisioner} if provisioner else {}
    return {
        "metadata": {"name": "data-db-0", "namespace": "a", "uid": "1-2", "annotations": annotations},
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "storageClassName": "standard",
            "resources": {"requests": {"storage": "1500Mi"}},
            **spec,
        },
    }


@pytest.mark.parametrize(
    ("given", "wanted"),
    [(claim(), True), (claim("ebs.csi.aws.com"), False), (claim(None), False), (claim(volumeName="pv"), False)],
)
def test_wants_volume(given: dict[str, Any], wanted: bool) -> None:
    assert wants_volume(given) is wanted


@pytest.mark.parametrize(
    ("phase", "policy", "doomed"),
    [("Released", "Delete", True), ("Bound", "Delete", False), ("Released", "Retain", False)],
)
def test_only_released_volumes_of_our_own_are_deleted(phase: str, policy: str, doomed: bool) -> None:
    volume = volume_for(claim(), "/volumes")
    volume["status"] = {"phase": phase}
    volume["spec"]["persistentVolumeReclaimPolicy"] = policy
    assert is_to_be_deleted(volume) is doomed
    volume["metadata"]["annotations"] = {}
    assert not is_to_be_deleted(volume)


def test_the_volume_is_as_large_as_asked_and_reserved_for_the_claim() -> None:
    spec = volume_for(claim(), "/volumes")["spec"]
    assert spec["capacity"] == {"storage": "1500Mi"}
    assert spec["claimRef"]["uid"] == "1-2"
    assert spec["hostPath"] == {"path": "/volumes/pvc-1-2"}
