# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What each part of a change takes, less what the live objects that it replaces hold already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from ..kube.types import KubeObject
from ..quota.charge import Charge
from ..quota.demand import Demand, Times
from ..quota.object_usage import Admission, counted, object_charge
from ..quota.reading import Reading
from ..quota.seldon_workloads import runtime_demand, server_demand, server_scale
from ..quota.workloads import Before, object_demand, workload_demand
from ..tenant.objects import mapping, name_of, spec_of
from .change import Change, ServerPlan
from .state import NamespaceState

_COMPONENT = "app.kubernetes.io/name"
_SERVER, _REPLICA = "seldon-server-name", "seldon-server-replica"
_SHARED = {
    "services": ("seldon-scheduler", "seldon-mesh", "seldon-pipelinegateway"),
    "configmaps": ("seldon-agent", "seldon-kafka", "seldon-tracing", "seldon-scaling"),
    "serviceaccounts": ("seldon-scheduler", "seldon-server", "hodometer"),
    "roles.rbac.authorization.k8s.io": ("seldon-scheduler-role", "agent-role", "hodometer-role"),
    "rolebindings.rbac.authorization.k8s.io": ("seldon-scheduler-rolebinding", "agent-rolebinding", "hodometer-rolebinding"),
}
"""What a SeldonRuntime makes besides its components."""
_WORKLOADS = ("statefulsets.apps", "deployments.apps")
_AUTOSCALERS = "horizontalpodautoscalers.autoscaling"


def demands_of(change: Change, state: NamespaceState, admission: Admission) -> tuple[Demand, ...]:
    """One for each applied or removed object, each Server, each component of a SeldonRuntime. ``admission``: as it will be after the change."""
    return (
        *(_applied(resource, obj, state, admission) for resource, obj in change.desired),
        *(_server(plan, change, state, admission) for plan in change.servers),
        *(demand for runtime, config in change.runtimes for demand in _runtime(runtime, config, change, state, admission)),
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
    live = state.named(resource).get(name_of(obj))
    held = _charges(resource, [live] if live else [])
    pods = _charges("pods", _selected(obj, state.of("pods"))) if live else []
    before = Before([*held, *pods], live is not None and not _holds(live.get("spec"), obj.get("spec")), _claims(state))
    return workload_demand(obj, admission, before) or object_demand(f"{obj.get('kind')} {name_of(obj)}", obj, resource, admission, Before(held))


def _selected(workload: KubeObject, pods: Iterable[KubeObject]) -> list[KubeObject]:
    wanted = mapping(mapping(spec_of(workload).get("selector")).get("matchLabels"))
    return [pod for pod in pods if wanted and wanted.items() <= _labels(pod).items()]


def _holds(live: object, desired: object) -> bool:
    """Whether every field that is desired is in the live object already: what is more there are defaults."""
    if isinstance(desired, Mapping):
        return isinstance(live, Mapping) and all(name in live and _holds(live[name], value) for name, value in desired.items())
    if isinstance(desired, list):
        return isinstance(live, list) and len(live) == len(desired) and all(_holds(one, other) for one, other in zip(live, desired, strict=True))
    return live == desired


def _server(plan: ServerPlan, change: Change, state: NamespaceState, admission: Admission) -> Demand:
    name = name_of(plan.server)
    scale = server_scale(spec_of(plan.server), autoscaling=change.autoscaling, most=_most(name, change))
    held = _charges("pods", (pod for pod in state.of("pods") if _labels(pod).get(_SERVER) == name))
    held += _charges("services", (service for service in state.of("services") if _labels(service).get(_REPLICA) == name))
    held += _workload(name, state)
    strategy = spec_of(plan.server).get("deploymentStrategy")
    before = Before(held, claims=_claims(state))
    return server_demand(
        name, plan.pod_spec, list(plan.volume_claim_templates), scale, admission, before, deployments=change.deployments, strategy=strategy
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
    shared = [charge for resource, names in _SHARED.items() for charge in _charges(resource, _existing(names, state, resource))]
    before = {"": Before(shared), **{name: Before(_component(name, state), claims=_claims(state)) for name in _names(config)}}
    demands = runtime_demand(runtime, config, change.release, admission, before)
    rolling = {demand.subject.rpartition(", ")[2] for demand in demands if _rolls(demand)}
    if not rolling:
        return demands
    known = {name: replace(entry, rolls=name in rolling) for name, entry in before.items()}
    return runtime_demand(runtime, config, change.release, admission, known)


def _rolls(demand: Demand) -> bool:
    """Whether its live pods count otherwise than its new ones: the template must have changed then."""
    old = [item.charge for item in demand.held if item.charge.pod is not None]
    return demand.pod is not None and any(charge.amounts != demand.pod.amounts for charge in old)


def _names(config: KubeObject) -> list[str]:
    components = spec_of(config).get("components")
    return [str(entry["name"]) for entry in components if isinstance(entry, Mapping) and "name" in entry] if isinstance(components, list) else []


def _component(name: str, state: NamespaceState) -> list[Charge]:
    return [*_charges("pods", (pod for pod in state.of("pods") if _labels(pod).get(_COMPONENT) == name)), *_workload(name, state)]


def _workload(name: str, state: NamespaceState) -> list[Charge]:
    held = [charge for resource in _WORKLOADS for charge in _charges(resource, _existing((name,), state, resource))]
    owned = (obj for obj in state.of("replicasets.apps") if any(ref.get("name") == name for ref in obj["metadata"].get("ownerReferences") or ()))
    return [*held, *_charges("replicasets.apps", owned)]


def _existing(names: Iterable[str], state: NamespaceState, resource: str) -> list[KubeObject]:
    live = state.named(resource)
    return [live[name] for name in names if name in live]


def _removed(resource: str, name: str, state: NamespaceState) -> Demand:
    """Gives back what it holds; a Server also what was made for it."""
    held = _charges(resource, _existing((name,), state, resource))
    if resource == "servers.mlops.seldon.io":
        held += _charges("pods", (pod for pod in state.of("pods") if _labels(pod).get(_SERVER) == name))
        held += _charges("services", (service for service in state.of("services") if _labels(service).get(_REPLICA) == name))
        held += _workload(name, state)
    return Demand(f"{resource} {name}, removed", held=tuple(Times(charge) for charge in held))


def _claims(state: NamespaceState) -> frozenset[str]:
    return frozenset(state.named("persistentvolumeclaims"))


def _labels(obj: KubeObject) -> Mapping[str, str]:
    return obj["metadata"].get("labels") or {}


def in_a_new_namespace(change: Change) -> list[Charge]:
    """What Kubernetes itself puts there at once."""
    accounts = [] if "default" in change.of("serviceaccounts") else [counted("serviceaccounts")]
    return [counted("configmaps"), *accounts]
