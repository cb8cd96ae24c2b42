# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a tenant needs of other namespaces: the rules about dependencies (TA8xx)."""

from __future__ import annotations

from collections.abc import Iterator

from ..isolation.network.policy import Direction, read_policy
from ..kube.known import (
    CONFIG_MAP,
    CRON_JOB,
    DEPLOYMENT,
    EXPERIMENT,
    JOB,
    MODEL,
    NAMESPACE,
    NETWORK_POLICY,
    PIPELINE,
    POD,
    SECRET,
    SELDON_CONFIG,
    SELDON_RUNTIME,
    SERVER,
    SERVER_CONFIG,
    SERVICE,
    STATEFUL_SET,
)
from ..kube.objects import mapping, mappings, spec_of
from ..kube.resource import Resource
from ..kube.types import KubeObject
from .finding import Findings, Rule, Severity, few
from .references import Text, affinity_namespaces, pod_specs, references, service_namespaces, texts
from .snapshot import namespace_of, title_of
from .world import World

_OWN = "use a Service of the tenant's own namespace"
_HERE = "create it in the tenant's namespace, or correct the name"
_SELDON = (SERVER, SERVER_CONFIG)
_PODS = (*_SELDON, SELDON_RUNTIME, SELDON_CONFIG, DEPLOYMENT, STATEFUL_SET, JOB, CRON_JOB, POD)

ON_TENANT = Rule(
    "TA801", Severity.HIGH, "a Service of another tenant is used", "the team fails with the other team's mistakes, and data crosses tenants", _OWN,
    (*_PODS, MODEL),
)
ON_PLATFORM = Rule(
    "TA802", Severity.MEDIUM, "a Service of the platform's namespace is used", "a tenant needs nothing there: its runtime is its own", _OWN, (*_PODS, MODEL),
)
UNDECLARED = Rule(
    "TA803", Severity.LOW, "a shared Service is used that no policy lets out to",
    "the platform does not know of it, and it does not work where policies are enforced", "add it to tenant_namespace_egress, or drop it",
    (*_PODS, MODEL, NETWORK_POLICY),
)
NO_NAMESPACE = Rule(
    "TA804", Severity.LOW, "a Service of a namespace that does not exist is used", "the name will never resolve, or means whoever makes that namespace first",
    "correct the name", (*_PODS, MODEL, NAMESPACE),
)
NO_SECRET = Rule(
    "TA805", Severity.MEDIUM, "a Secret is used that the namespace does not have",
    "pods do not start, models are not loaded; a Secret of another namespace is never used", _HERE, (*_PODS, MODEL, SECRET),
)
NO_CONFIG_MAP = Rule("TA806", Severity.MEDIUM, "a ConfigMap is used that the namespace does not have", "pods do not start", _HERE, (*_PODS, CONFIG_MAP))
AFFINITY = Rule(
    "TA807", Severity.MEDIUM, "pods are placed by the pods of other namespaces", "a team can crowd out another or learn where its pods run",
    "remove namespaces and namespaceSelector from the affinity", _PODS,
)
ALIAS_INSIDE = Rule(
    "TA808", Severity.HIGH, "an ExternalName leads into another namespace", "the dependency is hidden behind a name of the tenant's own",
    "remove the Service and use one of the tenant's own", (SERVICE,),
)
ALIAS_OUTSIDE = Rule(
    "TA809", Severity.MEDIUM, "an ExternalName leads out of the cluster", "whoever holds that name in the DNS decides where the tenant's traffic goes",
    "use the real name where it is needed", (SERVICE,),
)
REF_ELSEWHERE = Rule(
    "TA810", Severity.HIGH, "an Experiment, Pipeline or Model refers to another tenant's object",
    "it never becomes ready: a scheduler knows only its own namespace", _HERE, (MODEL, EXPERIMENT, PIPELINE),
)
REF_NOWHERE = Rule(
    "TA811", Severity.MEDIUM, "an Experiment, Pipeline or Model refers to something that does not exist", "it never becomes ready", _HERE,
    (MODEL, EXPERIMENT, PIPELINE),
)
CONFIG_OTHERS = Rule(
    "TA812", Severity.HIGH, "a Server refers to another tenant's published ServerConfig", "the other team's changes roll this team's pods",
    "use a ServerConfig of the tenant's own", _SELDON,
)
CONFIG_ABSENT = Rule(
    "TA813", Severity.MEDIUM, "a Server's ServerConfig is not in its namespace", "the tenant's operator looks nowhere else",
    "run the deployment playbook for the tenant again, or correct spec.serverConfig", _SELDON,
)
SERVER_ABSENT = Rule("TA814", Severity.MEDIUM, "a Model names a Server that does not exist", "it is never scheduled", _HERE, (MODEL, SERVER))
OUTSIDE = Rule(
    "TA815", Severity.HIGH, "a Model is in no team's namespace", "no quota, no guard-rail and no team stands for it",
    "move it into the namespace of the team that it belongs to", (MODEL, NAMESPACE),
)

CROSSING = (ON_TENANT, ON_PLATFORM, ALIAS_INSIDE, REF_ELSEWHERE, CONFIG_OTHERS, AFFINITY)
"""Those that are cross-namespace dependencies in the sense of the first success metric."""


def rules() -> Iterator[Rule]:
    yield from (ON_TENANT, ON_PLATFORM, UNDECLARED, NO_NAMESPACE, NO_SECRET, NO_CONFIG_MAP, AFFINITY, ALIAS_INSIDE, ALIAS_OUTSIDE)
    yield from (REF_ELSEWHERE, REF_NOWHERE, CONFIG_OTHERS, CONFIG_ABSENT, SERVER_ABSENT, OUTSIDE)


def find(world: World) -> Findings:
    """For each tenant, and for the Models that are in none."""
    for tenant in world.tenants:
        yield from _of_pods(world, tenant.name)
        yield from _of_services(world, tenant.name)
        yield from _of_seldon(world, tenant.name)
    if world.snapshot.asked is None:
        for model in world.snapshot.all(MODEL):
            if namespace_of(model) not in world.known:
                yield OUTSIDE.found("", title_of(model), f"{namespace_of(model)} is no tenant", "metadata.namespace")


def _of_pods(world: World, tenant: str) -> Findings:
    snapshot = world.snapshot
    for obj, field, pod in pod_specs(snapshot, tenant):
        for text in texts(field, pod):
            yield from _of_text(world, tenant, obj, text)
        for reference in references(field, pod):
            resource, rule = (SECRET, NO_SECRET) if reference.kind == "Secret" else (CONFIG_MAP, NO_CONFIG_MAP)
            if snapshot.readable(resource) and reference.name not in snapshot.names(resource, tenant):
                yield rule.found(tenant, title_of(obj), f"{reference.kind} {reference.name} is not in {tenant}", reference.field)
        for place, names in affinity_namespaces(field, pod):
            others = None if names is None else [name for name in names if name != tenant]
            if others is None or others:
                yield AFFINITY.found(tenant, title_of(obj), "by a namespaceSelector" if others is None else f"of {few(others)}", place)


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


def _of_seldon(world: World, tenant: str) -> Findings:
    snapshot = world.snapshot
    for model in snapshot.inside(MODEL, tenant):
        spec, title = spec_of(model), title_of(model)
        if isinstance(spec.get("storageUri"), str):
            yield from _of_text(world, tenant, model, Text("spec.storageUri", spec["storageUri"]))
        secret, server, explained = spec.get("secretName"), spec.get("server"), mapping(spec.get("explainer"))
        if isinstance(secret, str) and secret and snapshot.readable(SECRET) and secret not in snapshot.names(SECRET, tenant):
            yield NO_SECRET.found(tenant, title, f"Secret {secret} is not in {tenant}", "spec.secretName")
        if isinstance(server, str) and server and snapshot.readable(SERVER) and server not in snapshot.names(SERVER, tenant):
            yield SERVER_ABSENT.found(tenant, title, f"Server {server} is not in {tenant}", "spec.server")
        yield from _of_reference(world, tenant, model, MODEL, explained.get("modelRef"), "spec.explainer.modelRef")
        yield from _of_reference(world, tenant, model, PIPELINE, explained.get("pipelineRef"), "spec.explainer.pipelineRef")
    for experiment in snapshot.inside(EXPERIMENT, tenant):
        spec = spec_of(experiment)
        kind = PIPELINE if spec.get("resourceType") == "pipeline" else MODEL
        for position, candidate in enumerate(mappings(spec.get("candidates"))):
            yield from _of_reference(world, tenant, experiment, kind, candidate.get("name"), f"spec.candidates[{position}].name")
        yield from _of_reference(world, tenant, experiment, kind, mapping(spec.get("mirror")).get("name"), "spec.mirror.name")
    for pipeline in snapshot.inside(PIPELINE, tenant):
        for position, step in enumerate(mappings(spec_of(pipeline).get("steps"))):
            yield from _of_reference(world, tenant, pipeline, MODEL, step.get("name"), f"spec.steps[{position}].name")
    for server in snapshot.inside(SERVER, tenant):
        yield from _of_server(world, tenant, server)


def _of_reference(world: World, tenant: str, obj: KubeObject, resource: Resource, name: object, field: str) -> Findings:
    snapshot = world.snapshot
    if not isinstance(name, str) or not name or not snapshot.readable(resource) or name in snapshot.names(resource, tenant):
        return
    owners = [other for other in sorted(world.known - {tenant}) if name in snapshot.names(resource, other)]
    if owners:
        yield REF_ELSEWHERE.found(tenant, title_of(obj), f"{resource.kind} {name} is in {few(owners)} only", field)
    else:
        yield REF_NOWHERE.found(tenant, title_of(obj), f"{resource.kind} {name} is nowhere", field)


def _of_server(world: World, tenant: str, server: KubeObject) -> Findings:
    name = spec_of(server).get("serverConfig")
    if not isinstance(name, str) or not world.snapshot.readable(SERVER_CONFIG) or name in world.snapshot.names(SERVER_CONFIG, tenant):
        return
    prefix, dot, _rest = name.partition(".")
    published = name in world.snapshot.names(SERVER_CONFIG, world.snapshot.platform)
    if dot and prefix != tenant and prefix in world.known:
        yield CONFIG_OTHERS.found(tenant, title_of(server), f"ServerConfig {name} is what {prefix} published", "spec.serverConfig")
    elif not (dot and prefix == tenant and published):
        where = f"; {world.snapshot.platform} has one of that name" if published else ""
        yield CONFIG_ABSENT.found(tenant, title_of(server), f"ServerConfig {name} is not in {tenant}{where}", "spec.serverConfig")
