# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The snapshot by tenants: which there are, what the platform recorded of each, and what all rules look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import Any, TypeVar

from ..applyset.inventory import Inventory, InventoryError, object_name, parse_inventory
from ..isolation.network.pod import Pod
from ..isolation.network.policy import Policy, read_policy
from ..isolation.network.world import NAMESPACE_NAME, Network
from ..kube.objects import mapping, mappings, name_of
from ..kube.resource import Resource
from ..kube.resources import CLUSTER_ROLE, CLUSTER_ROLE_BINDING, NAMESPACE, NETWORK_POLICY, POD, ROLE_BINDING
from ..kube.selector import Operator, Selector
from ..kube.types import KubeObject
from ..ownership.labels import TENANT
from ..tenant.operator.dedicated_operator import operator_name
from .access import Access
from .ownership import only_platform_wrote
from .snapshot import Listing, Snapshot, labels_of, title_of

_PREFIX = object_name("")
_KUBERNETES = "kube-system"
"""A namespace that no tenant is."""
Value = TypeVar("Value")


@dataclass(frozen=True)
class Tenant:
    """``namespace`` is None where it does not exist or could not be read, ``inventory`` where the platform recorded
    nothing that can be read.

    ``fault`` says why a record cannot be read.
    """

    name: str
    namespace: KubeObject | None
    inventory: Inventory | None
    fault: str = ""


class World:
    """Values derived from the snapshot, each computed when a rule first asks for it."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._derived: dict[Callable[[World], Any], Any] = {}
        self._selected: dict[Selector, frozenset[str]] = {}

    @cached_property
    def namespaces(self) -> Mapping[str, KubeObject]:
        """By name."""
        return {name_of(obj): obj for obj in self.snapshot.all(NAMESPACE)}

    @cached_property
    def records(self) -> Mapping[str, KubeObject]:
        """The platform's inventories of tenants by the tenant's name: those that hold its Namespace."""
        inventories = self.snapshot.inventories
        named = {
            name_of(obj).removeprefix(_PREFIX): obj
            for obj in (inventories.objects if isinstance(inventories, Listing) else ())
        }
        return {name: obj for name, obj in named.items() if name and _of_tenant(name, obj)}

    @cached_property
    def all_tenants(self) -> frozenset[str]:
        """The names of every tenant of the cluster, asked about or not."""
        labelled = {name for name, obj in self.namespaces.items() if labels_of(obj).get(TENANT)}
        return frozenset(labelled | self.records.keys() | (self.snapshot.asked or frozenset()))

    @cached_property
    def tenants(self) -> tuple[Tenant, ...]:
        """Those that the audit is about, by name."""
        asked = self.snapshot.asked
        return tuple(self._tenant(name) for name in sorted(self.all_tenants if asked is None else asked))

    @cached_property
    def existing(self) -> tuple[tuple[str, KubeObject], ...]:
        """Names and Namespaces of the tenants that the audit is about, as far as these exist and could be read."""
        return tuple((tenant.name, tenant.namespace) for tenant in self.tenants if tenant.namespace is not None)

    @cached_property
    def ending(self) -> frozenset[str]:
        """The names of the tenants whose namespaces are being deleted."""
        return frozenset(name for name, obj in self.existing if mapping(obj.get("metadata")).get("deletionTimestamp"))

    def inside(self, *resources: Resource) -> Iterator[tuple[str, KubeObject]]:
        """The objects of these kinds in the namespaces of the tenants, each with its tenant's name."""
        for tenant in self.tenants:
            for resource in resources:
                for obj in self.snapshot.inside(resource, tenant.name):
                    yield tenant.name, obj

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
    def policies(self) -> Sequence[tuple[str, Policy, KubeObject]]:
        """The NetworkPolicies of the tenants, each with its tenant's name and as the API server holds it."""
        return [(tenant, read_policy(obj), obj) for tenant, obj in self.inside(NETWORK_POLICY)]

    @cached_property
    def pods(self) -> Mapping[str, Sequence[Pod]]:
        """As the network sees them, by namespace."""
        pods: dict[str, list[Pod]] = {}
        for pod in self.network.pods.values():
            pods.setdefault(pod.key.namespace, []).append(pod)
        return pods

    @cached_property
    def operators(self) -> Mapping[str, str]:
        """The tenants by the name of their operators, which is that of its ServiceAccount too."""
        return {operator_name(name): name for name in self.all_tenants}

    @cached_property
    def people(self) -> Mapping[str, frozenset[str]]:
        """Users and groups that the platform itself bound in each tenant, such as ``Group fraud-engineers``."""
        people: dict[str, frozenset[str]] = {}
        for name in self.all_tenants:
            bindings = (obj for obj in self.snapshot.inside(ROLE_BINDING, name) if only_platform_wrote(obj, "subjects"))
            people[name] = frozenset(
                f"{subject.get('kind')} {subject.get('name')}"
                for binding in bindings
                for subject in mappings(binding.get("subjects"))
                if subject.get("kind") != "ServiceAccount"
            )
        return people

    @cached_property
    def bindings(self) -> Mapping[str, KubeObject]:
        """RoleBindings and ClusterRoleBindings by the title with which a grant names them."""
        return {title_of(obj): obj for kind in (ROLE_BINDING, CLUSTER_ROLE_BINDING) for obj in self.snapshot.all(kind)}

    @cached_property
    def cluster_roles(self) -> frozenset[str]:
        """Their names."""
        return frozenset(map(name_of, self.snapshot.all(CLUSTER_ROLE)))

    @property
    def are_records_read(self) -> bool:
        """Whether the platform's records could be read: only then does it mean anything that a tenant has none."""
        return isinstance(self.snapshot.inventories, Listing)

    def namespaces_of(self, selector: Selector) -> frozenset[str]:
        """The names of the namespaces that a peer's selector means, or may mean: of tenants, of those with pods, and
        of Kubernetes' own.
        """
        if selector not in self._selected:
            self._selected[selector] = frozenset(
                name
                for name in self._candidates(selector)
                if selector.matches(self.network.labels_of(name)) is not False
            )
        return self._selected[selector]

    def _candidates(self, selector: Selector) -> frozenset[str]:
        """Most selectors name the namespaces that they mean, so that the others need not be asked."""
        named = [
            requirement.values
            for requirement in selector.requirements
            if requirement.key == NAMESPACE_NAME and requirement.operator is Operator.IN
        ]
        return self._peers.intersection(*named)

    @cached_property
    def _peers(self) -> frozenset[str]:
        return self.all_tenants.union(self.pods, (_KUBERNETES,))

    def derive(self, compute: Callable[[World], Value]) -> Value:
        """The result of ``compute`` for this world, computed once."""
        if compute not in self._derived:
            self._derived[compute] = compute(self)
        value: Value = self._derived[compute]
        return value


def derived(compute: Callable[[World], Value]) -> Callable[[World], Value]:
    """Makes the function compute its value only once for each world, however many rules ask for it."""

    @wraps(compute)
    def once(world: World) -> Value:
        return world.derive(compute)

    return once


def _of_tenant(name: str, record: KubeObject) -> bool:
    """Told without reading the whole record: the annotation lists the kinds, and only a tenant's set has a Namespace of
    its own name.
    """
    data = (record.get("data") or {}).get("objects") or ""
    return f'"kind":"Namespace","namespace":"","name":"{name}"' in data
