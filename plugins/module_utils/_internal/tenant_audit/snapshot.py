# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What an audit judges: the objects of every kind, each kind as one LIST gave it, or the reason why it could not be
read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Union

from ..kube.objects import mapping, name_of
from ..kube.resource import Resource
from ..kube.resources import CLUSTER_ROLE, CLUSTER_ROLE_BINDING, ROLE, ROLE_BINDING
from ..kube.types import KubeObject
from ..operators.snapshot import Listed, RbacSnapshot
from .kinds import POD_LOG
from .operator_log import OperatorLog, unread_logs


@dataclass(frozen=True)
class Listing:
    """All objects of a kind, of all namespaces. ``served`` is False where the API server does not know the kind, so
    that there are none.
    """

    objects: Sequence[KubeObject] = ()
    served: bool = True


@dataclass(frozen=True)
class Unreadable:
    """Nothing is known of the kind. ``reason`` are words without a full stop. ``is_denied``: the credentials may not
    read it; else the API server failed.
    """

    reason: str
    is_denied: bool = True


Reading = Union[Listing, Unreadable]


@dataclass(frozen=True)
class Snapshot:
    """``readings`` by kind. ``asked`` are the namespaces that the audit is limited to; None means every tenant.

    ``inventories`` are the ConfigMaps in which ``platform`` records what it has put into the cluster. ``now`` is the
    time of the reading, in UTC. ``minor`` is the minor release of the API server.
    """

    readings: Mapping[Resource, Reading]
    inventories: Reading
    platform: str
    now: datetime
    asked: frozenset[str] | None = None
    minor: int | None = None
    logs: Mapping[str, OperatorLog] | Unreadable = Unreadable("not read")
    """By ``namespace/name`` of each operator's pod."""

    def all(self, resource: Resource) -> Sequence[KubeObject]:
        """The kind's objects, as far as they could be read."""
        reading = self.readings.get(resource)
        return reading.objects if isinstance(reading, Listing) else ()

    def inside(self, resource: Resource, namespace: str) -> Sequence[KubeObject]:
        """Those of one namespace."""
        return self._by_namespace.get((resource, namespace), ())

    def by_name(self, resource: Resource, namespace: str) -> Mapping[str, KubeObject]:
        """The same by their names."""
        return self._by_name.get((resource, namespace), {})

    def readable(self, *resources: Resource) -> bool:
        """Whether all of these kinds could be read: only then does an absence mean anything."""
        return all(isinstance(self.readings.get(resource), Listing) for resource in resources)

    @property
    def operator_logs(self) -> Mapping[str, OperatorLog]:
        """As far as they could be read."""
        return {} if isinstance(self.logs, Unreadable) else self.logs

    @cached_property
    def unread(self) -> dict[str, str]:
        """Reasons by the kind's name, such as ``secrets`` or ``models.mlops.seldon.io``."""
        reasons = {
            resource.group_resource: reading.reason
            for resource, reading in self.readings.items()
            if isinstance(reading, Unreadable)
        }
        if isinstance(self.inventories, Unreadable):
            reasons[f"configmaps in {self.platform}"] = self.inventories.reason
        if reason := self.logs.reason if isinstance(self.logs, Unreadable) else unread_logs(self.operator_logs):
            reasons[POD_LOG.group_resource] = reason
        return reasons

    @cached_property
    def rbac(self) -> RbacSnapshot:
        """The four kinds that decide who may do what."""
        return RbacSnapshot(
            *(self._listed(resource) for resource in (ROLE, ROLE_BINDING, CLUSTER_ROLE, CLUSTER_ROLE_BINDING))
        )

    def _listed(self, resource: Resource) -> Listed:
        return self.all(resource) if self.readable(resource) else None

    @cached_property
    def _by_namespace(self) -> dict[tuple[Resource, str], list[KubeObject]]:
        grouped: dict[tuple[Resource, str], list[KubeObject]] = defaultdict(list)
        for resource, reading in self.readings.items():
            if resource.namespaced and isinstance(reading, Listing):
                for obj in reading.objects:
                    grouped[resource, namespace_of(obj)].append(obj)
        return grouped

    @cached_property
    def _by_name(self) -> dict[tuple[Resource, str], dict[str, KubeObject]]:
        return {key: {name_of(obj): obj for obj in objects} for key, objects in self._by_namespace.items()}


def namespace_of(obj: KubeObject) -> str:
    """metadata.namespace; empty where there is none."""
    return str(mapping(obj.get("metadata")).get("namespace") or "")


def labels_of(obj: KubeObject) -> Mapping[str, object]:
    """metadata.labels."""
    return mapping(mapping(obj.get("metadata")).get("labels"))


def title_of(obj: KubeObject) -> str:
    """``Kind namespace/name``, or ``Kind name`` of what is in no namespace."""
    namespace = namespace_of(obj)
    return f"{obj.get('kind')} {namespace}/{name_of(obj)}" if namespace else f"{obj.get('kind')} {name_of(obj)}"
