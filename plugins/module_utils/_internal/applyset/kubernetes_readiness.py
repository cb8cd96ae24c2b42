# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""When objects of Kubernetes' own kinds are ready. Most prove by ``observedGeneration`` that their status is current."""

from __future__ import annotations

from ..kube.types import KubeObject
from .arrival import (
    COUNTING_GRACE,
    READY,
    SCHEDULING_GRACE,
    Readiness,
    State,
    World,
    condition,
    is_observed,
    is_true,
    waiting,
    words,
)


def namespace_readiness(obj: KubeObject, _world: World) -> Readiness:
    phase = (obj.get("status") or {}).get("phase")
    return READY if phase == "Active" else waiting(f"phase {phase}")


def definition_readiness(obj: KubeObject, _world: World) -> Readiness:
    names = condition(obj, "NamesAccepted")
    if names and names.get("status") == "False":
        return Readiness(State.FAILED, words(names, "names not accepted"))
    return READY if is_true(obj, "Established") else waiting("not established yet")


def quota_readiness(obj: KubeObject, _world: World) -> Readiness:
    """Admission reads status.hard, so a quota is enforced only once it is there."""
    status = obj.get("status") or {}
    missing = sorted(set(obj["spec"].get("hard") or {}) - set(status.get("used") or {}))
    if status.get("hard") == obj["spec"].get("hard") and not missing:
        return READY
    return waiting(
        "not in force yet: the quota controller has not counted "
        + (f"{', '.join(missing)} (does the cluster know that resource?)" if missing else "it"),
        COUNTING_GRACE,
    )


def claim_readiness(obj: KubeObject, _world: World) -> Readiness:
    """A claim may wait for its first consumer (WaitForFirstConsumer), so only a lost volume is a failure."""
    phase = (obj.get("status") or {}).get("phase")
    return Readiness(State.FAILED, "its volume is lost") if phase == "Lost" else READY


def deployment_readiness(obj: KubeObject, _world: World) -> Readiness:
    status, wanted = obj.get("status") or {}, int(obj["spec"].get("replicas", 1))
    if not is_observed(obj):
        return waiting("its controller has not observed the change yet")
    progressing = condition(obj, "Progressing")
    if progressing and progressing.get("reason") == "ProgressDeadlineExceeded":
        return Readiness(State.FAILED, words(progressing, "deadline exceeded"))
    failure = condition(obj, "ReplicaFailure")
    updated, available = int(status.get("updatedReplicas") or 0), int(status.get("availableReplicas") or 0)
    if updated >= wanted and available >= wanted and int(status.get("replicas") or 0) <= max(updated, wanted):
        return READY
    text = f"{available} of {wanted} replicas available, {updated} updated"
    if failure and failure.get("status") == "True":
        return waiting(f"{text}; {words(failure, 'a replica cannot be created')}", SCHEDULING_GRACE)
    return waiting(text)


def stateful_set_readiness(obj: KubeObject, _world: World) -> Readiness:
    status, wanted = obj.get("status") or {}, int(obj["spec"].get("replicas", 1))
    if not is_observed(obj):
        return waiting("its controller has not observed the change yet")
    updated, ready = int(status.get("updatedReplicas") or 0), int(status.get("readyReplicas") or 0)
    if wanted == 0 or (updated >= _due(obj, wanted) and ready >= wanted and int(status.get("replicas") or 0) == wanted):
        return READY
    return waiting(f"{ready} of {wanted} replicas ready, {updated} updated")


def _due(obj: KubeObject, wanted: int) -> int:
    """How many replicas the controller updates by itself."""
    strategy = obj["spec"].get("updateStrategy") or {}
    if strategy.get("type") == "OnDelete":
        return 0
    return max(wanted - int((strategy.get("rollingUpdate") or {}).get("partition") or 0), 0)


def job_readiness(obj: KubeObject, _world: World) -> Readiness:
    failed = condition(obj, "Failed")
    if failed and failed.get("status") == "True":
        return Readiness(State.FAILED, words(failed, "failed"))
    return READY
