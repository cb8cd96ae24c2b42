# SPDX-License-Identifier: GPL-3.0-or-later
"""Fields whose manager changes in a take-over."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.takeover import takeover_patch

from tests.unit.applyset.test_applyset_compare import OURS, entry

DATA = {"f:data": {"f:a": {}}}
HELD = {"f:metadata": {"f:finalizers": {".": {}, 'v:"x"': {}}}}


def after(*entries: dict[str, Any], intent: dict[str, Any] | None = None) -> dict[str, Any] | None:
    """Manager to its fields after the take-over; None if nothing is taken over."""
    live = {"apiVersion": "v1", "metadata": {"name": "n", "resourceVersion": "7", "managedFields": list(entries)}}
    patch = takeover_patch(live, intent or {}, OURS)
    if not patch:
        return None
    assert patch[0] == {"op": "test", "path": "/metadata/resourceVersion", "value": "7"}
    return {e["manager"]: e["fieldsV1"] for e in patch[1]["value"]}


def test_wishes_are_taken() -> None:
    theirs = entry("kubectl", {**DATA, "f:metadata": {"f:labels": {"f:x": {}}}}, "Update")
    assert after(theirs) == {OURS: theirs["fieldsV1"]}
    assert after(entry(OURS, {"f:data": {"f:b": {}}}), theirs) == {
        OURS: {"f:data": {"f:b": {}, "f:a": {}}, "f:metadata": {"f:labels": {"f:x": {}}}}
    }


def test_finalizers_stay_with_their_controller() -> None:
    assert after(entry("manager", {**DATA, **HELD}, "Update")) == {"manager": HELD, OURS: DATA}


@pytest.mark.parametrize(
    "other",
    [
        entry("hpa", {"f:spec": {"f:replicas": {}}}, "Update", subresource="scale"),
        entry("manager", {"f:status": {}}, "Update", subresource="status"),
        entry("kube-controller-manager", {"f:spec": {"f:volumeName": {}}}, "Update"),
        entry("kubectl-label", {"f:metadata": {"f:labels": {"f:team": {}}}}, "Update"),
        entry("manager", HELD, "Update"),
    ],
)
def test_what_is_no_wish_is_left(other: dict[str, Any]) -> None:
    assert after(entry(OURS, DATA), other) is None
    assert after(entry("kubectl", DATA, "Update"), other) == {other["manager"]: other["fieldsV1"], OURS: DATA}


def test_a_label_that_we_wish_too_becomes_ours_alone() -> None:
    other = entry("kubectl-label", {"f:metadata": {"f:labels": {".": {}, "f:team": {}, "f:other": {}}}}, "Update")
    intent = {"metadata": {"labels": {"team": "x"}}}
    assert after(entry(OURS, DATA), other, intent=intent) == {
        OURS: {**DATA, "f:metadata": {"f:labels": {"f:team": {}}}},
        "kubectl-label": {"f:metadata": {"f:labels": {".": {}, "f:other": {}}}},
    }
