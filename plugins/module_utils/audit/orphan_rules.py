# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is left without the thing that it was for: the rules about orphans (TA5xx)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..applyset.inventory import object_name
from ..applyset.objects import ObjectKey
from ..kube.known import (
    CLUSTER_ROLE,
    DEPLOYMENT,
    NAMESPACE,
    PERSISTENT_VOLUME,
    PERSISTENT_VOLUME_CLAIM,
    POD,
    ROLE,
    ROLE_BINDING,
    SERVER_CONFIG,
    SERVICE_ACCOUNT,
    STATEFUL_SET,
)
from ..kube.objects import mapping, mappings, name_of, spec_of
from ..tenant.labels import TENANT
from ..tenant.operator import operator_name
from .finding import Findings, Rule, Severity
from .snapshot import labels_of, title_of
from .world import World

RECORD = Rule(
    "TA501",
    Severity.MEDIUM,
    "the platform's record of a tenant whose namespace is gone",
    "objects outside of the namespace may have stayed with it",
    "run the deployment playbook for the tenant again, or offboard it",
    (NAMESPACE,),
)
LEFT_OPERATOR = Rule(
    "TA502",
    Severity.MEDIUM,
    "a part of an operator whose tenant is gone",
    "it keeps rights and memory for nobody; a new namespace of that name would get it",
    "delete it",
    (NAMESPACE, DEPLOYMENT, SERVICE_ACCOUNT),
)
NO_OPERATOR = Rule(
    "TA503",
    Severity.HIGH,
    "a tenant without its operator",
    "nothing that the team changes takes effect, and its namespace cannot be deleted",
    "run the deployment playbook for the tenant again",
    (DEPLOYMENT,),
)
CLAIM = Rule(
    "TA504",
    Severity.LOW,
    "a claim that no pod uses",
    "it holds data and counts against the quota",
    "keep it on purpose, or delete it",
    (PERSISTENT_VOLUME_CLAIM, POD, STATEFUL_SET),
)
NO_ROLE = Rule(
    "TA505",
    Severity.LOW,
    "a binding to a role that does not exist",
    "whoever makes that role decides what the binding gives",
    "delete the binding",
    (ROLE, CLUSTER_ROLE, ROLE_BINDING),
)
NO_ACCOUNT = Rule(
    "TA506",
    Severity.LOW,
    "a binding to a ServiceAccount that does not exist",
    "whoever makes that ServiceAccount gets the rights",
    "remove the subject",
    (ROLE_BINDING, SERVICE_ACCOUNT),
)
PUBLISHED = Rule(
    "TA507",
    Severity.LOW,
    "a published ServerConfig of a tenant that is gone",
    "it stays in the platform's namespace, and a new namespace of that name would use it",
    "delete it",
    (NAMESPACE, SERVER_CONFIG),
)
UNUSED = Rule(
    "TA508",
    Severity.INFO,
    "an account of the team's without any right",
    "it is not needed, or its binding was lost",
    "bind it, or delete it",
    (SERVICE_ACCOUNT, ROLE_BINDING),
)
VOLUME = Rule(
    "TA509",
    Severity.MEDIUM,
    "a volume whose claim is gone",
    "it still holds the team's data: who makes it available again hands them to the next claim",
    "save what is needed, wipe it, and delete the volume",
    (NAMESPACE, PERSISTENT_VOLUME),
)
_UNCLAIMED = ("Released", "Failed")
"""The phases of a volume whose claim was deleted. Source: https://kubernetes.io/docs/concepts/storage/persistent-volumes/#phase"""


def rules() -> Iterator[Rule]:
    yield from (RECORD, LEFT_OPERATOR, NO_OPERATOR, CLAIM, NO_ROLE, NO_ACCOUNT, PUBLISHED, UNUSED, VOLUME)


def find(world: World) -> Findings:
    """For each tenant, and for the platform's namespace."""
    for tenant in world.tenants:
        yield from _of_claims(world, tenant.name)
        yield from _of_bindings(world, tenant.name)
        if tenant.namespace is None and tenant.inventory is not None and world.snapshot.readable(NAMESPACE):
            said = f"holds {len(tenant.inventory.members)} objects, and Namespace {tenant.name} does not exist"
            yield RECORD.found(tenant.name, f"ConfigMap {world.snapshot.platform}/{object_name(tenant.name)}", said)
        wanted = (
            tenant.namespace is not None
            and tenant.inventory is not None
            and _made_operator(tenant.inventory.members, tenant.name)
        )
        if (
            wanted
            and world.snapshot.readable(DEPLOYMENT)
            and operator_name(tenant.name) not in world.snapshot.names(DEPLOYMENT, world.snapshot.platform)
        ):
            yield NO_OPERATOR.found(
                tenant.name, f"Deployment {world.snapshot.platform}/{operator_name(tenant.name)}", "does not exist"
            )
    if world.snapshot.readable(NAMESPACE):
        yield from _of_volumes(world)
        if world.snapshot.asked is None:
            yield from _of_platform(world)


def _made_operator(members: Iterable[ObjectKey], tenant: str) -> bool:
    return any(key.kind == DEPLOYMENT.kind and key.name == operator_name(tenant) for key in members)


def _of_platform(world: World) -> Findings:
    platform = world.snapshot.platform
    for resource in (DEPLOYMENT, SERVICE_ACCOUNT):
        for obj in world.snapshot.inside(resource, platform):
            tenant = labels_of(obj).get(TENANT)
            if isinstance(tenant, str) and tenant not in world.namespaces:
                yield LEFT_OPERATOR.found(
                    tenant, title_of(obj), f"is labelled {TENANT}={tenant}, and that namespace does not exist"
                )
    for config in world.snapshot.inside(SERVER_CONFIG, platform):
        tenant, dot, _name = name_of(config).partition(".")
        if dot and tenant not in world.namespaces:
            yield PUBLISHED.found(tenant, title_of(config), f"Namespace {tenant} does not exist")


def _of_claims(world: World, tenant: str) -> Findings:
    snapshot = world.snapshot
    if not snapshot.readable(POD, STATEFUL_SET):
        return
    volumes = (volume for pod in snapshot.inside(POD, tenant) for volume in mappings(spec_of(pod).get("volumes")))
    used = {mapping(volume.get("persistentVolumeClaim")).get("claimName") for volume in volumes}
    templates = [
        f"{mapping(template.get('metadata')).get('name')}-{name_of(owner)}-"
        for owner in snapshot.inside(STATEFUL_SET, tenant)
        for template in mappings(spec_of(owner).get("volumeClaimTemplates"))
    ]
    for claim in snapshot.inside(PERSISTENT_VOLUME_CLAIM, tenant):
        name = name_of(claim)
        if name not in used and not any(name.startswith(prefix) for prefix in templates):
            yield CLAIM.found(tenant, title_of(claim), "is used by no pod and belongs to no StatefulSet")


def _of_volumes(world: World) -> Findings:
    """Those of tenants, and, where all are asked about, those of namespaces that are gone: no record tells any more whose they were."""
    tenants = {tenant.name for tenant in world.tenants}
    for volume in world.snapshot.all(PERSISTENT_VOLUME):
        claim, phase = mapping(spec_of(volume).get("claimRef")), mapping(volume.get("status")).get("phase")
        namespace = str(claim.get("namespace") or "")
        gone = bool(namespace) and namespace not in world.namespaces
        if phase in _UNCLAIMED and (namespace in tenants or (gone and world.snapshot.asked is None)):
            also = ", and that namespace does not exist" if gone else ""
            yield VOLUME.found(
                namespace,
                title_of(volume),
                f"is {phase}: it was bound to claim {namespace}/{claim.get('name')}{also}",
                "spec.claimRef",
            )


def _of_bindings(world: World, tenant: str) -> Findings:
    snapshot, bound = world.snapshot, set()
    for binding in snapshot.inside(ROLE_BINDING, tenant):
        role = mapping(binding.get("roleRef"))
        resource, there = (
            (ROLE, snapshot.names(ROLE, tenant)) if role.get("kind") == "Role" else (CLUSTER_ROLE, world.cluster_roles)
        )
        if snapshot.readable(resource) and role.get("name") not in there:
            yield NO_ROLE.found(
                tenant, title_of(binding), f"{role.get('kind')} {role.get('name')} does not exist", "roleRef.name"
            )
        for position, subject in enumerate(mappings(binding.get("subjects"))):
            if subject.get("kind") != "ServiceAccount":
                continue
            namespace, name = str(subject.get("namespace") or tenant), subject.get("name")
            bound.add((namespace, name))
            if snapshot.readable(SERVICE_ACCOUNT) and name not in snapshot.names(SERVICE_ACCOUNT, namespace):
                yield NO_ACCOUNT.found(
                    tenant,
                    title_of(binding),
                    f"ServiceAccount {namespace}/{name} does not exist",
                    f"subjects[{position}]",
                )
    if snapshot.readable(ROLE_BINDING):
        yield from _unused(world, tenant, bound)


def _unused(world: World, tenant: str, bound: set[tuple[str, object]]) -> Findings:
    for account in world.snapshot.inside(SERVICE_ACCOUNT, tenant):
        name = name_of(account)
        if (
            (tenant, name) not in bound
            and name != "default"
            and not _runs(world, tenant, name)
            and not mapping(account.get("metadata")).get("ownerReferences")
        ):
            yield UNUSED.found(
                tenant, title_of(account), "no RoleBinding of the namespace names it, and no pod runs as it"
            )


def _runs(world: World, tenant: str, name: str) -> bool:
    return any(spec_of(pod).get("serviceAccountName") == name for pod in world.snapshot.inside(POD, tenant))
