# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether the guard-rails are as the platform made them: missing, made anew, or changed, and by whom (TA4xx)."""

from __future__ import annotations

from collections.abc import Iterator

from ..applyset.inventory import PART_OF_LABEL, Member, applyset_id
from ..applyset.objects import key_of
from ..kube.known import LIMIT_RANGE, NAMESPACE, NETWORK_POLICY, RESOURCE_QUOTA, ROLE, ROLE_BINDING, SERVICE_ACCOUNT
from ..kube.objects import name_of
from ..kube.resource import Resource
from ..kube.types import KubeObject
from ..tenant.labels import MANAGED_BY, TENANT
from ..tenant.namespace import POD_SECURITY
from .finding import Findings, Rule, Severity
from .kinds import GUARD_RAILS
from .ownership import Written, makers, owns, platform_made, runtime_made, written_by_others
from .snapshot import labels_of, title_of
from .world import Tenant, World

_AGAIN = "run the deployment playbook for the tenant again"
_FORCE = f"{_AGAIN} with tenant_namespace_take_over: true, or change the tenant's variables to what is wanted"
_ALL = (NAMESPACE, SERVICE_ACCOUNT, *GUARD_RAILS)

MISSING = Rule(
    "TA401", Severity.HIGH, "a guard-rail was deleted", "the limit that it set no longer holds", _AGAIN, _ALL
)
ANEW = Rule(
    "TA402",
    Severity.HIGH,
    "a guard-rail was deleted and made anew by somebody",
    "it has the platform's name, but not its content",
    "compare it, delete it, and run the deployment playbook for the tenant again",
    _ALL,
)
CHANGED = Rule(
    "TA403",
    Severity.HIGH,
    "a field of a guard-rail was changed",
    "the limit is no longer the one that the platform set",
    _FORCE,
    _ALL,
)
REMOVED = Rule(
    "TA404",
    Severity.HIGH,
    "a field of a guard-rail was removed",
    "the limit no longer holds; the API server does not record who removes a field",
    _FORCE,
    _ALL,
)
EXTRA_POLICY = Rule(
    "TA405",
    Severity.MEDIUM,
    "a NetworkPolicy that the platform did not make",
    "policies add up, so each one more opens something",
    "move it into the tenant's variables, or delete it",
    (NETWORK_POLICY,),
)
EXTRA_ROLE = Rule(
    "TA406",
    Severity.MEDIUM,
    "a Role or RoleBinding that the platform did not make",
    "it gives rights past the tenant's profiles",
    "move it into the tenant's variables, or delete it",
    (ROLE, ROLE_BINDING),
)
EXTRA_LIMIT = Rule(
    "TA407",
    Severity.LOW,
    "a ResourceQuota or LimitRange that the platform did not make",
    "the narrowest one decides, so pods are refused for reasons that the platform does not know",
    "move it into the tenant's variables, or delete it",
    (RESOURCE_QUOTA, LIMIT_RANGE),
)
UNRECORDED = Rule(
    "TA408",
    Severity.HIGH,
    "a namespace that claims to be a tenant without a record",
    "the label was put there by hand, or the record was deleted, and nothing is removed or restored any more",
    f"{_AGAIN}, or remove the label",
    (NAMESPACE,),
)
UNLABELLED = Rule(
    "TA409",
    Severity.HIGH,
    "a tenant's namespace without the platform's label",
    "whoever may change the namespace's labels may change its Pod Security level too",
    _AGAIN,
    (NAMESPACE,),
)
UNREADABLE = Rule(
    "TA410",
    Severity.HIGH,
    "the platform's record of the tenant cannot be read",
    "nothing of the tenant can be removed or restored",
    "restore the ConfigMap from a backup",
    (),
)
NO_QUOTA = Rule(
    "TA411",
    Severity.HIGH,
    "a tenant without a ResourceQuota",
    "one team can use up the cluster",
    _AGAIN,
    (RESOURCE_QUOTA,),
)
NO_LIMITS = Rule(
    "TA412",
    Severity.MEDIUM,
    "a tenant without a LimitRange",
    "a quota with limits refuses every pod that states none",
    _AGAIN,
    (LIMIT_RANGE,),
)
UNTIED = Rule(
    "TA413",
    Severity.MEDIUM,
    "an object of the platform's without its set's label",
    "the label that ties it to the tenant was taken off or changed",
    _AGAIN,
    _ALL,
)

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
"""What the platform writes in each object that it makes of the kind."""
_EXTRA = {
    NETWORK_POLICY: EXTRA_POLICY,
    ROLE: EXTRA_ROLE,
    ROLE_BINDING: EXTRA_ROLE,
    RESOURCE_QUOTA: EXTRA_LIMIT,
    LIMIT_RANGE: EXTRA_LIMIT,
}


def rules() -> Iterator[Rule]:
    yield from (
        MISSING,
        ANEW,
        CHANGED,
        REMOVED,
        EXTRA_POLICY,
        EXTRA_ROLE,
        EXTRA_LIMIT,
        UNRECORDED,
        UNLABELLED,
        UNREADABLE,
        NO_QUOTA,
        NO_LIMITS,
        UNTIED,
    )


def find(world: World) -> Findings:
    """For each tenant: its record against what is there."""
    for tenant in world.tenants:
        if tenant.fault:
            yield UNREADABLE.found(
                tenant.name, f"ConfigMap {world.snapshot.platform}/applyset-{tenant.name}", tenant.fault, "data.objects"
            )
        if tenant.namespace is None:
            continue
        yield from _of_namespace(world, tenant, tenant.namespace)
        yield from _of_members(world, tenant)
        for resource in _EXTRA:
            for obj in world.snapshot.inside(resource, tenant.name):
                yield from _of_object(world, tenant, resource, obj)
        for resource, rule in ((RESOURCE_QUOTA, NO_QUOTA), (LIMIT_RANGE, NO_LIMITS)):
            if world.snapshot.readable(resource) and not world.snapshot.inside(resource, tenant.name):
                yield rule.found(tenant.name, f"Namespace {tenant.name}", f"has no {resource.kind}")


def _of_namespace(world: World, tenant: Tenant, namespace: KubeObject) -> Findings:
    title = f"Namespace {tenant.name}"
    recorded = tenant.inventory is not None
    if not recorded and not tenant.fault and not world.unrecorded_unknown:
        missing = f"{world.snapshot.platform} has no ConfigMap applyset-{tenant.name} that holds it"
        yield UNRECORDED.found(tenant.name, title, f"{missing}; made by {makers(namespace)}")
    if recorded and labels_of(namespace).get(TENANT) != tenant.name:
        yield UNLABELLED.found(
            tenant.name, title, f"{TENANT} is {labels_of(namespace).get(TENANT, 'absent')}", f"metadata.labels.{TENANT}"
        )


def _of_members(world: World, tenant: Tenant) -> Findings:
    """The recorded guard-rails that are gone or are others than those recorded, and those that were changed."""
    by_kind = {(resource.group, resource.kind): resource for resource in _ALL}
    for key, member in (tenant.inventory.members if tenant.inventory else {}).items():
        resource = by_kind.get((key.group, key.kind))
        if resource is None or key.namespace not in ("", tenant.name) or not world.snapshot.readable(resource):
            continue
        live = (
            world.namespaces.get(key.name)
            if resource == NAMESPACE
            else world.by_name(resource, tenant.name).get(key.name)
        )
        if live is None:
            yield MISSING.found(tenant.name, str(key), "is in the platform's record and not in the cluster")
        elif member.uid and live["metadata"].get("uid") != member.uid and not platform_made(live):
            yield ANEW.found(
                tenant.name, str(key), f"has another uid than the recorded one; made by {makers(live)}", "metadata.uid"
            )
        else:
            yield from _of_fields(world, tenant, resource, member, live)


def _of_fields(world: World, tenant: Tenant, resource: Resource, member: Member, live: KubeObject) -> Findings:
    if not live["metadata"].get("managedFields"):
        return
    others = [written for written in written_by_others(live) if _is_limit(resource, written)]
    for written in others:
        yield CHANGED.found(tenant.name, title_of(live), written.text(), written.field)
    for path in _CONTENT[resource]:
        if not owns(live, *path) and not any(written.path[: len(path)] == path for written in others):
            yield REMOVED.found(
                tenant.name, title_of(live), "the platform no longer owns it, and nobody wrote it", f".{'.'.join(path)}"
            )
    if resource != NAMESPACE and labels_of(live).get(PART_OF_LABEL) != applyset_id(
        tenant.name, world.snapshot.platform
    ):
        value = labels_of(live).get(PART_OF_LABEL, "absent")
        yield UNTIED.found(
            tenant.name, title_of(live), f"{PART_OF_LABEL} is {value}", f"metadata.labels.{PART_OF_LABEL}"
        )


def _is_limit(resource: Resource, written: Written) -> bool:
    """Whether the field says what the guard-rail demands: notes and the labels of others do not."""
    if written.path[0] == "metadata":
        return (
            written.path[1:2] == ("labels",)
            and len(written.path) == 3
            and written.path[2].startswith((POD_SECURITY, TENANT, MANAGED_BY))
        )
    return resource != SERVICE_ACCOUNT or written.path == ("automountServiceAccountToken",)


def _of_object(world: World, tenant: Tenant, resource: Resource, obj: KubeObject) -> Findings:
    members = tenant.inventory.members if tenant.inventory else {}
    if tenant.inventory is None or key_of(resource, obj) in members or runtime_made(obj):
        return
    repair = (
        f"move it into the tenant's variables, or: kubectl delete {resource.plural} {name_of(obj)} -n {tenant.name}"
    )
    yield _EXTRA[resource].found(tenant.name, title_of(obj), f"made by {makers(obj)}", "metadata.name", repair)
