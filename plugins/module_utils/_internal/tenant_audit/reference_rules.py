# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The rules about objects that Seldon's objects refer to by name (TA810 to TA815). TA812 is reserved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..kube.object_reference import ObjectReference
from ..kube.objects import spec_of
from ..kube.resource import Resource
from ..kube.resources import EXPERIMENT, MODEL, NAMESPACE, PIPELINE, SERVER, SERVER_CONFIG
from ..kube.types import KubeObject
from ..seldon.inference_references import inference_references
from .measures import DEPENDENCIES
from .rule import DEPLOY_AGAIN, Observation, Observations, Severity, rule
from .snapshot import namespace_of, title_of
from .text import first_few
from .world import World, derived

_HERE = "create it in the tenant's namespace, or correct the name"


@rule(
    "TA810",
    Severity.HIGH,
    title="an Experiment, Pipeline or Model refers to another tenant's object",
    why="it never becomes ready: a scheduler knows only its own namespace",
    repair=_HERE,
    kinds=(MODEL, EXPERIMENT, PIPELINE),
    metric=DEPENDENCIES,
)
def refers_to_another_tenant(world: World) -> Observations:
    for missing in _missing(world):
        if missing.owners:
            yield missing.observation(f"is in {first_few(missing.owners)} only")


@rule(
    "TA811",
    Severity.MEDIUM,
    title="an Experiment, Pipeline or Model refers to something that does not exist",
    why="it never becomes ready, or gets no data",
    repair=_HERE,
    kinds=(MODEL, EXPERIMENT, PIPELINE),
)
def refers_to_nothing(world: World) -> Observations:
    for missing in _missing(world):
        if not missing.owners:
            yield missing.observation("is nowhere")


@rule(
    "TA813",
    Severity.MEDIUM,
    title="a Server's ServerConfig is not in its namespace",
    why="the tenant's operator does not look in other namespaces",
    repair=f"{DEPLOY_AGAIN}, or correct spec.serverConfig",
    kinds=(SERVER, SERVER_CONFIG),
)
def no_server_config(world: World) -> Observations:
    snapshot = world.snapshot
    for tenant, server in world.inside(SERVER) if snapshot.readable(SERVER_CONFIG) else ():
        name = spec_of(server).get("serverConfig")
        if isinstance(name, str) and name not in snapshot.by_name(SERVER_CONFIG, tenant):
            is_platforms = name in snapshot.by_name(SERVER_CONFIG, snapshot.platform)
            where = f"; {snapshot.platform} has one of that name" if is_platforms else ""
            evidence = f"ServerConfig {name} is not in {tenant}{where}"
            yield Observation(tenant, title_of(server), evidence, "spec.serverConfig")


@rule(
    "TA814",
    Severity.MEDIUM,
    title="a Model names a Server that does not exist",
    why="it is never scheduled",
    repair=_HERE,
    kinds=(MODEL, SERVER),
)
def no_server(world: World) -> Observations:
    for tenant, model, (field, resource, name, _optional) in (
        _references(world) if world.snapshot.readable(SERVER) else ()
    ):
        if resource == SERVER and name not in world.snapshot.by_name(SERVER, tenant):
            yield Observation(tenant, title_of(model), f"Server {name} is not in {tenant}", field)


@rule(
    "TA815",
    Severity.HIGH,
    title="a Model is in no team's namespace",
    why="no quota and no guard-rail limits it, and no team owns it",
    repair="move it into the namespace of the team that it belongs to",
    kinds=(MODEL, NAMESPACE),
)
def model_without_team(world: World) -> Observations:
    for model in world.snapshot.all(MODEL) if world.snapshot.asked is None else ():
        if namespace_of(model) not in world.all_tenants:
            evidence = f"{namespace_of(model)} is not a tenant's namespace"
            yield Observation("", title_of(model), evidence, "metadata.namespace")


@dataclass(frozen=True)
class _Missing:
    """A reference to an object that the tenant does not have. ``owners`` are other tenants that have one of the name."""

    tenant: str
    obj: KubeObject
    resource: Resource
    name: str
    field: str
    owners: Sequence[str]

    def observation(self, where: str) -> Observation:
        evidence = f"{self.resource.kind} {self.name} {where}"
        return Observation(self.tenant, title_of(self.obj), evidence, self.field)


@derived
def _missing(world: World) -> Sequence[_Missing]:
    snapshot = world.snapshot
    return [
        _Missing(tenant, obj, resource, name, field, _owners(world, tenant, resource, name))
        for tenant, obj, (field, resource, name, _optional) in _references(world)
        if resource in (MODEL, PIPELINE)
        and snapshot.readable(resource)
        and name not in snapshot.by_name(resource, tenant)
    ]


def _owners(world: World, tenant: str, resource: Resource, name: str) -> Sequence[str]:
    others = sorted(world.all_tenants - {tenant})
    return [other for other in others if name in world.snapshot.by_name(resource, other)]


def _references(world: World) -> Iterator[tuple[str, KubeObject, ObjectReference]]:
    """Tenant and object, then what it refers to."""
    for resource in (MODEL, EXPERIMENT, PIPELINE):
        for tenant, obj in world.inside(resource):
            for reference in inference_references(resource, obj):
                yield tenant, obj, reference
