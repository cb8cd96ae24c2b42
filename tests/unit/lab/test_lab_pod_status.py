# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest

from lab.pod_status import ContainerState, running, status_patch, terminated, waiting

THEN, NOW = "2026-01-01T00:00:00Z", "2026-01-01T00:01:00Z"
POD: dict[str, Any] = {
    "metadata": {"uid": "u", "resourceVersion": "7"},
    "status": {
        "containerStatuses": [
            {"name": "sidecar", "ready": True},
            {"name": "manager", "ready": True, "image": "i", "restartCount": 0},
        ],
        "conditions": [
            {"type": kind, "status": "True", "lastTransitionTime": THEN}
            for kind in ("PodScheduled", "Ready", "ContainersReady")
        ],
    },
}


def test_a_container_that_waits_makes_the_pod_unready() -> None:
    state = ContainerState(False, 2, waiting("CrashLoopBackOff", "back-off"), terminated(3, THEN, NOW))
    patch = status_patch(POD, "manager", state, NOW)
    assert patch["metadata"] == {"uid": "u", "resourceVersion": "7"}
    sidecar, manager = patch["status"]["containerStatuses"]
    assert sidecar == POD["status"]["containerStatuses"][0]
    assert (manager["ready"], manager["started"], manager["restartCount"], manager["image"]) == (False, False, 2, "i")
    assert manager["lastState"]["terminated"] == {
        "exitCode": 3,
        "reason": "Error",
        "startedAt": THEN,
        "finishedAt": NOW,
    }
    scheduled, ready, containers = patch["status"]["conditions"]
    assert scheduled == POD["status"]["conditions"][0]
    for condition in (ready, containers):
        assert (condition["status"], condition["lastTransitionTime"]) == ("False", NOW)
        assert condition["message"] == "containers with unready status: [manager]"


def test_nothing_changes_when_nothing_changed() -> None:
    patch = status_patch(POD, "manager", ContainerState(True, 0, running(THEN), {}), NOW)
    assert patch["status"]["conditions"] == POD["status"]["conditions"]


@pytest.mark.parametrize(("code", "expected"), [(0, 0), (3, 3), (-9, 137)])
def test_exit_codes(code: int, expected: int) -> None:
    assert terminated(code, THEN, NOW)["terminated"]["exitCode"] == expected
