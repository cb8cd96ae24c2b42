# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What each part of a change takes, less what the live objects that it replaces hold already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from ..kube.objects import mapping, mappings, name_of, spec_of
from ..kube.types import KubeObject
from ..quota.charge import Charge
from ..quota.demand import Demand, Times
from ..quota.lint import lint_limit_range, refused_keys
from ..quota.object_usage import Admission, counted, object_charge
from ..quota.reading import Reading
from ..quota.seldon_workloads import runtime_demand, server_demand, server_scale
from ..quota.workloads import Before, object_demand, workload_demand
from ..serverconfig.merge import merge_pod_specs
from .change import Change, ServerPlan
from .state import NamespaceState
from .templates import same_template

_COMPONENT = "app.kubernetes.io/name"
_SERVER, _REPLICA = "seldon-server-name", "seldon-server-replica"
_SHARED = {
    "services": ("seldon-scheduler", "seldon-mesh", "seldon-pipelinegateway"),
    "configmaps": ("seldon-agent", "seldon-kafka", "seldon-tracing", "seldon-scaling"),
    "serviceaccounts": ("seldon-scheduler", "seldon-server", "hodometer"),
    "roles.rbac.authorization.k8s.io": ("seldon-scheduler-role", "agent-role", "hodometer-role"),
    "rolebindings.rbac.authorization.k8s.io": (
        "seldon-scheduler-rolebinding",
        "agent-rolebinding",
        "hodometer-rolebinding",
    ),
}
"""What a SeldonRuntime makes besides its components."""
_STATEFUL_SETS, _DEPLOYMENTS = _WORKLOADS = ("statefulsets.apps", "deployments.apps")
_JUDGED = {"limitranges": lint_limit_range, "resourcequotas": refused_keys}
_ROLLED = (*_WORKLOADS, "daemonsets.apps")
"""Workloads that make their pods anew when the template changes."""
_AUTOSCALERS = "horizontalpodautoscalers.autoscaling"


def demands_of(change: Change, state: NamespaceState, admission: Admission) -> tuple[Demand, ...]:
    """One for each applied or removed object, each Server, each component of a SeldonRuntime. ``admission``: as it will be after the change."""
    return (
        *(_applied(resource, obj, state, admission) for resource, obj in change.desired),
        *(_server(plan, change, state, admission) for plan in change.servers),
        *(
            demand
            for runtime, config in change.runtimes
            for demand in _runtime(runtime, config, change, state, admission)
        ),
        *(_removed(resource, name, state) for resource, name in change.removed),
    )


def live_charges(state: NamespaceState) -> Iterator[Charge]:
    """What every live object counts, for a quota that is new. Live objects have their defaults already."""
    for resource, objects in state.objects.items():
        for obj in objects:
            yield _charge(resource, obj)


def _charge(resource: str, obj: KubeObject) -> Charge:
    return object_charge(obj, resource, Admission(storage_class=""), Reading())


def _charges(resource: str, objects: Iterable[KubeObject]) -> list[Charge]:
    return [_charge(resource, obj) for obj in objects]


def _applied(resource: str, obj: KubeObject, state: NamespaceState, admission: Admission) -> Demand:
    live, title = state.named(resource).get(name_of(obj)), f"{obj.get('kind')} {name_of(obj)}"
    if resource in _JUDGED:
        demand = object_demand(title, obj, resource, admission, Before(_charges(resource, [live] if live else [])))
        return replace(demand, findings=tuple(_JUDGED[resource](obj)))
    if live is None:
        before = Before(claims=state.claims)
        return workload_demand(obj, admission, before) or object_demand(title, obj, resource, admission, before)
    held = _charges(resource, [live])
    if resource == "pods":
        return Demand(title, pod=held[0], kept=tuple(held), held=tuple(map(Times, held)))
    if _is_done(live):
        return Demand(title, fixed=tuple(map(Times, held)), held=tuple(map(Times, held)))
    if resource == "persistentvolumeclaims":
        return object_demand(
            title, {**live, "spec": {**spec_of(live), **spec_of(obj)}}, resource, admission, Before(held)
        )
    pods, sets = _charges("pods", _pods_of(obj, state)), _charges("replicasets.apps", _sets_of(name_of(obj), state))
    rolls = resource in _ROLLED and not same_template(spec_of(live).get("template"), spec_of(obj).get("template"))
    before = Before([*held, *pods, *(sets if resource == _DEPLOYMENTS else [])], rolls, state.claims)
    return workload_demand(obj, admission, before) or object_demand(title, obj, resource, admission, Before(held))


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


def _server(plan: ServerPlan, change: Change, state: NamespaceState, admission: Admission) -> Demand:
    name = name_of(plan.server)
    scale = server_scale(spec_of(plan.server), autoscaling=change.autoscaling, most=_most(name, change))
    held = _charges("pods", state.labelled("pods", _SERVER, name))
    held += _charges("services", state.labelled("services", _REPLICA, name))
    held += _workload(name, state)
    strategy = spec_of(plan.server).get("deploymentStrategy")
    rolls = _rolls(name, plan.pod_spec, state, (_DEPLOYMENTS if change.deployments else _STATEFUL_SETS,))
    before = Before(held, rolls, state.claims)
    return server_demand(
        name,
        plan.pod_spec,
        list(plan.volume_claim_templates),
        scale,
        admission,
        before,
        deployments=change.deployments,
        strategy=strategy,
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


def _runtime(
    runtime: KubeObject, config: KubeObject, change: Change, state: NamespaceState, admission: Admission
) -> tuple[Demand, ...]:
    shared = [
        charge
        for resource, names in _SHARED.items()
        for charge in _charges(resource, _existing(names, state, resource))
    ]
    before = {"": Before(shared)}
    overrides = {str(entry.get("name")): entry.get("podSpec") for entry in mappings(spec_of(runtime).get("overrides"))}
    for component in mappings(spec_of(config).get("components")):
        name = str(component.get("name"))
        rolls = _rolls(name, merge_pod_specs(component.get("podSpec"), overrides.get(name)), state, _WORKLOADS)
        before[name] = Before(_component(name, state), rolls, state.claims)
    return runtime_demand(runtime, config, change.release, admission, before)


def _rolls(workload: str, pod_spec: object, state: NamespaceState, resources: Iterable[str]) -> bool:
    """Whether its live pods are made anew."""
    live = [obj for resource in resources for obj in _existing((workload,), state, resource)]
    return any(
        not same_template({"spec": mapping(spec_of(obj).get("template")).get("spec")}, {"spec": pod_spec})
        for obj in live
    )


def _component(name: str, state: NamespaceState) -> list[Charge]:
    return [*_charges("pods", state.labelled("pods", _COMPONENT, name)), *_workload(name, state)]


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
        held += _charges("pods", state.labelled("pods", _SERVER, name))
        held += _charges("services", state.labelled("services", _REPLICA, name))
        held += _workload(name, state)
    return Demand(f"{resource} {name}, removed", held=tuple(Times(charge) for charge in held))


def _labels(obj: KubeObject) -> Mapping[str, str]:
    return obj["metadata"].get("labels") or {}


def in_a_new_namespace(change: Change) -> list[Charge]:
    """What Kubernetes itself puts there at once."""
    accounts = [] if "default" in change.of("serviceaccounts") else [counted("serviceaccounts")]
    return [counted("configmaps"), *accounts]
