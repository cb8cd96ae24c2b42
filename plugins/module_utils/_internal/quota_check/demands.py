# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What each part of a change takes, less what the live objects that it replaces hold already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from ..diagnosis.subject import Subject
from ..kube.objects import mapping, mappings, name_of, spec_of
from ..kube.types import KubeObject
from ..quota.charge import Charge
from ..quota.demand import Demand, Times
from ..quota.lint import lint_limit_range, refused_keys
from ..quota.object_usage import Admission, counted, object_charge
from ..quota.reading import Reading
from ..quota.workloads import Before, object_demand, workload_demand
from ..resolved_tenant.resolved_tenant import PlannedServer
from ..seldon.components import NAME_LABEL
from ..seldon.effective import SERVER_LABEL
from ..seldon.effective_runtime import EffectiveRuntime
from ..seldon.runtime_objects import shared_objects
from ..seldon.services import REPLICA_LABEL
from .change import Change
from .seldon_workloads import runtime_demand, server_demand, server_scale
from .state import NamespaceState
from .templates import same_template

_STATEFUL_SETS, _DEPLOYMENTS = _WORKLOADS = ("statefulsets.apps", "deployments.apps")
_JUDGED = {"limitranges": lint_limit_range, "resourcequotas": refused_keys}
_ROLLED = (*_WORKLOADS, "daemonsets.apps")
"""Workloads that recreate their pods when the template changes."""
_AUTOSCALERS = "horizontalpodautoscalers.autoscaling"


def demands_of(change: Change, state: NamespaceState, admission: Admission) -> tuple[Demand, ...]:
    """One for each applied or removed object, each Server, each component of a SeldonRuntime. ``admission``: as it will
    be after the change.
    """
    return (
        *(_applied(resource, obj, state, admission) for resource, obj in change.desired),
        *(_server(planned, change, state, admission) for planned in change.tenant.planned_servers),
        *(demand for runtime in change.tenant.runtimes for demand in _runtime(runtime, state, admission)),
        *(_removed(resource, name, state) for resource, name in change.removed),
    )


def live_charges(state: NamespaceState) -> Iterator[Charge]:
    """The charge of every live object, for a new quota. Live objects have their defaults already."""
    for resource, objects in state.objects.items():
        for obj in objects:
            yield _charge(resource, obj)


def _charge(resource: str, obj: KubeObject) -> Charge:
    return object_charge(obj, resource, Admission(storage_class=""), Reading())


def _charges(resource: str, objects: Iterable[KubeObject]) -> list[Charge]:
    return [_charge(resource, obj) for obj in objects]


def _applied(resource: str, obj: KubeObject, state: NamespaceState, admission: Admission) -> Demand:
    live, subject = state.named(resource).get(name_of(obj)), Subject(str(obj.get("kind")), name_of(obj))
    if resource in _JUDGED:
        demand = object_demand(subject, obj, resource, admission, Before(_charges(resource, [live] if live else [])))
        return replace(demand, findings=tuple(_JUDGED[resource](obj)))
    if live is None:
        before = Before(claims=state.claims)
        return workload_demand(obj, admission, before) or object_demand(subject, obj, resource, admission, before)
    held = _charges(resource, [live])
    if resource == "pods":
        return Demand(subject, pod=held[0], kept=tuple(held), held=tuple(map(Times, held)))
    if _is_done(live):
        return Demand(subject, fixed=tuple(map(Times, held)), held=tuple(map(Times, held)))
    if resource == "persistentvolumeclaims":
        return object_demand(
            subject, {**live, "spec": {**spec_of(live), **spec_of(obj)}}, resource, admission, Before(held)
        )
    pods, sets = _charges("pods", _pods_of(obj, state)), _charges("replicasets.apps", _sets_of(name_of(obj), state))
    rolls = resource in _ROLLED and not same_template(spec_of(live).get("template"), spec_of(obj).get("template"))
    before = Before([*held, *pods, *(sets if resource == _DEPLOYMENTS else [])], rolls, state.claims)
    return workload_demand(obj, admission, before) or object_demand(subject, obj, resource, admission, Before(held))


def _is_done(job: KubeObject) -> bool:
    """A Job that has completed or failed makes no more pods."""
    conditions = mappings(mapping(job.get("status")).get("conditions"))
    return job.get("kind") == "Job" and any(
        one.get("type") in ("Complete", "Failed") and one.get("status") == "True" for one in conditions
    )


def _pods_of(workload: KubeObject, state: NamespaceState) -> list[KubeObject]:
    if workload.get("kind") == "Job":  # its selector is the API server's
        return [
            pod for pod in state.of("pods") if _labels(pod).get("batch.kubernetes.io/job-name") == name_of(workload)
        ]
    wanted = mapping(mapping(spec_of(workload).get("selector")).get("matchLabels"))
    return [pod for pod in state.of("pods") if wanted and wanted.items() <= _labels(pod).items()]


def _sets_of(deployment: str, state: NamespaceState) -> list[KubeObject]:
    return [
        obj
        for obj in state.of("replicasets.apps")
        if any(
            ref.get("kind") == "Deployment" and ref.get("name") == deployment
            for ref in obj["metadata"].get("ownerReferences") or ()
        )
    ]


def _server(planned: PlannedServer, change: Change, state: NamespaceState, admission: Admission) -> Demand:
    name, spec, made = planned.name, spec_of(planned.server), planned.effective
    deployments = change.tenant.deployments
    scale = server_scale(spec, autoscaling=change.tenant.scales_servers, most=_most(name, change))
    held = _charges("pods", state.labelled("pods", SERVER_LABEL, name))
    held += _charges("services", state.labelled("services", REPLICA_LABEL, name))
    held += _workload(name, state)
    rolls = _rolls(name, made.pod_spec, state, (_DEPLOYMENTS if deployments else _STATEFUL_SETS,))
    before = Before(held, rolls, state.claims)
    return server_demand(
        name,
        made.pod_spec,
        list(made.volume_claim_templates),
        scale,
        admission,
        before,
        deployments=deployments,
        strategy=spec.get("deploymentStrategy"),
    )


def _most(server: str, change: Change) -> int:
    """maxReplicas of the autoscalers of the change that scale this Server."""
    most = 0
    for autoscaler in change.of(_AUTOSCALERS).values():
        spec = spec_of(autoscaler)
        target, limit = mapping(spec.get("scaleTargetRef")), spec.get("maxReplicas")
        if (target.get("kind"), target.get("name")) == ("Server", server) and isinstance(limit, int):
            most = max(most, limit)
    return most


def _runtime(runtime: EffectiveRuntime, state: NamespaceState, admission: Admission) -> tuple[Demand, ...]:
    shared = [
        charge
        for kind, names in shared_objects(None).items()
        for charge in _charges(kind.group_resource, _existing(names, state, kind.group_resource))
    ]
    before = {"": Before(shared)}
    for component in runtime.components:
        rolls = _rolls(component.name, component.pod_spec, state, _WORKLOADS)
        before[component.name] = Before(_component(component.name, state), rolls, state.claims)
    return runtime_demand(runtime, admission, before)


def _rolls(workload: str, pod_spec: object, state: NamespaceState, resources: Iterable[str]) -> bool:
    """Whether the change recreates the workload's live pods."""
    live = [obj for resource in resources for obj in _existing((workload,), state, resource)]
    return any(
        not same_template({"spec": mapping(spec_of(obj).get("template")).get("spec")}, {"spec": pod_spec})
        for obj in live
    )


def _component(name: str, state: NamespaceState) -> list[Charge]:
    return [*_charges("pods", state.labelled("pods", NAME_LABEL, name)), *_workload(name, state)]


def _workload(name: str, state: NamespaceState) -> list[Charge]:
    held = [charge for resource in _WORKLOADS for charge in _charges(resource, _existing((name,), state, resource))]
    return [*held, *_charges("replicasets.apps", _sets_of(name, state))]


def _existing(names: Iterable[str], state: NamespaceState, resource: str) -> list[KubeObject]:
    live = state.named(resource)
    return [live[name] for name in names if name in live]


def _removed(resource: str, name: str, state: NamespaceState) -> Demand:
    """Gives back what it holds; a Server also what was made for it."""
    held = _charges(resource, _existing((name,), state, resource))
    if resource == "servers.mlops.seldon.io":
        held += _charges("pods", state.labelled("pods", SERVER_LABEL, name))
        held += _charges("services", state.labelled("services", REPLICA_LABEL, name))
        held += _workload(name, state)
    return Demand(Subject(resource, name), held=tuple(Times(charge) for charge in held))


def _labels(obj: KubeObject) -> Mapping[str, str]:
    return obj["metadata"].get("labels") or {}


def in_a_new_namespace(change: Change) -> list[Charge]:
    """Charges of the objects that Kubernetes itself creates in every namespace."""
    accounts = [] if "default" in change.of("serviceaccounts") else [counted("serviceaccounts")]
    return [counted("configmaps"), *accounts]
