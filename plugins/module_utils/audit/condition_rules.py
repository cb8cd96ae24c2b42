# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the objects themselves say is wrong: conditions, events and the operators' logs (TA6xx)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from ..kube.known import (
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
from ..kube.objects import mapping, mappings, name_of, spec_of
from ..kube.resource import Resource
from ..kube.types import KubeObject
from ..tenant.stale_condition import stale_conditions
from .finding import Findings, Rule, Severity, few
from .kinds import POD_LOG
from .refusal import tells_of_refusal
from .snapshot import namespace_of, title_of
from .world import World

_KINDS = (SERVER, MODEL, EXPERIMENT, PIPELINE, SELDON_RUNTIME)
_LOOK = "look at the object's conditions; docs/troubleshooting.md tells what the common ones mean"
_GRANT = "run the deployment playbook for the tenant again: it restores the operator's Role"

STALE = Rule(
    "TA601",
    Severity.HIGH,
    "a condition of an older operator keeps a Server from Ready",
    "nothing removes it: the Server is never Ready again",
    "remove that one condition",
    (SERVER,),
)
NOT_READY = Rule(
    "TA602", Severity.MEDIUM, "an object is not Ready", "it does not do what the team made it for", _LOOK, _KINDS
)
CLAIMS_READY = Rule(
    "TA603",
    Severity.HIGH,
    "a Server is called Ready without its pods",
    "Seldon's status says nothing of the spec that it is about, so it can be an old one",
    "see whether the tenant's operator runs",
    (SERVER, STATEFUL_SET),
)
DELETING = Rule(
    "TA604",
    Severity.MEDIUM,
    "an object waits for its deletion",
    "its finalizer waits for an operator or a scheduler that does not answer",
    "see whether the tenant's operator and scheduler run; never remove the finalizer first",
    (NAMESPACE, *_KINDS),
)
FORBIDDEN_CONDITION = Rule(
    "TA605", Severity.HIGH, "a condition tells of a missing right", "the operator cannot do its work", _GRANT, _KINDS
)
FORBIDDEN_EVENT = Rule(
    "TA606", Severity.HIGH, "an event tells of a missing right", "a controller cannot do its work", _GRANT, (EVENT,)
)
FORBIDDEN_LOG = Rule(
    "TA607",
    Severity.HIGH,
    "an operator's log tells of a missing right",
    "the operator cannot do its work",
    _GRANT,
    (NAMESPACE, POD, POD_LOG),
)
OVER_QUOTA = Rule(
    "TA608",
    Severity.MEDIUM,
    "pods are refused by the quota",
    "a workload has fewer pods than it asks for",
    "ask for less, or raise the quota: tenant_namespace_quota",
    (EVENT, DEPLOYMENT, STATEFUL_SET),
)
INSECURE = Rule(
    "TA609",
    Severity.MEDIUM,
    "pods are refused by Pod Security",
    "a workload has fewer pods than it asks for",
    "change its podSpec as the message says",
    (EVENT, DEPLOYMENT, STATEFUL_SET),
)

FORBIDDEN = (FORBIDDEN_CONDITION, FORBIDDEN_EVENT, FORBIDDEN_LOG)
PATIENCE = timedelta(minutes=10)
_QUOTA = ("exceeded quota", "failed quota")


def rules() -> Iterator[Rule]:
    yield from (STALE, NOT_READY, CLAIMS_READY, DELETING, *FORBIDDEN, OVER_QUOTA, INSECURE)


def find(world: World) -> Findings:
    """For each tenant, and for the platform's namespace as far as events go."""
    for tenant in world.tenants:
        if tenant.namespace is not None and _overdue(world, tenant.namespace):
            yield DELETING.found(
                tenant.name, f"Namespace {tenant.name}", _deleted(tenant.namespace), "metadata.deletionTimestamp"
            )
        for resource in _KINDS:
            for obj in world.snapshot.inside(resource, tenant.name):
                yield from _of_object(world, tenant.name, resource, obj)
        for event in world.snapshot.inside(EVENT, tenant.name):
            yield from _of_event(world, tenant.name, event)
    for event in world.snapshot.inside(EVENT, world.snapshot.platform):
        if tells_of_refusal(str(event.get("message"))):
            yield FORBIDDEN_EVENT.found("", _about(event), str(event.get("message")), "message")
    for pod, log in world.snapshot.operator_logs.items():
        if log.refusals:
            lines = sum(log.refusals.values())
            yield FORBIDDEN_LOG.found(
                log.tenant,
                f"Pod {pod}",
                f"{lines} line{'s' if lines > 1 else ''}: {few(map(str, log.refusals))}",
                "log",
            )


def _of_object(world: World, tenant: str, resource: Resource, obj: KubeObject) -> Findings:
    title, conditions = title_of(obj), _conditions(obj)
    for kind, condition in conditions.items():
        said = f"{condition.get('reason') or ''} {condition.get('message') or ''}"
        if condition.get("status") != "True" and tells_of_refusal(said):
            yield FORBIDDEN_CONDITION.found(tenant, title, f"{kind}: {said.strip()}", "status.conditions")
    if mapping(obj.get("metadata")).get("deletionTimestamp"):
        if _overdue(world, obj):
            yield DELETING.found(tenant, title, _deleted(obj), "metadata.deletionTimestamp")
        return
    ready = conditions.get("Ready", {}).get("status")
    stale = stale_conditions([obj]) if resource == SERVER else []
    for problem in stale:
        yield STALE.found(tenant, title, problem.message, problem.field, "; ".join(problem.details))
    if ready != "True" and not stale:
        yield NOT_READY.found(tenant, title, _why(conditions), "status.conditions")
    if ready == "True" and resource == SERVER and world.snapshot.readable(STATEFUL_SET, DEPLOYMENT):
        yield from _of_server(world, tenant, obj)


def _why(conditions: Mapping[str, Mapping[str, Any]]) -> str:
    ready = conditions.get("Ready")
    if ready is None:
        return "has no condition Ready: no operator has looked at it"
    others = [
        f"{kind}: {one.get('reason') or one.get('message') or one.get('status')}"
        for kind, one in conditions.items()
        if kind != "Ready" and one.get("status") != "True"
    ]
    return f"Ready is {ready.get('status')}; {'; '.join(others) or ready.get('reason') or 'no reason is given'}"


def _of_server(world: World, tenant: str, server: KubeObject) -> Findings:
    wanted = spec_of(server).get("replicas", 1)
    owner = next(
        (
            found[name_of(server)]
            for kind in (STATEFUL_SET, DEPLOYMENT)
            if name_of(server) in (found := world.by_name(kind, tenant))
        ),
        None,
    )
    if owner is None:
        yield CLAIMS_READY.found(
            tenant, title_of(server), "has neither a StatefulSet nor a Deployment", "status.conditions"
        )
        return
    ready = mapping(owner.get("status")).get("readyReplicas") or 0
    if isinstance(wanted, int) and ready < wanted:
        yield CLAIMS_READY.found(
            tenant,
            title_of(server),
            f"wants {wanted} replicas, and {title_of(owner)} has {ready} ready",
            "status.conditions",
        )


def _of_event(world: World, tenant: str, event: KubeObject) -> Findings:
    said = str(event.get("message") or "")
    if tells_of_refusal(said):
        yield FORBIDDEN_EVENT.found(tenant, _about(event), said, "message")
    elif event.get("reason") == "FailedCreate" and not _complete(world, tenant, mapping(event.get("involvedObject"))):
        rule = (
            OVER_QUOTA
            if any(words in said for words in _QUOTA)
            else INSECURE
            if "violates PodSecurity" in said
            else None
        )
        if rule is not None:
            yield rule.found(tenant, _about(event), said, "message")


def _complete(world: World, tenant: str, about: Mapping[str, Any]) -> bool:
    """Whether the workload has by now what it asks for, or is gone: events outlive what they tell of."""
    name = str(about.get("name"))
    if about.get("kind") == "ReplicaSet":
        resource, name = DEPLOYMENT, name.rpartition("-")[0]
    elif about.get("kind") == "StatefulSet":
        resource = STATEFUL_SET
    else:
        return False
    owner = world.by_name(resource, tenant).get(name)
    if owner is None:
        return world.snapshot.readable(resource)
    wanted, there = spec_of(owner).get("replicas", 1), mapping(owner.get("status")).get("replicas") or 0
    return isinstance(wanted, int) and there >= wanted


def _about(event: KubeObject) -> str:
    about = mapping(event.get("involvedObject"))
    namespace = about.get("namespace") or namespace_of(event)
    return f"{about.get('kind')} {namespace}/{about.get('name')}"


def _conditions(obj: KubeObject) -> dict[str, Mapping[str, Any]]:
    return {
        str(condition.get("type")): condition for condition in mappings(mapping(obj.get("status")).get("conditions"))
    }


def _overdue(world: World, obj: KubeObject) -> bool:
    since = mapping(obj.get("metadata")).get("deletionTimestamp")
    try:
        return isinstance(since, str) and world.snapshot.now - datetime.fromisoformat(since) > PATIENCE
    except (TypeError, ValueError):
        return False


def _deleted(obj: KubeObject) -> str:
    metadata = mapping(obj.get("metadata"))
    finalizers = ", ".join(str(name) for name in metadata.get("finalizers") or ())
    return f"is being deleted since {metadata.get('deletionTimestamp')}" + (
        f"; finalizers {finalizers}" if finalizers else ""
    )
