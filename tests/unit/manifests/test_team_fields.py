# SPDX-License-Identifier: GPL-3.0-or-later
"""Fields of a team's objects that refer to other tenants or the cluster, or keep objects forever."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.discovery import Discovery
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.resource import Resource
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.resources import CONFIG_MAP
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.manifests.manifest import Manifest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.manifests.team_fields import field_faults
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.manifests.team_rules import sort_team_objects

from tests.unit.manifests.manifest_cases import manifest

CLAIM = Resource("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim", True)
OWNER = {"apiVersion": "v1", "kind": "ConfigMap", "name": "a", "uid": "1"}


def claim(**spec: Any) -> Manifest:
    return manifest("v1", "PersistentVolumeClaim", "models", spec=spec)


def with_metadata(**metadata: Any) -> Manifest:
    found = manifest("v1", "ConfigMap", "a")
    found.object["metadata"].update(metadata)
    return found


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        (claim(volumeName="pv-of-others"), "spec.volumeName", "another team's data"),
        (with_metadata(finalizers=["example.com/hold"]), "metadata.finalizers", "can never be deleted"),
        (with_metadata(finalizers="example.com/hold"), "metadata.finalizers", "can never be deleted"),
        (with_metadata(ownerReferences=[OWNER]), "metadata.ownerReferences", "copy of a live object"),
    ],
)
def test_each_field_is_refused_with_its_reason(given: Manifest, field: str, words: str) -> None:
    [fault] = field_faults(given)
    assert fault.field == field and words in fault.message and fault.next_step
    verdict = sort_team_objects([given], "t", Discovery([CONFIG_MAP, CLAIM]))
    assert [ruling.diagnostic for ruling in verdict.refused] == [fault]
    assert verdict.applied == ()


@pytest.mark.parametrize(
    "given",
    [
        claim(storageClassName="fast", resources={"requests": {"storage": "1Gi"}}),
        claim(volumeName=""),
        claim(volumeName=None),
        manifest("v1", "PersistentVolumeClaim", "models", spec=["volumeName"]),
        manifest("v1", "PersistentVolumeClaim", "models"),
        manifest("v1", "ConfigMap", "a", spec={"volumeName": "text"}),
        with_metadata(finalizers=[], ownerReferences=None),
    ],
)
def test_anything_else_passes(given: Manifest) -> None:
    assert list(field_faults(given)) == []
