# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The rules about guard-rails that are missing, recreated or changed, and by whom (TA4xx)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..applyset.inventory import PART_OF_LABEL, Member, applyset_id
from ..applyset.objects import ObjectKey, key_of
from ..kube.objects import name_of
from ..kube.resource import Resource
from ..kube.resources import LIMIT_RANGE, NAMESPACE, NETWORK_POLICY, RESOURCE_QUOTA, ROLE, ROLE_BINDING, SERVICE_ACCOUNT
from ..kube.types import KubeObject
from ..ownership.labels import MANAGED_BY, TENANT
from ..tenant.guard_rails.namespace import POD_SECURITY
from .kinds import GUARD_RAILS
from .ownership import Written, makers, owns, platform_made, runtime_made, written_by_others
from .rule import DEPLOY_AGAIN, Observation, Observations, Severity, rule
from .snapshot import labels_of, title_of
from .world import World, derived

_AGAIN = DEPLOY_AGAIN
_FORCE = f"{_AGAIN} with tenant_namespace_take_over: true, or put the wanted value into the tenant's variables"
_MOVE = "move it into the tenant's variables, or delete it"
_ALL = (NAMESPACE, SERVICE_ACCOUNT, *GUARD_RAILS)
_CONTENT: dict[Resource, tuple[tuple[str, ...], ...]] = {
    RESOURCE_QUOTA: (("spec", "hard"),),
    LIMIT_RANGE: (("spec", "limits"),),
    NETWORK_POLICY: (("spec", "podSelector"), ("spec", "policyTypes")),
    ROLE: (("rules",),),
    ROLE_BINDING: (("roleRef",), ("subjects",)),
    SERVICE_ACCOUNT: (("automountServiceAccountToken",),),
    NAMESPACE: tuple(
        ("metadata", "labels", f"{POD_SECURITY}{mode}{suffix}")
        for mode in ("enforce", "audit", "warn")
        for suffix in ("", "-version")
    ),
}
"""The fields that the platform writes in each object of the kind."""


@rule(
    "TA401",
    Severity.HIGH,
    title="a guard-rail was deleted",
    why="its limit no longer applies",
    repair=_AGAIN,
    kinds=_ALL,
)
def deleted(world: World) -> Observations:
    for recorded in _recorded(world):
        if recorded.live is None:
            yield Observation(recorded.tenant, str(recorded.key), "is in the platform's record and not in the cluster")


@rule(
    "TA402",
    Severity.HIGH,
    title="a guard-rail was deleted and recreated by somebody else",
    why="it has the platform's name, but not its content",
    repair=f"compare it, delete it, and {DEPLOY_AGAIN}",
    kinds=_ALL,
)
def recreated(world: World) -> Observations:
    for recorded in _recorded(world):
        if recorded.live is not None and _is_another(recorded.member, recorded.live):
            evidence = f"its uid differs from the recorded one; written by {makers(recorded.live)}"
            yield Observation(recorded.tenant, str(recorded.key), evidence, "metadata.uid")


@rule(
    "TA403",
    Severity.HIGH,
    title="a field of a guard-rail was changed",
    why="the limit is no longer the one that the platform set",
    repair=_FORCE,
    kinds=_ALL,
)
def changed_field(world: World) -> Observations:
    for kept in _kept(world):
        for written in kept.limits:
            yield Observation(kept.tenant, title_of(kept.live), written.text(), written.field)


@rule(
    "TA404",
    Severity.HIGH,
    title="a field of a guard-rail was removed",
    why="the limit no longer applies; the API server does not record who removes a field",
    repair=_FORCE,
    kinds=_ALL,
)
def removed_field(world: World) -> Observations:
    for kept in _kept(world):
        for path in _CONTENT[kept.resource]:
            if not owns(kept.live, *path) and not any(written.path[: len(path)] == path for written in kept.limits):
                evidence = "the platform no longer owns it, and nobody wrote it"
                yield Observation(kept.tenant, title_of(kept.live), evidence, f".{'.'.join(path)}")


@rule(
    "TA405",
    Severity.MEDIUM,
    title="a NetworkPolicy that the platform did not create",
    why="policies add up: each additional one allows more connections",
    repair=_MOVE,
    kinds=(NETWORK_POLICY,),
)
def unrecorded_policy(world: World) -> Observations:
    return _unrecorded(world, NETWORK_POLICY)


@rule(
    "TA406",
    Severity.MEDIUM,
    title="a Role or RoleBinding that the platform did not create",
    why="it gives permissions beyond the tenant's profiles",
    repair=_MOVE,
    kinds=(ROLE, ROLE_BINDING),
)
def unrecorded_role(world: World) -> Observations:
    return _unrecorded(world, ROLE, ROLE_BINDING)


@rule(
    "TA407",
    Severity.LOW,
    title="a ResourceQuota or LimitRange that the platform did not create",
    why="the strictest one applies, so pods are refused for reasons that the platform does not know",
    repair=_MOVE,
    kinds=(RESOURCE_QUOTA, LIMIT_RANGE),
)
def unrecorded_limit(world: World) -> Observations:
    return _unrecorded(world, RESOURCE_QUOTA, LIMIT_RANGE)


@rule(
    "TA408",
    Severity.HIGH,
    title="a namespace that claims to be a tenant without a record",
    why="the label was set by hand, or the record was deleted: no run removes or restores anything",
    repair=f"{_AGAIN}, or remove the label",
    kinds=(NAMESPACE,),
)
def tenant_without_record(world: World) -> Observations:
    for tenant in world.tenants if world.are_records_read else ():
        if tenant.namespace is not None and tenant.inventory is None and not tenant.fault:
            missing = f"{world.snapshot.platform} has no ConfigMap applyset-{tenant.name} that holds it"
            yield Observation(
                tenant.name, f"Namespace {tenant.name}", f"{missing}; written by {makers(tenant.namespace)}"
            )


@rule(
    "TA409",
    Severity.HIGH,
    title="a tenant's namespace without the platform's label",
    why="anyone who may change the namespace's labels may also change its Pod Security level",
    repair=_AGAIN,
    kinds=(NAMESPACE,),
)
def tenant_without_label(world: World) -> Observations:
    for tenant in world.tenants:
        if tenant.namespace is None or tenant.inventory is None:
            continue
        label = labels_of(tenant.namespace).get(TENANT)
        if label != tenant.name:
            evidence = f"{TENANT} is {'absent' if label is None else label}"
            yield Observation(tenant.name, f"Namespace {tenant.name}", evidence, f"metadata.labels.{TENANT}")


@rule(
    "TA410",
    Severity.HIGH,
    title="the platform's record of the tenant cannot be read",
    why="nothing of the tenant can be removed or restored",
    repair="restore the ConfigMap from a backup",
)
def unreadable_record(world: World) -> Observations:
    for tenant in world.tenants:
        if tenant.fault:
            record = f"ConfigMap {world.snapshot.platform}/applyset-{tenant.name}"
            yield Observation(tenant.name, record, tenant.fault, "data.objects")


@rule(
    "TA411",
    Severity.HIGH,
    title="a tenant without a ResourceQuota",
    why="one team can use up the cluster",
    repair=_AGAIN,
    kinds=(RESOURCE_QUOTA,),
)
def no_quota(world: World) -> Observations:
    return _without(world, RESOURCE_QUOTA)


@rule(
    "TA412",
    Severity.MEDIUM,
    title="a tenant without a LimitRange",
    why="a quota with limits refuses every pod that states none",
    repair=_AGAIN,
    kinds=(LIMIT_RANGE,),
)
def no_limit_range(world: World) -> Observations:
    return _without(world, LIMIT_RANGE)


@rule(
    "TA413",
    Severity.MEDIUM,
    title="an object of the platform's without its set's label",
    why="the label that links it to the tenant was removed or changed",
    repair=_AGAIN,
    kinds=_ALL,
)
def outside_its_set(world: World) -> Observations:
    for kept in _kept(world):
        label = labels_of(kept.live).get(PART_OF_LABEL, "absent")
        if kept.resource != NAMESPACE and label != applyset_id(kept.tenant, world.snapshot.platform):
            evidence = f"{PART_OF_LABEL} is {label}"
            yield Observation(kept.tenant, title_of(kept.live), evidence, f"metadata.labels.{PART_OF_LABEL}")


@dataclass(frozen=True)
class _Recorded:
    """A guard-rail of the platform's record; ``live`` is None where it is gone."""

    tenant: str
    resource: Resource
    key: ObjectKey
    member: Member
    live: KubeObject | None


@dataclass(frozen=True)
class _Kept:
    """One that is still the platform's. ``limits``: what others wrote of what it demands."""

    tenant: str
    resource: Resource
    live: KubeObject
    limits: Sequence[Written]


@derived
def _recorded(world: World) -> Sequence[_Recorded]:
    """Of tenants whose namespace exists, and of kinds that could be read."""
    by_kind = {(resource.group, resource.kind): resource for resource in _ALL if world.snapshot.readable(resource)}
    return [
        _Recorded(tenant.name, resource, key, member, _live(world, tenant.name, resource, key.name))
        for tenant in world.tenants
        if tenant.namespace is not None and tenant.inventory is not None
        for key, member in tenant.inventory.members.items()
        if (resource := by_kind.get((key.group, key.kind))) is not None and key.namespace in ("", tenant.name)
    ]


def _live(world: World, tenant: str, resource: Resource, name: str) -> KubeObject | None:
    return (world.namespaces if resource == NAMESPACE else world.snapshot.by_name(resource, tenant)).get(name)


@derived
def _kept(world: World) -> Sequence[_Kept]:
    return [
        _Kept(recorded.tenant, recorded.resource, live, _limits(recorded.resource, live))
        for recorded in _recorded(world)
        if (live := recorded.live) is not None
        and not _is_another(recorded.member, live)
        and live["metadata"].get("managedFields")
    ]


def _is_another(member: Member, live: KubeObject) -> bool:
    return bool(member.uid) and live["metadata"].get("uid") != member.uid and not platform_made(live)


def _limits(resource: Resource, live: KubeObject) -> Sequence[Written]:
    return [written for written in written_by_others(live) if _is_limit(resource, written)]


def _is_limit(resource: Resource, written: Written) -> bool:
    """Whether the field says what the guard-rail demands: notes and the labels of others do not."""
    if written.path[0] == "metadata":
        return (
            written.path[1:2] == ("labels",)
            and len(written.path) == 3
            and written.path[2].startswith((POD_SECURITY, TENANT, MANAGED_BY))
        )
    return resource != SERVICE_ACCOUNT or written.path == ("automountServiceAccountToken",)


def _unrecorded(world: World, *resources: Resource) -> Iterator[Observation]:
    """Objects of tenants with a record that are not in it, and that Seldon's operator did not make."""
    for tenant in world.tenants:
        if tenant.namespace is None or tenant.inventory is None:
            continue
        for resource in resources:
            for obj in world.snapshot.inside(resource, tenant.name):
                if key_of(resource, obj) not in tenant.inventory.members and not runtime_made(obj):
                    delete = f"kubectl delete {resource.plural} {name_of(obj)} -n {tenant.name}"
                    repair = f"move it into the tenant's variables, or: {delete}"
                    yield Observation(tenant.name, title_of(obj), f"written by {makers(obj)}", "metadata.name", repair)


def _without(world: World, resource: Resource) -> Observations:
    for tenant, _namespace in world.existing if world.snapshot.readable(resource) else ():
        if not world.snapshot.inside(resource, tenant):
            yield Observation(tenant, f"Namespace {tenant}", f"has no {resource.kind}")
