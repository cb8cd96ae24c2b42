# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The snapshot by tenants: which there are, what the platform recorded of each, and what all rules look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ..applyset.inventory import Inventory, InventoryError, object_name, parse_inventory
from ..isolation.network.pod import Pod
from ..isolation.network.world import Network
from ..kube.known import CLUSTER_ROLE, CLUSTER_ROLE_BINDING, NAMESPACE, NETWORK_POLICY, POD, ROLE_BINDING
from ..kube.objects import mappings, name_of
from ..kube.resource import Resource
from ..kube.types import KubeObject
from ..tenant.labels import TENANT
from ..tenant.operator import operator_name
from .access import Access
from .ownership import only_platform_wrote
from .snapshot import Listing, Snapshot, labels_of, title_of

_PREFIX = object_name("")


@dataclass(frozen=True)
class Tenant:
    """``namespace`` is None where it does not exist or could not be read, ``inventory`` where the platform recorded nothing that can be read.

    ``fault`` says why a record cannot be read.
    """

    name: str
    namespace: KubeObject | None
    inventory: Inventory | None
    fault: str = ""


class World:
    """What is derived from the snapshot, each only when a rule first asks for it."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot

    @cached_property
    def namespaces(self) -> Mapping[str, KubeObject]:
        """By name."""
        return {name_of(obj): obj for obj in self.snapshot.all(NAMESPACE)}

    @cached_property
    def records(self) -> Mapping[str, KubeObject]:
        """The platform's inventories of tenants by the tenant's name: those that hold its Namespace."""
        inventories = self.snapshot.inventories
        found = {
            name_of(obj).removeprefix(_PREFIX): obj
            for obj in (inventories.objects if isinstance(inventories, Listing) else ())
        }
        return {name: obj for name, obj in found.items() if name and _of_tenant(name, obj)}

    @cached_property
    def known(self) -> frozenset[str]:
        """Every tenant of the cluster, asked about or not."""
        labelled = {name for name, obj in self.namespaces.items() if labels_of(obj).get(TENANT)}
        return frozenset(labelled | self.records.keys() | (self.snapshot.asked or frozenset()))

    @cached_property
    def tenants(self) -> tuple[Tenant, ...]:
        """Those that the audit is about, by name."""
        asked = self.snapshot.asked
        return tuple(self._tenant(name) for name in sorted(self.known if asked is None else asked))

    def _tenant(self, name: str) -> Tenant:
        record = self.records.get(name)
        try:
            inventory = parse_inventory(name, self.snapshot.platform, record) if record is not None else None
        except InventoryError as problem:
            return Tenant(name, self.namespaces.get(name), None, str(problem))
        return Tenant(name, self.namespaces.get(name), inventory)

    @cached_property
    def access(self) -> Access:
        """The RBAC objects."""
        return Access(self.snapshot.rbac)

    @cached_property
    def network(self) -> Network:
        """Namespaces, pods and NetworkPolicies."""
        return Network(self.snapshot.all(NAMESPACE), self.snapshot.all(POD), self.snapshot.all(NETWORK_POLICY))

    @cached_property
    def pods(self) -> Mapping[str, Sequence[Pod]]:
        """As the network sees them, by namespace."""
        found: dict[str, list[Pod]] = {}
        for pod in self.network.pods.values():
            found.setdefault(pod.key.namespace, []).append(pod)
        return found

    @cached_property
    def operators(self) -> Mapping[str, str]:
        """The tenants by the name of their operators, which is that of its ServiceAccount too."""
        return {operator_name(name): name for name in self.known}

    @cached_property
    def people(self) -> Mapping[str, frozenset[str]]:
        """Users and groups that the platform itself bound in each tenant, such as ``Group fraud-engineers``."""
        found: dict[str, frozenset[str]] = {}
        for name in self.known:
            bindings = (obj for obj in self.snapshot.inside(ROLE_BINDING, name) if only_platform_wrote(obj, "subjects"))
            found[name] = frozenset(
                f"{subject.get('kind')} {subject.get('name')}"
                for binding in bindings
                for subject in mappings(binding.get("subjects"))
                if subject.get("kind") != "ServiceAccount"
            )
        return found

    @cached_property
    def bindings(self) -> Mapping[str, KubeObject]:
        """RoleBindings and ClusterRoleBindings by the title with which a grant names them."""
        return {title_of(obj): obj for kind in (ROLE_BINDING, CLUSTER_ROLE_BINDING) for obj in self.snapshot.all(kind)}

    @cached_property
    def cluster_roles(self) -> frozenset[str]:
        """Their names."""
        return frozenset(map(name_of, self.snapshot.all(CLUSTER_ROLE)))

    @property
    def unrecorded_unknown(self) -> bool:
        """Whether the platform's records could not be read, so that nothing can be said of what is missing there."""
        return not isinstance(self.snapshot.inventories, Listing)

    def by_name(self, resource: Resource, namespace: str) -> Mapping[str, KubeObject]:
        """The objects of one kind and namespace."""
        return {name_of(obj): obj for obj in self.snapshot.inside(resource, namespace)}


def _of_tenant(name: str, record: KubeObject) -> bool:
    """Told without reading the whole record: the annotation lists the kinds, and only a tenant's set has a Namespace of its own name."""
    data = (record.get("data") or {}).get("objects") or ""
    return f'"kind":"Namespace","namespace":"","name":"{name}"' in data
