# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The rules about orphans: objects whose tenant, claim or subject is gone (TA5xx). TA507 is reserved."""

from __future__ import annotations

from collections.abc import Iterator, Set

from ..applyset.inventory import object_name
from ..kube.objects import mapping, mappings, name_of, spec_of
from ..kube.resources import (
    CLUSTER_ROLE,
    DEPLOYMENT,
    NAMESPACE,
    PERSISTENT_VOLUME,
    PERSISTENT_VOLUME_CLAIM,
    POD,
    ROLE,
    ROLE_BINDING,
    SERVICE_ACCOUNT,
    STATEFUL_SET,
)
from ..kube.types import KubeObject
from ..ownership.labels import TENANT
from ..tenant.operator.dedicated_operator import operator_name
from .rule import DEPLOY_AGAIN, Observation, Observations, Severity, rule
from .snapshot import labels_of, title_of
from .world import Tenant, World

_UNCLAIMED = ("Released", "Failed")
"""The phases of a volume whose claim was deleted. Source:
https://kubernetes.io/docs/concepts/storage/persistent-volumes/#phase
"""


@rule(
    "TA501",
    Severity.MEDIUM,
    title="the platform's record of a tenant whose namespace is gone",
    why="objects outside the namespace may be left over",
    repair=f"{DEPLOY_AGAIN}, or remove the tenant: docs/how-it-works.md, Removing a tenant",
    kinds=(NAMESPACE,),
)
def left_record(world: World) -> Observations:
    for tenant in world.tenants if world.snapshot.readable(NAMESPACE) else ():
        if tenant.namespace is None and tenant.inventory is not None:
            record = f"ConfigMap {world.snapshot.platform}/{object_name(tenant.name)}"
            evidence = f"holds {len(tenant.inventory.members)} objects, and Namespace {tenant.name} does not exist"
            yield Observation(tenant.name, record, evidence)


@rule(
    "TA502",
    Severity.MEDIUM,
    title="a part of an operator whose tenant is gone",
    why="it keeps permissions and memory that nobody uses; a new namespace of that name would get it",
    repair="delete it",
    kinds=(NAMESPACE, DEPLOYMENT, SERVICE_ACCOUNT),
)
def left_operator(world: World) -> Observations:
    if not world.snapshot.readable(NAMESPACE) or world.snapshot.asked is not None:
        return
    for resource in (DEPLOYMENT, SERVICE_ACCOUNT):
        for obj in world.snapshot.inside(resource, world.snapshot.platform):
            tenant = labels_of(obj).get(TENANT)
            if isinstance(tenant, str) and tenant not in world.namespaces:
                evidence = f"is labelled {TENANT}={tenant}, and that namespace does not exist"
                yield Observation(tenant, title_of(obj), evidence)


@rule(
    "TA503",
    Severity.HIGH,
    title="a tenant without its operator",
    why="the team's changes have no effect, and its namespace cannot be deleted",
    repair=DEPLOY_AGAIN,
    kinds=(DEPLOYMENT,),
)
def no_operator(world: World) -> Observations:
    deployments = world.snapshot.by_name(DEPLOYMENT, world.snapshot.platform)
    for tenant in world.tenants if world.snapshot.readable(DEPLOYMENT) else ():
        name = operator_name(tenant.name)
        if tenant.namespace is not None and name not in deployments and _is_recorded(tenant, name):
            yield Observation(tenant.name, f"Deployment {world.snapshot.platform}/{name}", "does not exist")


@rule(
    "TA504",
    Severity.LOW,
    title="a PersistentVolumeClaim that no pod uses",
    why="it holds data and counts against the quota",
    repair="delete it if nobody needs its data",
    kinds=(PERSISTENT_VOLUME_CLAIM, POD, STATEFUL_SET),
)
def unused_claim(world: World) -> Observations:
    for tenant in world.tenants if world.snapshot.readable(POD, STATEFUL_SET) else ():
        used, templates = _mounted(world, tenant.name), _templates(world, tenant.name)
        for claim in world.snapshot.inside(PERSISTENT_VOLUME_CLAIM, tenant.name):
            if name_of(claim) not in used and not name_of(claim).startswith(templates):
                yield Observation(tenant.name, title_of(claim), "is used by no pod and belongs to no StatefulSet")


@rule(
    "TA505",
    Severity.LOW,
    title="a binding to a role that does not exist",
    why="anyone who creates that role decides what the binding permits",
    repair="delete the binding",
    kinds=(ROLE, CLUSTER_ROLE, ROLE_BINDING),
)
def binding_to_no_role(world: World) -> Observations:
    snapshot = world.snapshot
    for tenant, binding in world.inside(ROLE_BINDING):
        role = mapping(binding.get("roleRef"))
        is_local = role.get("kind") == "Role"
        names: Set[object] = snapshot.by_name(ROLE, tenant).keys() if is_local else world.cluster_roles
        if snapshot.readable(ROLE if is_local else CLUSTER_ROLE) and role.get("name") not in names:
            evidence = f"{role.get('kind')} {role.get('name')} does not exist"
            yield Observation(tenant, title_of(binding), evidence, "roleRef.name")


@rule(
    "TA506",
    Severity.LOW,
    title="a binding to a ServiceAccount that does not exist",
    why="anyone who creates that ServiceAccount gets the permissions",
    repair="remove the subject",
    kinds=(ROLE_BINDING, SERVICE_ACCOUNT),
)
def binding_to_no_account(world: World) -> Observations:
    for tenant, binding in world.inside(ROLE_BINDING) if world.snapshot.readable(SERVICE_ACCOUNT) else ():
        for position, (namespace, name) in _accounts(tenant, binding):
            if name not in world.snapshot.by_name(SERVICE_ACCOUNT, namespace):
                evidence = f"ServiceAccount {namespace}/{name} does not exist"
                yield Observation(tenant, title_of(binding), evidence, f"subjects[{position}]")


@rule(
    "TA508",
    Severity.INFO,
    title="a ServiceAccount of the team has no permissions",
    why="it is not needed, or its binding was lost",
    repair="bind it, or delete it",
    kinds=(SERVICE_ACCOUNT, ROLE_BINDING),
)
def unused_account(world: World) -> Observations:
    if not world.snapshot.readable(ROLE_BINDING):
        return
    bound = {
        (tenant, name)
        for tenant, binding in world.inside(ROLE_BINDING)
        for _position, (namespace, name) in _accounts(tenant, binding)
        if namespace == tenant
    }
    for tenant in world.tenants:
        running = {spec_of(pod).get("serviceAccountName") for pod in world.snapshot.inside(POD, tenant.name)}
        for account in world.snapshot.inside(SERVICE_ACCOUNT, tenant.name):
            name, is_owned = name_of(account), mapping(account.get("metadata")).get("ownerReferences")
            if name not in ("default", *running) and (tenant.name, name) not in bound and not is_owned:
                evidence = "no RoleBinding of the namespace names it, and no pod runs as it"
                yield Observation(tenant.name, title_of(account), evidence)


@rule(
    "TA509",
    Severity.MEDIUM,
    title="a PersistentVolume whose claim is gone",
    why="it still holds the team's data: once it is available again, the next claim gets that data",
    repair="save what is needed, wipe it, and delete the volume",
    kinds=(NAMESPACE, PERSISTENT_VOLUME),
)
def left_volume(world: World) -> Observations:
    """Those of tenants, and, where all are asked about, those of namespaces that are gone: no record tells any more
    whose they were.
    """
    if not world.snapshot.readable(NAMESPACE):
        return
    tenants = {tenant.name for tenant in world.tenants}
    for volume in world.snapshot.all(PERSISTENT_VOLUME):
        claim, phase = mapping(spec_of(volume).get("claimRef")), mapping(volume.get("status")).get("phase")
        namespace = str(claim.get("namespace") or "")
        is_gone = bool(namespace) and namespace not in world.namespaces
        if phase in _UNCLAIMED and (namespace in tenants or (is_gone and world.snapshot.asked is None)):
            also = ", and that namespace does not exist" if is_gone else ""
            evidence = f"is {phase}: it was bound to claim {namespace}/{claim.get('name')}{also}"
            yield Observation(namespace, title_of(volume), evidence, "spec.claimRef")


def _is_recorded(tenant: Tenant, operator: str) -> bool:
    members = tenant.inventory.members if tenant.inventory is not None else ()
    return any(key.kind == DEPLOYMENT.kind and key.name == operator for key in members)


def _mounted(world: World, tenant: str) -> frozenset[object]:
    """The names of the claims that pods use."""
    pods = world.snapshot.inside(POD, tenant)
    volumes = (volume for pod in pods for volume in mappings(spec_of(pod).get("volumes")))
    return frozenset(mapping(volume.get("persistentVolumeClaim")).get("claimName") for volume in volumes)


def _templates(world: World, tenant: str) -> tuple[str, ...]:
    """How the names of claims begin that StatefulSets make."""
    return tuple(
        f"{mapping(template.get('metadata')).get('name')}-{name_of(owner)}-"
        for owner in world.snapshot.inside(STATEFUL_SET, tenant)
        for template in mappings(spec_of(owner).get("volumeClaimTemplates"))
    )


def _accounts(tenant: str, binding: KubeObject) -> Iterator[tuple[int, tuple[str, str]]]:
    """Position, and namespace and name, of each ServiceAccount that a binding names."""
    for position, subject in enumerate(mappings(binding.get("subjects"))):
        if subject.get("kind") == "ServiceAccount":
            yield position, (str(subject.get("namespace") or tenant), str(subject.get("name")))
