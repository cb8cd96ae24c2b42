# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What Seldon's operator makes of a Server and of a SeldonRuntime, releases 2.9.1 and 2.10.2.

Sources: operator/controllers/reconcilers/server and .../seldon. Not reckoned: EndpointSlices and ControllerRevisions,
which Kubernetes makes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..diagnosis.diagnostic import Diagnostic
from ..diagnosis.subject import Subject
from ..kube.resources import SELDON_RUNTIME, SERVER, SERVICE, STATEFUL_SET
from ..quota.demand import Demand, PerReplica, Times
from ..quota.object_usage import Admission, counted, service_charge
from ..quota.reading import Reading
from ..quota.workloads import NEW, Before, claims_of, deployment_demand, held, pod_of, stateful_set_demand, surge_of
from ..seldon.component import Service
from ..seldon.components import TABLE
from ..seldon.effective_runtime import EffectiveComponent, EffectiveRuntime
from ..seldon.runtime_objects import shared_objects
from ..seldon.services import REPLICA_PORTS

_REPLICA_SERVICE = {"clusterIP": "None", "ports": [{"port": port.number} for port in REPLICA_PORTS]}


@dataclass(frozen=True)
class Scale:
    """How many replicas a Server has now, and at most; None is without bound."""

    now: int
    at_max: int | None
    findings: tuple[Diagnostic, ...] = ()
    notes: tuple[str, ...] = ()


def server_scale(spec: object, *, autoscaling: bool, most: int = 0) -> Scale:
    """A Server's replicas. ``autoscaling``: whether the scheduler may raise them (on by default from 2.10 on): then an
    unset maxReplicas does not limit them. ``most``: maxReplicas of a HorizontalPodAutoscaler on it, 0 if there is none.
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
        note = "maxReplicas is not set and server autoscaling is on: the number of replicas has no limit"
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
    """A Server with its effective podSpec. ``deployments``: the operator runs Servers as Deployments, with
    ``strategy``: no claims, no Services.
    """
    reading, later = Reading(), Reading()
    pod = pod_of(pod_spec, admission, reading, later, "podSpec", scale.now, before)
    subject = Subject(SERVER.kind, name)
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
    runtime: EffectiveRuntime, admission: Admission, before: Mapping[str, Before] | None = None
) -> tuple[Demand, ...]:
    """One demand a component that runs, and one for what they share (Services, ConfigMaps, accounts, roles).

    ``before``: by component name, and by "" for what they share.
    """
    reading = Reading()
    given = reading.mapping(runtime.runtime, "")
    spec = reading.mapping(given.get("spec"), "spec")
    name = reading.text(reading.mapping(given.get("metadata"), "metadata").get("name"), "metadata.name")
    config = reading.mapping(reading.mapping(runtime.config, "").get("spec"), "spec")
    overrides = {
        entry["name"]: entry
        for _path, entry in reading.mappings(spec.get("overrides"), "spec.overrides")
        if _named(entry)
    }
    known = before or {}
    subject = Subject(SELDON_RUNTIME.kind, name)
    shared = _shared(subject, runtime, spec, config, overrides, reading, known.get("", NEW))
    paths = [path for path, _entry in reading.mappings(config.get("components"), "spec.components")]
    demands = [
        _component(replace(subject, part=component.name), component, admission, known.get(component.name, NEW), path)
        for path, component in zip(paths, runtime.components)
        if component.row is not None and not component.disabled
    ]
    return (*demands, replace(shared, findings=tuple(reading.findings)))


def _component(
    subject: Subject, component: EffectiveComponent, admission: Admission, before: Before, path: str
) -> Demand:
    """Replicas are the override's, else 1: the component's own number is not used by the operator."""
    reading, later = Reading(), Reading()
    title, base, above = component.name, component.described.get("podSpec"), component.override.get("podSpec")
    if base is None:
        reading.refuse(
            f"{path}.podSpec",
            "is missing: the operator fails on a component without one",
            "give the component a podSpec",
        )
    replicas = reading.count(component.override.get("replicas"), f"overrides[{title}].replicas", 1)
    if above:
        _check_containers(base, reading, f"{path}.podSpec")
        _check_containers(above, reading, f"overrides[{title}].podSpec")
    pod = pod_of(component.pod_spec, admission, reading, later, f"{path}.podSpec", replicas, before)
    if component.row is not None and component.row.workload == STATEFUL_SET:
        templates = component.described.get("volumeClaimTemplates")
        claims = claims_of(title, templates, admission, reading, later, before, replicas)
        demand = stateful_set_demand(subject, pod, claims, replicas, before)
    else:
        demand = deployment_demand(subject, pod, replicas, surge_of(None, reading), before)
    return replace(demand, findings=tuple(reading.findings), later=tuple(later.findings))


def _check_containers(pod_spec: object, reading: Reading, field: str) -> None:
    """Notes containers that are not objects: the API server refuses them, and the merge ignores them."""
    for _container in reading.mappings(reading.mapping(pod_spec, field).get("containers"), f"{field}.containers"):
        pass


def _shared(
    subject: Subject,
    runtime: EffectiveRuntime,
    spec: Mapping[str, Any],
    config: Mapping[str, Any],
    overrides: Mapping[str, Mapping[str, Any]],
    reading: Reading,
    before: Before,
) -> Demand:
    """Services exist for disabled components too."""
    components = {row.service: row.name for row in TABLE if row.service is not None}
    charges = [
        service_charge(_service(service, overrides.get(components[service]), spec, config, reading), reading)
        for service in runtime.services
    ]
    numbers = {
        kind.group_resource: len(names) for kind, names in shared_objects(runtime.release).items() if kind != SERVICE
    }
    fixed = (
        *(Times(charge) for charge in charges),
        *(Times(counted(resource, number)) for resource, number in numbers.items()),
    )
    return Demand(subject, fixed=fixed, held=held(before.held))


def _service(
    service: Service,
    override: Mapping[str, Any] | None,
    spec: Mapping[str, Any],
    config: Mapping[str, Any],
    reading: Reading,
) -> dict[str, Any]:
    """An override decides the type even when it states none, which is then ClusterIP; without one it is LoadBalancer by
    default.
    """
    ports = [{"port": port.number} for port in service.ports]
    if not service.typed:
        return {"clusterIP": "None", "ports": ports}
    if override is not None:
        kind = override.get("serviceType") or "ClusterIP"
    else:
        kind = _service_type(spec, reading) or _service_type(config, reading) or "LoadBalancer"
    return {"type": kind, "ports": ports}


def _service_type(spec: Mapping[str, Any], reading: Reading) -> object:
    config = reading.mapping(spec.get("config"), "spec.config")
    return reading.mapping(config.get("serviceConfig"), "spec.config.serviceConfig").get("serviceType")


def _named(entry: Mapping[str, Any]) -> bool:
    return isinstance(entry.get("name"), str)
