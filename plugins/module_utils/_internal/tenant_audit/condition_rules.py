# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The rules about conditions, events and logs (TA6xx)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from ..kube.objects import mapping, mappings, name_of, spec_of
from ..kube.resources import (
    DEPLOYMENT,
    EVENT,
    EXPERIMENT,
    MODEL,
    NAMESPACE,
    PIPELINE,
    POD,
    SELDON_RUNTIME,
    SERVER,
    STATEFUL_SET,
)
from ..kube.terminating import completion
from ..kube.types import KubeObject
from ..operators.record import Operator, find_operators, operators_watching
from ..seldon.image import Version
from ..seldon.stale_condition import stale_conditions
from .kinds import POD_LOG
from .measures import ERRORS
from .refusal import tells_of_refusal
from .rule import DEPLOY_AGAIN, Observation, Observations, Severity, rule
from .snapshot import namespace_of, title_of
from .text import first_few
from .world import World, derived

PATIENCE = timedelta(minutes=10)
_KINDS = (SERVER, MODEL, EXPERIMENT, PIPELINE, SELDON_RUNTIME)
_GRANT = f"{DEPLOY_AGAIN}: it restores the operator's Role"
_WORKLOADS = (EVENT, DEPLOYMENT, STATEFUL_SET)


@rule(
    "TA601",
    Severity.HIGH,
    title="a condition of another release's operator keeps a Server from Ready",
    why="the running operator does not update it: the Server is never Ready again",
    repair="remove that one condition",
    kinds=(SERVER, DEPLOYMENT),
)
def stale_condition(world: World) -> Observations:
    for tenant, server in world.inside(SERVER):
        for problem in stale_conditions([server], _release(world, tenant)) if not _is_deleted(server) else ():
            yield Observation(tenant, title_of(server), problem.message, problem.field, problem.next_step)


@derived
def _operators(world: World) -> Sequence[Operator]:
    """None where the Deployments could not be read; then the kinds of the rule are unknown."""
    if not world.snapshot.readable(DEPLOYMENT):
        return ()
    return find_operators(world.snapshot.all(DEPLOYMENT), world.snapshot.rbac)


def _release(world: World, tenant: str) -> Version | None:
    """The release of the operators that watch the tenant; None while one of them is replaced, and for several releases."""
    watching = operators_watching(_operators(world), tenant)
    releases = {operator.version for operator in watching}
    moving = any(operator.rolling_out for operator in watching)
    return next(iter(releases)) if len(releases) == 1 and not moving else None


@rule(
    "TA602",
    Severity.MEDIUM,
    title="an object is not Ready",
    why="the team cannot use it",
    repair="look at the object's conditions; docs/troubleshooting.md explains the common ones",
    kinds=_KINDS,
)
def not_ready(world: World) -> Observations:
    for tenant, obj in world.inside(*_KINDS):
        conditions = _conditions(obj)
        is_ready = conditions.get("Ready", {}).get("status") == "True"
        if not is_ready and not _is_deleted(obj) and not stale_conditions([obj], _release(world, tenant)):
            yield Observation(tenant, title_of(obj), _why(conditions), "status.conditions")


@rule(
    "TA603",
    Severity.HIGH,
    title="a Server is Ready without its pods",
    why="Seldon's status does not name the version of the spec that it describes, so it can be out of date",
    repair="check that the tenant's operator runs",
    kinds=(SERVER, STATEFUL_SET),
)
def ready_without_pods(world: World) -> Observations:
    for tenant, server in world.inside(SERVER) if world.snapshot.readable(STATEFUL_SET, DEPLOYMENT) else ():
        if _conditions(server).get("Ready", {}).get("status") != "True" or _is_deleted(server):
            continue
        workload = _workload(world, tenant, name_of(server))
        if workload is None:
            evidence = "has neither a StatefulSet nor a Deployment"
            yield Observation(tenant, title_of(server), evidence, "status.conditions")
            continue
        wanted, ready = spec_of(server).get("replicas", 1), mapping(workload.get("status")).get("readyReplicas") or 0
        if isinstance(wanted, int) and ready < wanted:
            evidence = f"wants {wanted} replicas, and {title_of(workload)} has {ready} ready"
            yield Observation(tenant, title_of(server), evidence, "status.conditions")


@rule(
    "TA604",
    Severity.MEDIUM,
    title="the deletion of an object does not finish",
    why="its finalizer waits for an operator or a scheduler that does not answer",
    repair="check that the tenant's operator and scheduler run; do not remove the finalizer beforehand",
    kinds=(NAMESPACE, *_KINDS),
)
def waits_for_deletion(world: World) -> Observations:
    named = [(tenant, f"Namespace {tenant}", namespace) for tenant, namespace in world.existing]
    named += [(tenant, title_of(obj), obj) for tenant, obj in world.inside(*_KINDS)]
    for tenant, title, obj in named:
        if _is_overdue(world, obj):
            step = f"complete the deletion of the namespace: {completion(tenant)}" if tenant in world.ending else ""
            yield Observation(tenant, title, _deletion(obj), "metadata.deletionTimestamp", step)


@rule(
    "TA605",
    Severity.HIGH,
    title="a condition reports a missing permission",
    why="the operator cannot do its work",
    repair=_GRANT,
    kinds=_KINDS,
    metric=ERRORS,
)
def forbidden_in_condition(world: World) -> Observations:
    for tenant, obj in world.inside(*_KINDS):
        for kind, condition in _conditions(obj).items():
            text = f"{condition.get('reason') or ''} {condition.get('message') or ''}"
            if condition.get("status") != "True" and tells_of_refusal(text):
                yield Observation(tenant, title_of(obj), f"{kind}: {text.strip()}", "status.conditions")


@rule(
    "TA606",
    Severity.HIGH,
    title="an event reports a missing permission",
    why="a controller cannot do its work",
    repair=_GRANT,
    kinds=(EVENT,),
    metric=ERRORS,
)
def forbidden_in_event(world: World) -> Observations:
    platform = (("", event) for event in world.snapshot.inside(EVENT, world.snapshot.platform))
    for tenant, event in (*world.inside(EVENT), *platform):
        if tells_of_refusal(_message(event)):
            yield Observation(tenant, _about(event), _message(event), "message")


@rule(
    "TA607",
    Severity.HIGH,
    title="an operator's log reports a missing permission",
    why="the operator cannot do its work",
    repair=_GRANT,
    kinds=(NAMESPACE, POD, POD_LOG),
    metric=ERRORS,
)
def forbidden_in_log(world: World) -> Observations:
    for pod, log in world.snapshot.operator_logs.items():
        if log.refusals:
            lines = sum(log.refusals.values())
            evidence = f"{lines} line{'s' if lines > 1 else ''}: {first_few(map(str, log.refusals))}"
            yield Observation(log.tenant, f"Pod {pod}", evidence, "log")


@rule(
    "TA608",
    Severity.MEDIUM,
    title="pods are refused by the quota",
    why="a workload has fewer pods than it asks for",
    repair="ask for less, or raise the quota: tenant_namespace_quota",
    kinds=_WORKLOADS,
)
def refused_by_quota(world: World) -> Observations:
    for tenant, event in _refused_pods(world):
        if _is_of_quota(event):
            yield Observation(tenant, _about(event), _message(event), "message")


@rule(
    "TA609",
    Severity.MEDIUM,
    title="pods are refused by Pod Security",
    why="a workload has fewer pods than it asks for",
    repair="change its podSpec as the message says",
    kinds=_WORKLOADS,
)
def refused_by_pod_security(world: World) -> Observations:
    for tenant, event in _refused_pods(world):
        if "violates PodSecurity" in _message(event) and not _is_of_quota(event):
            yield Observation(tenant, _about(event), _message(event), "message")


def _why(conditions: Mapping[str, Mapping[str, Any]]) -> str:
    ready = conditions.get("Ready")
    if ready is None:
        return "has no condition Ready: no operator has processed it"
    others = [
        f"{kind}: {condition.get('reason') or condition.get('message') or condition.get('status')}"
        for kind, condition in conditions.items()
        if kind != "Ready" and condition.get("status") != "True"
    ]
    return f"Ready is {ready.get('status')}; {'; '.join(others) or ready.get('reason') or 'no reason is given'}"


def _workload(world: World, tenant: str, server: str) -> KubeObject | None:
    """The StatefulSet or Deployment of a Server; None where there is neither."""
    workloads = (world.snapshot.by_name(resource, tenant).get(server) for resource in (STATEFUL_SET, DEPLOYMENT))
    return next((workload for workload in workloads if workload is not None), None)


def _refused_pods(world: World) -> Iterator[tuple[str, KubeObject]]:
    """Events of workloads that still lack pods for a reason that is not a missing permission."""
    for tenant, event in world.inside(EVENT):
        if (
            event.get("reason") == "FailedCreate"
            and not tells_of_refusal(_message(event))
            and not _is_complete(world, tenant, mapping(event.get("involvedObject")))
        ):
            yield tenant, event


def _is_of_quota(event: KubeObject) -> bool:
    return any(words in _message(event) for words in ("exceeded quota", "failed quota"))


def _is_complete(world: World, tenant: str, about: Mapping[str, Any]) -> bool:
    """Whether the workload now has all its pods, or is gone: an event outlives the problem that it reports."""
    name = str(about.get("name"))
    if about.get("kind") == "ReplicaSet":
        resource, name = DEPLOYMENT, name.rpartition("-")[0]
    elif about.get("kind") == "StatefulSet":
        resource = STATEFUL_SET
    else:
        return False
    owner = world.snapshot.by_name(resource, tenant).get(name)
    if owner is None:
        return world.snapshot.readable(resource)
    wanted, there = spec_of(owner).get("replicas", 1), mapping(owner.get("status")).get("replicas") or 0
    return isinstance(wanted, int) and there >= wanted


def _message(event: KubeObject) -> str:
    return str(event.get("message") or "")


def _about(event: KubeObject) -> str:
    about = mapping(event.get("involvedObject"))
    namespace = about.get("namespace") or namespace_of(event)
    return f"{about.get('kind')} {namespace}/{about.get('name')}"


def _conditions(obj: KubeObject) -> dict[str, Mapping[str, Any]]:
    return {
        str(condition.get("type")): condition for condition in mappings(mapping(obj.get("status")).get("conditions"))
    }


def _is_deleted(obj: KubeObject) -> bool:
    return bool(mapping(obj.get("metadata")).get("deletionTimestamp"))


def _is_overdue(world: World, obj: KubeObject) -> bool:
    since = mapping(obj.get("metadata")).get("deletionTimestamp")
    try:
        return isinstance(since, str) and world.snapshot.now - datetime.fromisoformat(since) > PATIENCE
    except (TypeError, ValueError):
        return False


def _deletion(obj: KubeObject) -> str:
    metadata = mapping(obj.get("metadata"))
    finalizers = ", ".join(str(name) for name in metadata.get("finalizers") or ())
    return f"has deletionTimestamp {metadata.get('deletionTimestamp')}" + (
        f"; finalizers {finalizers}" if finalizers else ""
    )
