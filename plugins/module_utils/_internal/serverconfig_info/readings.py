# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What was read of a cluster, by kind, and the snapshot that it makes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..kube.objects import mapping, mappings
from ..kube.resource import Resource
from ..kube.resources import (
    CONFIG_MAP,
    NAMESPACE,
    PERSISTENT_VOLUME_CLAIM,
    SECRET,
    SELDON_RUNTIME,
    SERVER,
    SERVER_CONFIG,
    SERVICE,
    SERVICE_ACCOUNT,
    STATEFUL_SET,
)
from ..operators.record import Operator
from ..serverconfig.missing import Inventory
from ..serverconfig.snapshot import UNREAD, Listing, Refusal, Snapshot

NAMES_ONLY = (CONFIG_MAP, PERSISTENT_VOLUME_CLAIM, SECRET, SERVICE, SERVICE_ACCOUNT)
"""Kinds of which only the names count."""
KINDS = (NAMESPACE, SELDON_RUNTIME, SERVER, SERVER_CONFIG, STATEFUL_SET, *NAMES_ONLY)

Lists = Mapping[Resource, Listing]


@dataclass(frozen=True)
class Refused:
    """A read that gave nothing. ``namespace`` is empty where it was one of all namespaces."""

    resource: Resource
    namespace: str
    refusal: Refusal

    def words(self) -> str:
        """``deployments of all namespaces could not be listed: …``."""
        said = f": {self.refusal.words}" if self.refusal.words else ""
        return f"{self.resource.plural} of {self.namespace or 'all namespaces'} could not be listed{said}"


@dataclass(frozen=True)
class Readings:
    """``operators`` is None when the Deployments could not be read. ``platform`` is None when nobody can tell it."""

    lists: Lists
    operators: Sequence[Operator] | None
    platform: str | None
    refused: tuple[Refused, ...] = ()
    live: bool = True


def snapshot_of(readings: Readings, lists: Lists, *, runtime_comes: bool) -> Snapshot:
    """``lists`` instead of those that were read. ``runtime_comes``: each namespace will have a SeldonRuntime."""
    return Snapshot(
        live=readings.live,
        servers=_of(lists, SERVER),
        server_configs=_of(lists, SERVER_CONFIG),
        namespaces=_of(lists, NAMESPACE),
        operators=readings.operators,
        stateful_sets=_of(lists, STATEFUL_SET),
        inventories=_inventories(lists, runtime_comes),
        other_names={resource.kind: _keys(_of(lists, resource)) for resource in (CONFIG_MAP, SELDON_RUNTIME, SERVER)},
    )


def _of(lists: Lists, resource: Resource) -> Listing:
    return lists.get(resource, UNREAD)


def _keys(listing: Listing) -> frozenset[tuple[str, str]]:
    return frozenset(key_of(obj) for obj in mappings(list(listing.objects)))


def key_of(obj: Mapping[str, object]) -> tuple[str, str]:
    """Namespace and name; both are text, whatever the object holds there."""
    metadata = mapping(obj.get("metadata"))
    return str(metadata.get("namespace") or ""), str(metadata.get("name") or "")


def _inventories(lists: Lists, runtime_comes: bool) -> dict[str, Inventory]:
    """For the namespaces of all Servers."""
    names = {resource: _grouped(_keys(_of(lists, resource))) for resource in NAMES_ONLY}
    certain = {resource: _grouped(_of(lists, resource).certain) for resource in NAMES_ONLY}
    runtimes = {namespace for namespace, _name in _keys(_of(lists, SELDON_RUNTIME))}
    return {
        namespace: Inventory(
            {
                resource.kind: names[resource][namespace]
                for resource in NAMES_ONLY
                if _of(lists, resource).refusal(namespace) is None
            },
            frozenset((resource.kind, name) for resource in NAMES_ONLY for name in certain[resource][namespace]),
            runtime_comes or namespace in runtimes,
        )
        for namespace in {namespace for namespace, _name in _keys(_of(lists, SERVER))}
    }


def _grouped(keys: object) -> defaultdict[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for namespace, name in keys if isinstance(keys, (frozenset, set, tuple)) else ():
        found[namespace].add(name)
    return found
