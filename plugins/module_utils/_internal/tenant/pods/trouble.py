# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What pods say about themselves when something does not become ready: no other object repeats it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ...kube.objects import mapping, mappings, name_of
from ...kube.types import KubeObject

_ON_THE_WAY = frozenset(("", "ContainerCreating", "PodInitializing"))


def pod_troubles(pods: Iterable[KubeObject]) -> list[str]:
    """A line for each container that does not start, or ended, and for each pod that no node takes; the command that
    shows more.
    """
    return [line for pod in pods for line in (*_unscheduled(pod), *_containers(pod))]


def _title(pod: KubeObject) -> str:
    return f"Pod {mapping(pod.get('metadata')).get('namespace', '')}/{name_of(pod)}"


def _unscheduled(pod: KubeObject) -> list[str]:
    conditions = mappings(mapping(pod.get("status")).get("conditions"))
    return [
        f"{_title(pod)}: {entry.get('reason', '')}: {entry.get('message', '')}"
        for entry in conditions
        if entry.get("type") == "PodScheduled" and entry.get("status") == "False"
    ]


def _containers(pod: KubeObject) -> list[str]:
    status = mapping(pod.get("status"))
    entries = [*mappings(status.get("initContainerStatuses")), *mappings(status.get("containerStatuses"))]
    return [f"{_title(pod)}: container {entry.get('name')}: {text}" for entry in entries if (text := _said(pod, entry))]


def _said(pod: KubeObject, entry: Mapping[str, Any]) -> str:
    """Why one container does not run; empty where it runs, is on its way, or has done its work."""
    state = mapping(entry.get("state"))
    waiting = mapping(state.get("waiting"))
    reason = str(waiting.get("reason") or "")
    before = mapping(mapping(entry.get("lastState")).get("terminated"))
    if "terminated" in state:
        ended = mapping(state["terminated"]) or before
        return "" if ended.get("exitCode") == 0 else f"{_ending(ended)}; {_logs(pod, entry, '')}"
    if reason not in _ON_THE_WAY:
        said = ": ".join(str(part) for part in (reason, waiting.get("message")) if part)
    elif before and before.get("exitCode") != 0 and not entry.get("ready"):
        # A container that crashes runs again in between: what it ended with says more than that it runs.
        said = f"restarted {entry.get('restartCount', 0)} times"
    else:
        return ""
    return f"{said}; {_ending(before)}; {_logs(pod, entry, ' --previous')}" if before else said


def _ending(ended: Mapping[str, Any]) -> str:
    words = [f"it ended with exit code {ended.get('exitCode')}", ended.get("reason"), ended.get("message")]
    return ": ".join(" ".join(str(word).split()) for word in words if word)


def _logs(pod: KubeObject, entry: Mapping[str, Any], option: str) -> str:
    return (
        f"kubectl logs -n {mapping(pod.get('metadata')).get('namespace')} {name_of(pod)} -c {entry.get('name')}{option}"
    )
