# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What Seldon's objects refer to by name, and whether it is the tenant's: the rules about it (TA810 to TA815)."""

from __future__ import annotations

from collections.abc import Iterator

from ..kube.known import EXPERIMENT, MODEL, NAMESPACE, PIPELINE, SERVER, SERVER_CONFIG
from ..kube.objects import mapping, mappings, spec_of
from ..kube.resource import Resource
from ..kube.types import KubeObject
from .finding import Findings, Rule, Severity, few
from .snapshot import namespace_of, title_of
from .world import World

_HERE = "create it in the tenant's namespace, or correct the name"
_SELDON = (SERVER, SERVER_CONFIG)

REF_ELSEWHERE = Rule(
    "TA810",
    Severity.HIGH,
    "an Experiment, Pipeline or Model refers to another tenant's object",
    "it never becomes ready: a scheduler knows only its own namespace",
    _HERE,
    (MODEL, EXPERIMENT, PIPELINE),
)
REF_NOWHERE = Rule(
    "TA811",
    Severity.MEDIUM,
    "an Experiment, Pipeline or Model refers to something that does not exist",
    "it never becomes ready",
    _HERE,
    (MODEL, EXPERIMENT, PIPELINE),
)
CONFIG_OTHERS = Rule(
    "TA812",
    Severity.HIGH,
    "a Server refers to another tenant's published ServerConfig",
    "the other team's changes roll this team's pods",
    "use a ServerConfig of the tenant's own",
    _SELDON,
)
CONFIG_ABSENT = Rule(
    "TA813",
    Severity.MEDIUM,
    "a Server's ServerConfig is not in its namespace",
    "the tenant's operator looks nowhere else",
    "run the deployment playbook for the tenant again, or correct spec.serverConfig",
    _SELDON,
)
SERVER_ABSENT = Rule(
    "TA814",
    Severity.MEDIUM,
    "a Model names a Server that does not exist",
    "it is never scheduled",
    _HERE,
    (MODEL, SERVER),
)
OUTSIDE = Rule(
    "TA815",
    Severity.HIGH,
    "a Model is in no team's namespace",
    "no quota, no guard-rail and no team stands for it",
    "move it into the namespace of the team that it belongs to",
    (MODEL, NAMESPACE),
)


def rules() -> Iterator[Rule]:
    yield from (REF_ELSEWHERE, REF_NOWHERE, CONFIG_OTHERS, CONFIG_ABSENT, SERVER_ABSENT, OUTSIDE)


def find(world: World) -> Findings:
    """For each tenant, and for the Models that are in none."""
    for tenant in world.tenants:
        yield from _of_objects(world, tenant.name)
    if world.snapshot.asked is None:
        for model in world.snapshot.all(MODEL):
            if namespace_of(model) not in world.known:
                yield OUTSIDE.found("", title_of(model), f"{namespace_of(model)} is no tenant", "metadata.namespace")


def _of_objects(world: World, tenant: str) -> Findings:
    snapshot = world.snapshot
    for model in snapshot.inside(MODEL, tenant):
        spec = spec_of(model)
        server, explained = spec.get("server"), mapping(spec.get("explainer"))
        if (
            isinstance(server, str)
            and server
            and snapshot.readable(SERVER)
            and server not in snapshot.names(SERVER, tenant)
        ):
            yield SERVER_ABSENT.found(tenant, title_of(model), f"Server {server} is not in {tenant}", "spec.server")
        yield from _of_reference(world, tenant, model, MODEL, explained.get("modelRef"), "spec.explainer.modelRef")
        yield from _of_reference(
            world, tenant, model, PIPELINE, explained.get("pipelineRef"), "spec.explainer.pipelineRef"
        )
    for experiment in snapshot.inside(EXPERIMENT, tenant):
        spec = spec_of(experiment)
        kind = PIPELINE if spec.get("resourceType") == "pipeline" else MODEL
        for position, candidate in enumerate(mappings(spec.get("candidates"))):
            yield from _of_reference(
                world, tenant, experiment, kind, candidate.get("name"), f"spec.candidates[{position}].name"
            )
        yield from _of_reference(
            world, tenant, experiment, kind, mapping(spec.get("mirror")).get("name"), "spec.mirror.name"
        )
    for pipeline in snapshot.inside(PIPELINE, tenant):
        for position, step in enumerate(mappings(spec_of(pipeline).get("steps"))):
            yield from _of_reference(world, tenant, pipeline, MODEL, step.get("name"), f"spec.steps[{position}].name")
    for server in snapshot.inside(SERVER, tenant):
        yield from _of_server(world, tenant, server)


def _of_reference(world: World, tenant: str, obj: KubeObject, resource: Resource, name: object, field: str) -> Findings:
    snapshot = world.snapshot
    if (
        not isinstance(name, str)
        or not name
        or not snapshot.readable(resource)
        or name in snapshot.names(resource, tenant)
    ):
        return
    owners = [other for other in sorted(world.known - {tenant}) if name in snapshot.names(resource, other)]
    if owners:
        yield REF_ELSEWHERE.found(tenant, title_of(obj), f"{resource.kind} {name} is in {few(owners)} only", field)
    else:
        yield REF_NOWHERE.found(tenant, title_of(obj), f"{resource.kind} {name} is nowhere", field)


def _of_server(world: World, tenant: str, server: KubeObject) -> Findings:
    name = spec_of(server).get("serverConfig")
    if (
        not isinstance(name, str)
        or not world.snapshot.readable(SERVER_CONFIG)
        or name in world.snapshot.names(SERVER_CONFIG, tenant)
    ):
        return
    prefix, dot, _rest = name.partition(".")
    published = name in world.snapshot.names(SERVER_CONFIG, world.snapshot.platform)
    if dot and prefix != tenant and prefix in world.known:
        yield CONFIG_OTHERS.found(
            tenant, title_of(server), f"ServerConfig {name} is what {prefix} published", "spec.serverConfig"
        )
    elif not (dot and prefix == tenant and published):
        where = f"; {world.snapshot.platform} has one of that name" if published else ""
        yield CONFIG_ABSENT.found(
            tenant, title_of(server), f"ServerConfig {name} is not in {tenant}{where}", "spec.serverConfig"
        )
