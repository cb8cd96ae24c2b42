# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether an object has arrived: one pure function a kind.

Kinds with ``observedGeneration`` prove it themselves. No Seldon status carries one, so a Ready there can be of
yesterday: the workload behind the object has to prove it (facts measured on Seldon Core 2.9.1 and 2.10.2).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from ..kube import known
from ..kube.resource import Resource
from ..kube.types import KubeObject


class State(Enum):
    """READY is proven; WAITING may still come; FAILED will not come by itself."""

    READY = "ready"
    WAITING = "waiting"
    FAILED = "failed"


@dataclass(frozen=True)
class Readiness:
    """The state and, unless ready, the object's own words for it.

    ``grace`` makes a WAITING text an error of the controller, which it tries to overcome: seconds that the text may
    stay the same before it counts as a failure.
    """

    state: State
    text: str = ""
    grace: float | None = None


READY = Readiness(State.READY)
World = Mapping[tuple[Resource, str], Mapping[str, KubeObject]]
"""(resource, namespace) to the live objects by name; holds the kinds that :func:`related` names."""


REFUSAL_GRACE = 30.0
SCHEDULING_GRACE = 60.0
COUNTING_GRACE = 90.0
"""Seconds; longer where a retry of the scheduler, or a pod that ends, or the quota controller's next look at the
served kinds (every 30 s) may yet help."""
_REFUSAL = re.compile(r"not found|forbidden|denied|\bis invalid|Invalid value|not allowed|no matches for kind|must be|cannot be", re.I)
_TRANSPORT = re.compile(r"rpc error|connection|no such host|deadline exceeded|timed? ?out", re.I)


def _waiting(text: str, grace: float | None = None) -> Readiness:
    return Readiness(State.WAITING, text, grace)


def _waiting_in_words(text: str) -> Readiness:
    """WAITING, with a grace where an operator wrote an error that only a change of the configuration cures."""
    is_refusal = _REFUSAL.search(text) and not _TRANSPORT.search(text)
    return _waiting(text, REFUSAL_GRACE if is_refusal else None)


def related(resource: Resource) -> tuple[Resource, ...]:
    """The kinds whose objects prove that an object of this kind has arrived."""
    return _RELATED.get(resource.kind, ()) if resource in _CHECKS else ()


def is_waited_for(resource: Resource) -> bool:
    """Whether there is anything to wait for."""
    return resource in _CHECKS


def readiness(resource: Resource, obj: KubeObject | None, world: World) -> Readiness:
    """The readiness of one object; None is an object that does not exist (yet, or any more)."""
    if obj is None:
        return _waiting("does not exist yet")
    if obj["metadata"].get("deletionTimestamp"):
        return Readiness(State.FAILED, "is being deleted")
    check = _CHECKS.get(resource)
    return check(obj, world) if check else READY


def condition(obj: KubeObject, *types: str) -> dict[str, Any] | None:
    """The first condition of one of these types."""
    for wanted in types:
        for entry in (obj.get("status") or {}).get("conditions") or []:
            if entry.get("type") == wanted:
                return dict(entry)
    return None


def _is_true(obj: KubeObject, kind: str) -> bool:
    found = condition(obj, kind)
    return bool(found and found.get("status") == "True")


def _words(entry: Mapping[str, Any] | None, nothing: str) -> str:
    """A condition's own text: Seldon writes sentences into ``reason``, Kubernetes into ``message``."""
    if entry is None:
        return nothing
    parts = [str(entry.get(field) or "").strip() for field in ("reason", "message")]
    return ": ".join(part for part in dict.fromkeys(parts) if part) or nothing


def _observed(obj: KubeObject) -> bool:
    return int((obj.get("status") or {}).get("observedGeneration") or 0) >= int(obj["metadata"].get("generation") or 0)


def _namespace(obj: KubeObject, _world: World) -> Readiness:
    phase = (obj.get("status") or {}).get("phase")
    return READY if phase == "Active" else _waiting(f"phase {phase}")


def _definition(obj: KubeObject, _world: World) -> Readiness:
    names = condition(obj, "NamesAccepted")
    if names and names.get("status") == "False":
        return Readiness(State.FAILED, _words(names, "names not accepted"))
    return READY if _is_true(obj, "Established") else _waiting("not established yet")


def _quota(obj: KubeObject, _world: World) -> Readiness:
    """Admission reads status.hard, so a quota counts only from then on."""
    status = obj.get("status") or {}
    missing = sorted(set(obj["spec"].get("hard") or {}) - set(status.get("used") or {}))
    if status.get("hard") == obj["spec"].get("hard") and not missing:
        return READY
    return _waiting(
        "not in force yet: the quota controller has not counted "
        + (f"{', '.join(missing)} (does the cluster know that resource?)" if missing else "it"),
        COUNTING_GRACE,
    )


def _claim(obj: KubeObject, _world: World) -> Readiness:
    """A claim may wait for its first consumer, so only a lost volume is bad."""
    phase = (obj.get("status") or {}).get("phase")
    return Readiness(State.FAILED, "its volume is lost") if phase == "Lost" else READY


def _deployment(obj: KubeObject, _world: World) -> Readiness:
    status, wanted = obj.get("status") or {}, int(obj["spec"].get("replicas", 1))
    if not _observed(obj):
        return _waiting("its controller has not seen the change yet")
    progressing = condition(obj, "Progressing")
    if progressing and progressing.get("reason") == "ProgressDeadlineExceeded":
        return Readiness(State.FAILED, _words(progressing, "deadline exceeded"))
    failure = condition(obj, "ReplicaFailure")
    updated, available = int(status.get("updatedReplicas") or 0), int(status.get("availableReplicas") or 0)
    if updated >= wanted and available >= wanted and int(status.get("replicas") or 0) <= max(updated, wanted):
        return READY
    text = f"{available} of {wanted} replicas available, {updated} updated"
    if failure and failure.get("status") == "True":
        return _waiting(f"{text}; {_words(failure, 'a replica cannot be created')}", SCHEDULING_GRACE)
    return _waiting(text)


def _stateful_set(obj: KubeObject, _world: World) -> Readiness:
    status, wanted = obj.get("status") or {}, int(obj["spec"].get("replicas", 1))
    if not _observed(obj):
        return _waiting("its controller has not seen the change yet")
    updated, ready = int(status.get("updatedReplicas") or 0), int(status.get("readyReplicas") or 0)
    if wanted == 0 or (updated >= wanted and ready >= wanted and int(status.get("replicas") or 0) == wanted):
        return READY
    return _waiting(f"{ready} of {wanted} replicas ready, {updated} updated")


def _job(obj: KubeObject, _world: World) -> Readiness:
    failed = condition(obj, "Failed")
    if failed and failed.get("status") == "True":
        return Readiness(State.FAILED, _words(failed, "failed"))
    return READY


def _by_name(world: World, resource: Resource, obj: KubeObject, name: str) -> KubeObject | None:
    return world.get((resource, obj["metadata"].get("namespace", "")), {}).get(name)


def _server(obj: KubeObject, world: World) -> Readiness:
    """Ready, with a StatefulSet that is rolled out and carries the namespace's own ServerConfig."""
    entry = condition(obj, "StatefulSetOrDeploymentReady", "StatefulSetReady")
    ready = condition(obj, "Ready")
    if not ready or ready.get("status") != "True":
        shown = entry if entry and entry.get("status") != "True" else ready
        stale = condition(obj, "StatefulSetReady")
        if entry and entry.get("status") == "True" and stale and stale.get("status") == "False":
            return _waiting(
                "its condition StatefulSetReady is of an operator before 2.10 and keeps it from Ready for ever. "
                "Delete and apply it again"
            )
        return _waiting_in_words(_words(shown, "no condition yet: has an operator seen it?"))
    workload = _by_name(world, known.STATEFUL_SET, obj, obj["metadata"]["name"])
    if workload is None:
        deployment = _by_name(world, known.DEPLOYMENT, obj, obj["metadata"]["name"])
        if deployment is None:
            return _waiting("Ready, but no StatefulSet or Deployment of its name exists")
        rollout, workload = _deployment(deployment, world), deployment
    else:
        rollout = _stateful_set(workload, world)
    if rollout.state is not State.READY:
        return replace(rollout, text=f"{workload['kind']}: {rollout.text}")
    if int(workload["spec"].get("replicas", 1)) != int(obj["spec"].get("replicas", 1)):
        return _waiting(f"{workload['kind']} has not been scaled to {obj['spec'].get('replicas', 1)} yet")
    lacking = _lacks_config(obj, workload, world)
    return _waiting(lacking) if lacking else READY


def _lacks_config(server: KubeObject, workload: KubeObject, world: World) -> str:
    """What of its ServerConfig the workload's template does not carry yet; empty if nothing.

    Only fields that the Server's own podSpec does not touch are compared.
    """
    name = server["spec"].get("serverConfig", "")
    config = _by_name(world, known.SERVER_CONFIG, server, name)
    if config is None:
        return ""
    overridden = {c.get("name") for c in (server["spec"].get("podSpec") or {}).get("containers") or []}
    template = {c["name"]: c for c in workload["spec"]["template"]["spec"].get("containers") or []}
    for container in config["spec"]["podSpec"].get("containers") or []:
        if container["name"] in overridden:
            continue
        carried = template.get(container["name"])
        if carried is None:
            return f"its pods do not have container {container['name']} of ServerConfig {name} yet"
        if container.get("image") != carried.get("image"):
            return f"container {container['name']} still has image {carried.get('image')}"
        absent = [e["name"] for e in container.get("env") or [] if not _has_env(carried, e, server)]
        if absent:
            return f"container {container['name']} does not have env {', '.join(absent)} of ServerConfig {name} yet"
    return ""


def _has_env(container: Mapping[str, Any], entry: Mapping[str, Any], server: KubeObject) -> bool:
    if entry["name"] == "SELDON_SERVER_CAPABILITIES" and (
        server["spec"].get("capabilities") or server["spec"].get("extraCapabilities")
    ):
        return True  # the operator writes it anew from the Server
    found: list[Mapping[str, Any]] = [e for e in container.get("env") or [] if e["name"] == entry["name"]]
    return any(e.get("value") == entry.get("value") for e in found)


def _model(obj: KubeObject, _world: World) -> Readiness:
    entry = condition(obj, "ModelReady", "Ready")
    if entry and entry.get("status") == "True":
        return READY
    text = _words(entry, "no condition yet: has an operator seen it?")
    if entry and entry.get("message") in ("ModelFailed", "ScheduleFailed"):
        return _waiting(text, SCHEDULING_GRACE)
    return _waiting_in_words(text)


def _experiment(obj: KubeObject, _world: World) -> Readiness:
    """Errors of the operator may sit under ModelReady, and stay there on a Ready Experiment."""
    ready = condition(obj, "Ready")
    if ready and ready.get("status") == "True":
        return READY
    for name in ("CandidatesReady", "MirrorReady", "ExperimentReady", "ModelReady", "Ready"):
        entry = condition(obj, name)
        if entry and entry.get("status") == "False":
            return _waiting_in_words(_words(entry, "not ready"))
    return _waiting("no condition yet: has an operator seen it?")


def _pipeline(obj: KubeObject, _world: World) -> Readiness:
    ready = condition(obj, "Ready")
    if ready and ready.get("status") == "True":
        return READY
    for name in ("PipelineReady", "ModelsReady", "PipelineGwReady", "Ready"):
        entry = condition(obj, name)
        if entry and entry.get("status") == "False":
            return _waiting_in_words(_words(entry, "not ready"))
    return _waiting("no condition yet: has an operator seen it?")


_COMPONENTS = ("seldon-envoy", "seldon-dataflow-engine", "seldon-modelgateway", "seldon-pipelinegateway", "hodometer")


def _runtime(obj: KubeObject, world: World) -> Readiness:
    """Its workloads themselves: the runtime says Ready before any pod runs, and hides its errors."""
    scheduler = _by_name(world, known.STATEFUL_SET, obj, "seldon-scheduler")
    if scheduler is None:
        return _waiting("no StatefulSet seldon-scheduler yet: has an operator seen it?")
    rollout = _stateful_set(scheduler, world)
    if rollout.state is not State.READY:
        return replace(rollout, text=f"StatefulSet seldon-scheduler: {rollout.text}")
    wanted = {entry["name"]: entry.get("replicas", 1) for entry in obj["spec"].get("overrides") or []}
    for name in _COMPONENTS:
        deployment = _by_name(world, known.DEPLOYMENT, obj, name)
        if deployment is None:
            continue
        if name in wanted and deployment["spec"].get("replicas", 1) != wanted[name] and wanted[name] == 0:
            return _waiting(f"Deployment {name} has not been scaled to 0 yet")
        rollout = _deployment(deployment, world)
        if rollout.state is not State.READY:
            return replace(rollout, text=f"Deployment {name}: {rollout.text}")
    return READY


_CHECKS: Mapping[Resource, Callable[[KubeObject, World], Readiness]] = {
    known.NAMESPACE: _namespace,
    known.CUSTOM_RESOURCE_DEFINITION: _definition,
    known.RESOURCE_QUOTA: _quota,
    known.PERSISTENT_VOLUME_CLAIM: _claim,
    known.DEPLOYMENT: _deployment,
    known.STATEFUL_SET: _stateful_set,
    Resource("batch", "v1", "jobs", "Job", True): _job,
    known.SERVER: _server,
    known.MODEL: _model,
    known.EXPERIMENT: _experiment,
    known.PIPELINE: _pipeline,
    known.SELDON_RUNTIME: _runtime,
}
_RELATED: Mapping[str, tuple[Resource, ...]] = {
    "Server": (known.STATEFUL_SET, known.DEPLOYMENT, known.SERVER_CONFIG),
    "SeldonRuntime": (known.STATEFUL_SET, known.DEPLOYMENT),
}
