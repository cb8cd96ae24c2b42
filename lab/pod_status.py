# SPDX-License-Identifier: GPL-3.0-or-later
"""The status of a pod whose container is a local process. KWOK makes it Running, not Ready. This module writes the
other fields as a kubelet does, so that a crashing operator is visible.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Manifest = dict[str, Any]


@dataclass(frozen=True)
class ContainerState:
    """`state` is a ContainerState of the Kubernetes API: exactly one of waiting, running, terminated; `last` likewise
    or empty.
    """

    ready: bool
    restarts: int
    state: Manifest
    last: Manifest


def running(since: str) -> Manifest:
    return {"running": {"startedAt": since}}


def waiting(reason: str, message: str) -> Manifest:
    return {"waiting": {"reason": reason, "message": message}}


def terminated(exit_code: int, started: str, finished: str) -> Manifest:
    """The state of an ended container. Popen's negative code for a signal becomes 128 + signal, as of container
    runtimes.
    """
    code = 128 - exit_code if exit_code < 0 else exit_code
    return {
        "terminated": {
            "exitCode": code,
            "reason": "Completed" if code == 0 else "Error",
            "startedAt": started,
            "finishedAt": finished,
        }
    }


def status_patch(pod: Manifest, container: str, own: ContainerState, now: str) -> Manifest:
    """A JSON merge patch for the pod's status subresource; it fails if the pod has changed since it was read."""
    statuses = [
        {
            **status,
            "ready": own.ready,
            "started": "running" in own.state,
            "restartCount": own.restarts,
            "state": own.state,
            "lastState": own.last,
        }
        if status["name"] == container
        else status
        for status in pod["status"].get("containerStatuses", [])
    ]
    unready = [status["name"] for status in statuses if not status["ready"]]
    fields: Manifest = {"status": "False" if unready else "True"}
    if unready:
        fields |= {"reason": "ContainersNotReady", "message": f"containers with unready status: [{' '.join(unready)}]"}
    conditions = []
    for condition in pod["status"].get("conditions", []):
        if condition["type"] in ("Ready", "ContainersReady"):
            changed = condition["status"] != fields["status"]
            since = now if changed else condition.get("lastTransitionTime", now)
            condition = {"type": condition["type"], "lastTransitionTime": since, **fields}
        conditions.append(condition)
    identity = {"uid": pod["metadata"]["uid"], "resourceVersion": pod["metadata"]["resourceVersion"]}
    return {"metadata": identity, "status": {"containerStatuses": statuses, "conditions": conditions}}
