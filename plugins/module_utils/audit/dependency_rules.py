# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a tenant's workloads need of other namespaces: the rules about dependencies (TA801 to TA809)."""

from __future__ import annotations

from collections.abc import Iterator

from ..isolation.network.policy import Direction, read_policy
from ..kube.known import (
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
from ..kube.objects import spec_of
from ..kube.types import KubeObject
from .finding import Findings, Rule, Severity, few
from .references import Text, affinity_namespaces, pod_specs, references, service_namespaces, texts
from .snapshot import title_of
from .world import World

_OWN = "use a Service of the tenant's own namespace"
_HERE = "create it in the tenant's namespace, or correct the name"
_PODS = (SERVER, SERVER_CONFIG, SELDON_RUNTIME, SELDON_CONFIG, DEPLOYMENT, STATEFUL_SET, JOB, CRON_JOB, POD)

ON_TENANT = Rule(
    "TA801",
    Severity.HIGH,
    "a Service of another tenant is used",
    "the team fails with the other team's mistakes, and data crosses tenants",
    _OWN,
    (*_PODS, MODEL),
)
ON_PLATFORM = Rule(
    "TA802",
    Severity.MEDIUM,
    "a Service of the platform's namespace is used",
    "a tenant needs nothing there: its runtime is its own",
    _OWN,
    (*_PODS, MODEL),
)
UNDECLARED = Rule(
    "TA803",
    Severity.LOW,
    "a shared Service is used that no policy lets out to",
    "the platform does not know of it, and it does not work where policies are enforced",
    "add it to tenant_namespace_egress, or drop it",
    (*_PODS, MODEL, NETWORK_POLICY),
)
NO_NAMESPACE = Rule(
    "TA804",
    Severity.LOW,
    "a Service of a namespace that does not exist is used",
    "the name will never resolve, or means whoever makes that namespace first",
    "correct the name",
    (*_PODS, MODEL, NAMESPACE),
)
NO_SECRET = Rule(
    "TA805",
    Severity.MEDIUM,
    "a Secret is used that the namespace does not have",
    "pods do not start, models are not loaded; a Secret of another namespace is never used",
    _HERE,
    (*_PODS, MODEL, SECRET),
)
NO_CONFIG_MAP = Rule(
    "TA806",
    Severity.MEDIUM,
    "a ConfigMap is used that the namespace does not have",
    "pods do not start",
    _HERE,
    (*_PODS, CONFIG_MAP),
)
AFFINITY = Rule(
    "TA807",
    Severity.MEDIUM,
    "pods are placed by the pods of other namespaces",
    "a team can crowd out another or learn where its pods run",
    "remove namespaces and namespaceSelector from the affinity",
    _PODS,
)
ALIAS_INSIDE = Rule(
    "TA808",
    Severity.HIGH,
    "an ExternalName leads into another namespace",
    "the dependency is hidden behind a name of the tenant's own",
    "remove the Service and use one of the tenant's own",
    (SERVICE,),
)
ALIAS_OUTSIDE = Rule(
    "TA809",
    Severity.MEDIUM,
    "an ExternalName leads out of the cluster",
    "whoever holds that name in the DNS decides where the tenant's traffic goes",
    "use the real name where it is needed",
    (SERVICE,),
)


def rules() -> Iterator[Rule]:
    yield from (
        ON_TENANT,
        ON_PLATFORM,
        UNDECLARED,
        NO_NAMESPACE,
        NO_SECRET,
        NO_CONFIG_MAP,
        AFFINITY,
        ALIAS_INSIDE,
        ALIAS_OUTSIDE,
    )


def find(world: World) -> Findings:
    """For each tenant: what becomes a pod, its Models, its Services."""
    for tenant in world.tenants:
        yield from _of_pods(world, tenant.name)
        yield from _of_models(world, tenant.name)
        yield from _of_services(world, tenant.name)


def _of_pods(world: World, tenant: str) -> Findings:
    snapshot = world.snapshot
    for obj, field, pod in pod_specs(snapshot, tenant):
        for text in texts(field, pod):
            yield from _of_text(world, tenant, obj, text)
        for reference in references(field, pod):
            resource, rule = (SECRET, NO_SECRET) if reference.kind == "Secret" else (CONFIG_MAP, NO_CONFIG_MAP)
            if snapshot.readable(resource) and reference.name not in snapshot.names(resource, tenant):
                yield rule.found(
                    tenant, title_of(obj), f"{reference.kind} {reference.name} is not in {tenant}", reference.field
                )
        for place, names in affinity_namespaces(field, pod):
            others = None if names is None else [name for name in names if name != tenant]
            if others is None or others:
                yield AFFINITY.found(
                    tenant, title_of(obj), "by a namespaceSelector" if others is None else f"of {few(others)}", place
                )


def _of_models(world: World, tenant: str) -> Findings:
    snapshot = world.snapshot
    for model in snapshot.inside(MODEL, tenant):
        uri, secret = spec_of(model).get("storageUri"), spec_of(model).get("secretName")
        if isinstance(uri, str):
            yield from _of_text(world, tenant, model, Text("spec.storageUri", uri))
        if (
            isinstance(secret, str)
            and secret
            and snapshot.readable(SECRET)
            and secret not in snapshot.names(SECRET, tenant)
        ):
            yield NO_SECRET.found(tenant, title_of(model), f"Secret {secret} is not in {tenant}", "spec.secretName")


def _of_text(world: World, tenant: str, obj: KubeObject, text: Text) -> Findings:
    for host, namespace in service_namespaces(text.value, world.namespaces.keys()):
        said = f"names {host}"
        if namespace == tenant:
            continue
        if namespace in world.known:
            yield ON_TENANT.found(tenant, title_of(obj), said, text.field)
        elif namespace == world.snapshot.platform:
            yield ON_PLATFORM.found(tenant, title_of(obj), said, text.field)
        elif namespace not in world.namespaces:
            if world.snapshot.readable(NAMESPACE):
                yield NO_NAMESPACE.found(tenant, title_of(obj), said, text.field)
        elif world.snapshot.readable(NETWORK_POLICY) and not _let_out(world, tenant, namespace):
            yield UNDECLARED.found(tenant, title_of(obj), said, text.field)


def _let_out(world: World, tenant: str, namespace: str) -> bool:
    labels = world.network.labels_of(namespace)
    policies = map(read_policy, world.snapshot.inside(NETWORK_POLICY, tenant))
    peers = (peer for policy in policies for rule in policy.rules.get(Direction.EGRESS, ()) for peer in rule.peers)
    return any(peer.namespaces is not None and peer.namespaces.matches(labels) for peer in peers)


def _of_services(world: World, tenant: str) -> Findings:
    for service in world.snapshot.inside(SERVICE, tenant):
        host = spec_of(service).get("externalName")
        if spec_of(service).get("type") != "ExternalName" or not isinstance(host, str):
            continue
        namespaces = [namespace for _host, namespace in service_namespaces(host, world.namespaces.keys())]
        if not namespaces:
            yield ALIAS_OUTSIDE.found(tenant, title_of(service), f"leads to {host}", "spec.externalName")
        elif namespaces[0] != tenant:
            yield ALIAS_INSIDE.found(tenant, title_of(service), f"leads to {host}", "spec.externalName")
