# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The rules about dependencies of a tenant's workloads on other namespaces (TA801 to TA809)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..isolation.network.policy import Direction
from ..kube.object_reference import ObjectReference
from ..kube.objects import spec_of
from ..kube.pod_references import pod_references
from ..kube.resource import Resource
from ..kube.resources import (
    CONFIG_MAP,
    CRON_JOB,
    DEPLOYMENT,
    JOB,
    MODEL,
    NAMESPACE,
    NETWORK_POLICY,
    POD,
    SECRET,
    SELDON_CONFIG,
    SELDON_RUNTIME,
    SERVER,
    SERVER_CONFIG,
    SERVICE,
    STATEFUL_SET,
)
from ..kube.selector import Selector
from ..kube.types import KubeObject
from ..seldon.inference_references import inference_references
from .measures import DEPENDENCIES
from .references import PodSpec, Text, affinity_namespaces, pod_specs, service_namespaces, texts
from .rule import Observation, Observations, Severity, rule
from .snapshot import title_of
from .text import first_few
from .world import World, derived

_OWN = "use a Service of the tenant's own namespace"
_HERE = "create it in the tenant's namespace, or correct the name"
_PODS = (SERVER, SERVER_CONFIG, SELDON_RUNTIME, SELDON_CONFIG, DEPLOYMENT, STATEFUL_SET, JOB, CRON_JOB, POD)


@rule(
    "TA801",
    Severity.HIGH,
    title="a Service of another tenant is used",
    why="the other team's mistakes affect this team, and data crosses tenants",
    repair=_OWN,
    kinds=(*_PODS, MODEL),
    metric=DEPENDENCIES,
)
def service_of_another_tenant(world: World) -> Observations:
    for host in _foreign_hosts(world):
        if host.namespace in world.all_tenants:
            yield host.observation


@rule(
    "TA802",
    Severity.MEDIUM,
    title="a Service of the platform's namespace is used",
    why="a tenant needs nothing there: it has its own runtime",
    repair=_OWN,
    kinds=(*_PODS, MODEL),
    metric=DEPENDENCIES,
)
def service_of_the_platform(world: World) -> Observations:
    for host in _foreign_hosts(world):
        if host.namespace == world.snapshot.platform and host.namespace not in world.all_tenants:
            yield host.observation


@rule(
    "TA803",
    Severity.LOW,
    title="a shared Service is used that no policy allows",
    why="the platform does not know of it, and it does not work where policies are enforced",
    repair="add it to tenant_namespace_egress, or stop using it",
    kinds=(*_PODS, MODEL, NETWORK_POLICY),
)
def undeclared_service(world: World) -> Observations:
    for host in _hosts_of_nobody(world) if world.snapshot.readable(NETWORK_POLICY) else ():
        if host.namespace in world.namespaces and not _is_let_out(world, host.tenant, host.namespace):
            yield host.observation


@rule(
    "TA804",
    Severity.LOW,
    title="a Service of a namespace that does not exist is used",
    why="the name does not resolve; anyone who creates that namespace gets the requests",
    repair="correct the name",
    kinds=(*_PODS, MODEL, NAMESPACE),
)
def service_of_no_namespace(world: World) -> Observations:
    for host in _hosts_of_nobody(world) if world.snapshot.readable(NAMESPACE) else ():
        if host.namespace not in world.namespaces:
            yield host.observation


@rule(
    "TA805",
    Severity.MEDIUM,
    title="a Secret is used that the namespace does not have",
    why="pods do not start, models are not loaded; a Secret of another namespace is never used",
    repair=_HERE,
    kinds=(*_PODS, MODEL, SECRET),
)
def no_secret(world: World) -> Observations:
    yield from _missing(world, SECRET)
    for tenant, model in world.inside(MODEL) if world.snapshot.readable(SECRET) else ():
        for field, resource, name, _optional in inference_references(MODEL, model):
            if resource == SECRET and name not in world.snapshot.by_name(SECRET, tenant):
                yield Observation(tenant, title_of(model), f"Secret {name} is not in {tenant}", field)


@rule(
    "TA806",
    Severity.MEDIUM,
    title="a ConfigMap is used that the namespace does not have",
    why="pods do not start",
    repair=_HERE,
    kinds=(*_PODS, CONFIG_MAP),
)
def no_config_map(world: World) -> Observations:
    return _missing(world, CONFIG_MAP)


@rule(
    "TA807",
    Severity.MEDIUM,
    title="pods are placed by the pods of other namespaces",
    why="a team can crowd out another or learn where its pods run",
    repair="remove namespaces and namespaceSelector from the affinity",
    kinds=_PODS,
    metric=DEPENDENCIES,
)
def affinity_to_others(world: World) -> Observations:
    for written in _pod_specs(world):
        for field, names in affinity_namespaces(written.field, written.pod):
            others = None if names is None else [name for name in names if name != written.tenant]
            if others is None or others:
                evidence = "by a namespaceSelector" if others is None else f"of {first_few(others)}"
                yield Observation(written.tenant, title_of(written.obj), evidence, field)


@rule(
    "TA808",
    Severity.HIGH,
    title="an ExternalName leads into another namespace",
    why="the dependency is hidden behind a name of the tenant's own",
    repair="remove the Service and use one of the tenant's own",
    kinds=(SERVICE,),
    metric=DEPENDENCIES,
)
def alias_into_another_namespace(world: World) -> Observations:
    for alias in _aliases(world):
        if alias.namespace not in (None, alias.tenant):
            yield alias.observation


@rule(
    "TA809",
    Severity.MEDIUM,
    title="an ExternalName leads out of the cluster",
    why="the owner of that DNS name decides where the tenant's traffic goes",
    repair="use the external name directly",
    kinds=(SERVICE,),
)
def alias_out_of_the_cluster(world: World) -> Observations:
    for alias in _aliases(world):
        if alias.namespace is None:
            yield alias.observation


@dataclass(frozen=True)
class _Written:
    """A pod spec that people wrote, and its field in the object."""

    tenant: str
    obj: KubeObject
    field: str
    pod: PodSpec


@dataclass(frozen=True)
class _Host:
    """A place that names a Service of ``namespace``; None stands for a host outside the cluster."""

    tenant: str
    namespace: str | None
    observation: Observation


@derived
def _pod_specs(world: World) -> Sequence[_Written]:
    return [
        _Written(tenant.name, *written)
        for tenant in world.tenants
        for written in pod_specs(world.snapshot, tenant.name)
    ]


@derived
def _foreign_hosts(world: World) -> Sequence[_Host]:
    """Hosts of other namespaces in the text of pod specs and Models."""
    return [
        _Host(tenant, namespace, Observation(tenant, title_of(obj), f"names {host}", text.field))
        for tenant, obj, text in _texts(world)
        for host, namespace in service_namespaces(text.value, world.namespaces.keys())
        if namespace != tenant
    ]


def _texts(world: World) -> Iterator[tuple[str, KubeObject, Text]]:
    for written in _pod_specs(world):
        for text in texts(written.field, written.pod):
            yield written.tenant, written.obj, text
    for tenant, model in world.inside(MODEL):
        uri = spec_of(model).get("storageUri")
        if isinstance(uri, str):
            yield tenant, model, Text("spec.storageUri", uri)


def _hosts_of_nobody(world: World) -> Iterator[_Host]:
    """Those of namespaces that are neither a tenant's nor the platform's."""
    return (
        host
        for host in _foreign_hosts(world)
        if host.namespace not in world.all_tenants and host.namespace != world.snapshot.platform
    )


def _is_let_out(world: World, tenant: str, namespace: str | None) -> bool:
    labels = world.network.labels_of(namespace or "")
    return any(selector.matches(labels) for selector in _egress(world).get(tenant, ()))


@derived
def _egress(world: World) -> Mapping[str, Sequence[Selector]]:
    """The selectors of the namespaces that each tenant's policies let out to."""
    selectors: dict[str, list[Selector]] = {}
    for tenant, policy, _obj in world.policies:
        peers = (peer for written in policy.rules.get(Direction.EGRESS, ()) for peer in written.peers)
        selectors.setdefault(tenant, []).extend(peer.namespaces for peer in peers if peer.namespaces is not None)
    return selectors


@derived
def _references(world: World) -> Sequence[tuple[_Written, ObjectReference]]:
    """Those without which pods do not start."""
    return [
        (written, reference)
        for written in _pod_specs(world)
        for reference in pod_references(written.pod)
        if not reference.optional
    ]


def _missing(world: World, resource: Resource) -> Observations:
    """References of pod specs to objects of the kind that their namespace does not have."""
    for written, reference in _references(world) if world.snapshot.readable(resource) else ():
        names = world.snapshot.by_name(resource, written.tenant)
        if reference.resource == resource and reference.name not in names:
            evidence = f"{resource.kind} {reference.name} is not in {written.tenant}"
            yield Observation(written.tenant, title_of(written.obj), evidence, f"{written.field}.{reference.field}")


@derived
def _aliases(world: World) -> Sequence[_Host]:
    """Services of type ExternalName."""
    aliases = []
    for tenant, service in world.inside(SERVICE):
        host = spec_of(service).get("externalName")
        if spec_of(service).get("type") == "ExternalName" and isinstance(host, str):
            observation = Observation(tenant, title_of(service), f"leads to {host}", "spec.externalName")
            namespaces = (namespace for _host, namespace in service_namespaces(host, world.namespaces.keys()))
            aliases.append(_Host(tenant, next(namespaces, None), observation))
    return aliases
