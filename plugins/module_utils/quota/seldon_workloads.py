# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What Seldon's operator makes of a Server and of a SeldonRuntime, releases 2.9.1 and 2.10.2.

Sources: operator/controllers/reconcilers/server and .../seldon. Not reckoned: EndpointSlices and ControllerRevisions, which Kubernetes makes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..serverconfig.merge import merge_pod_specs
from .charge import Charge
from .demand import Demand, PerReplica, Times
from .finding import Finding
from .object_usage import Admission, counted, service_charge
from .reading import Reading
from .workloads import NEW, Before, claims_of, deployment_demand, held, pod_of, stateful_set_demand, surge_of

SCHEDULER = "seldon-scheduler"
ENVOY = "seldon-envoy"
_COMPONENTS = (SCHEDULER, ENVOY, "seldon-dataflow-engine", "seldon-modelgateway", "seldon-pipelinegateway", "hodometer")
_PORTS = {SCHEDULER: 6, ENVOY: 2}
_REPLICA_SERVICE = {"clusterIP": "None", "ports": [{"port": 9000}, {"port": 9500}, {"port": 9005}]}


@dataclass(frozen=True)
class Scale:
    """How many replicas a Server has now, and at most; None is without bound."""

    now: int
    at_max: int | None
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()


def server_scale(spec: object, *, autoscaling: bool, most: int = 0) -> Scale:
    """A Server's replicas. ``autoscaling``: whether the scheduler may raise them (on by default from 2.10 on): then an unset
    maxReplicas is no bound. ``most``: maxReplicas of a HorizontalPodAutoscaler on it, 0 if there is none.
    """
    reading = Reading()
    given = reading.mapping(spec, "spec")
    now = reading.count(given.get("replicas"), "spec.replicas", 1)
    low = reading.count(given.get("minReplicas"), "spec.minReplicas", 0)
    high = reading.count(given.get("maxReplicas"), "spec.maxReplicas", 0)
    if high and now > high:
        reading.refuse("spec.maxReplicas", f"{high} is less than replicas {now}", "raise maxReplicas or lower replicas")
    if low > now:
        reading.refuse("spec.minReplicas", f"{low} is more than replicas {now}", "raise replicas or lower minReplicas")
    if not high and autoscaling:
        note = "maxReplicas is not set and server autoscaling is on: replicas may grow without bound"
        return Scale(now, None, tuple(reading.findings), (note,))
    return Scale(now, max(now, high, most), tuple(reading.findings))


def server_demand(
    name: str,
    pod_spec: object,
    volume_claim_templates: object,
    scale: Scale,
    admission: Admission,
    before: Before = NEW,
    *,
    deployments: bool = False,
    strategy: object = None,
) -> Demand:
    """A Server with its effective podSpec. ``deployments``: the operator runs Servers as Deployments, with ``strategy``: no claims, no Services."""
    reading, later = Reading(), Reading()
    pod = pod_of(pod_spec, admission, reading, later, "podSpec", scale.now, before)
    subject = f"Server {name}"
    if deployments:
        demand = deployment_demand(subject, pod, scale.now, surge_of(strategy, reading), before)
    else:
        claims = claims_of(name, volume_claim_templates, admission, reading, later, before, scale.now)
        service = PerReplica(service_charge(_REPLICA_SERVICE, reading))
        demand = stateful_set_demand(subject, pod, (*claims, service), scale.now, before)
    findings = (*scale.findings, *reading.findings)
    return replace(
        demand, replicas_at_max=scale.at_max, findings=findings, later=tuple(later.findings), notes=scale.notes
    )


def runtime_demand(
    runtime: object,
    seldon_config: object,
    release: Sequence[int],
    admission: Admission,
    before: Mapping[str, Before] | None = None,
) -> tuple[Demand, ...]:
    """One demand a component that runs, and one for what they share (Services, ConfigMaps, accounts, roles).

    ``release``: of Seldon Core, such as (2, 10, 2). ``before``: by component name, and by "" for what they share.
    """
    reading = Reading()
    given = reading.mapping(runtime, "")
    spec = reading.mapping(given.get("spec"), "spec")
    name = reading.text(reading.mapping(given.get("metadata"), "metadata").get("name"), "metadata.name")
    config = reading.mapping(reading.mapping(seldon_config, "").get("spec"), "spec")
    overrides = {
        entry["name"]: entry
        for _path, entry in reading.mappings(spec.get("overrides"), "spec.overrides")
        if _named(entry)
    }
    known = before or {}
    shared = _shared(f"SeldonRuntime {name}", spec, config, overrides, tuple(release), reading, known.get("", NEW))
    demands = []
    for path, component in reading.mappings(config.get("components"), "spec.components"):
        if _named(component) and component["name"] in _COMPONENTS:
            title = component["name"]
            override = overrides.get(title, {})
            if override.get("disable") is not True:
                demands.append(
                    _component(
                        f"SeldonRuntime {name}, {title}",
                        title,
                        component,
                        override,
                        admission,
                        known.get(title, NEW),
                        path,
                    )
                )
    return (*demands, replace(shared, findings=tuple(reading.findings)))


def _component(
    subject: str,
    title: str,
    component: Mapping[str, Any],
    override: Mapping[str, Any],
    admission: Admission,
    before: Before,
    path: str,
) -> Demand:
    """Replicas are the override's, else 1: the component's own number is not used by the operator."""
    reading, later = Reading(), Reading()
    if component.get("podSpec") is None:
        reading.refuse(
            f"{path}.podSpec",
            "is missing: the operator fails on a component without one",
            "give the component a podSpec",
        )
    replicas = reading.count(override.get("replicas"), f"overrides[{title}].replicas", 1)
    base, above = component.get("podSpec"), override.get("podSpec")
    if above:
        _check_containers(base, reading, f"{path}.podSpec")
        _check_containers(above, reading, f"overrides[{title}].podSpec")
    spec = merge_pod_specs(base, above)
    pod = pod_of(spec, admission, reading, later, f"{path}.podSpec", replicas, before)
    if title == SCHEDULER:
        claims = claims_of(title, component.get("volumeClaimTemplates"), admission, reading, later, before, replicas)
        demand = stateful_set_demand(subject, pod, claims, replicas, before)
    else:
        demand = deployment_demand(subject, pod, replicas, surge_of(None, reading), before)
    return replace(demand, findings=tuple(reading.findings), later=tuple(later.findings))


def _check_containers(pod_spec: object, reading: Reading, field: str) -> None:
    """Notes containers that are no objects: the API server refuses them, and the merge takes them for absent."""
    for _container in reading.mappings(reading.mapping(pod_spec, field).get("containers"), f"{field}.containers"):
        pass


def _shared(
    subject: str,
    spec: Mapping[str, Any],
    config: Mapping[str, Any],
    overrides: Mapping[str, Mapping[str, Any]],
    release: tuple[int, ...],
    reading: Reading,
    before: Before,
) -> Demand:
    """Services exist for disabled components too."""
    old = release < (2, 10)
    charges: list[Charge] = [
        service_charge(_service(component, spec, config, overrides, reading), reading) for component in _PORTS
    ]
    if old:
        charges.append(service_charge({"clusterIP": "None", "ports": [{"port": 9010}, {"port": 9011}]}, reading))
    numbers = {
        "configmaps": 3 if old else 4,
        "serviceaccounts": 3,
        "roles.rbac.authorization.k8s.io": 3,
        "rolebindings.rbac.authorization.k8s.io": 3,
    }
    fixed = (
        *(Times(charge) for charge in charges),
        *(Times(counted(resource, number)) for resource, number in numbers.items()),
    )
    return Demand(subject, fixed=fixed, held=held(before.held))


def _service(
    component: str,
    spec: Mapping[str, Any],
    config: Mapping[str, Any],
    overrides: Mapping[str, Mapping[str, Any]],
    reading: Reading,
) -> dict[str, Any]:
    """An override decides the type even when it states none, which is then ClusterIP; without one it is LoadBalancer by default."""
    if component in overrides:
        kind = overrides[component].get("serviceType") or "ClusterIP"
    else:
        kind = _service_type(spec, reading) or _service_type(config, reading) or "LoadBalancer"
    return {"type": kind, "ports": [{"port": number} for number in range(_PORTS[component])]}


def _service_type(spec: Mapping[str, Any], reading: Reading) -> object:
    config = reading.mapping(spec.get("config"), "spec.config")
    return reading.mapping(config.get("serviceConfig"), "spec.config.serviceConfig").get("serviceType")


def _named(entry: Mapping[str, Any]) -> bool:
    return isinstance(entry.get("name"), str)
