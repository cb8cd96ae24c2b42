# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads the live objects that a plan needs, with about one request per kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import Executor

from ..kube.client import KubeClient
from ..kube.errors import Forbidden, NotFound
from ..kube.resource import Resource
from ..kube.resources import CONFIG_MAP, NAMESPACE
from ..kube.types import KubeObject
from .inventory import PART_OF_LABEL, Inventory, object_name, parse_inventory
from .objects import ObjectKey, key_of

FEW = 2
"""Up to this many objects of a kind in a namespace are read one by one: the namespace may hold thousands of others."""
MANY = 8
"""In more namespaces than this, the set's own objects of a kind are read by one LIST over all namespaces."""


def read_namespaces(client: KubeClient, names: set[str], executor: Executor) -> dict[str, KubeObject]:
    """Those of the namespaces that exist."""
    if len(names) > MANY:
        return {name: obj for name, obj in read_objects(client, NAMESPACE, None, None).items() if name in names}
    reads = [executor.submit(_get_each, client, NAMESPACE, None, {name}) for name in sorted(names)]
    return {obj["metadata"]["name"]: obj for read in reads for obj in read.result()}


def read_inventory(client: KubeClient, name: str, namespace: str) -> Inventory:
    """The set's inventory; empty where it, or its namespace, does not exist."""
    try:
        config_map = client.get(CONFIG_MAP, namespace, object_name(name))
    except NotFound:
        config_map = None
    return parse_inventory(name, namespace, config_map)


def read_live(
    client: KubeClient,
    keys: Iterable[tuple[Resource, ObjectKey]],
    namespaces: Mapping[str, KubeObject],
    set_id: str,
    executor: Executor,
) -> dict[ObjectKey, KubeObject]:
    """Those of the keys' objects that exist. Raises KubeError where a read is refused: unknown is not absent.

    ``namespaces`` are those of the keys that exist; in others there is nothing to read.
    """
    present = {(resource, key) for resource, key in keys if not key.namespace or key.namespace in namespaces}
    live = {key: namespaces[key.name] for resource, key in present if resource == NAMESPACE and key.name in namespaces}
    wanted = [(resource, key) for resource, key in present if resource != NAMESPACE]
    spread: dict[Resource, set[str]] = {}
    for resource, key in wanted:
        spread.setdefault(resource, set()).add(key.namespace)
    wide = [resource for resource, namespaces_of in spread.items() if len(namespaces_of) > MANY]
    for members in executor.map(lambda resource: _members(client, resource, set_id), wide):
        live.update(members)
    groups: dict[tuple[Resource, str], set[str]] = {}
    for resource, key in wanted:
        if key not in live:
            groups.setdefault((resource, key.namespace), set()).add(key.name)
    reads = [
        executor.submit(_read_group, client, resource, namespace or None, names)
        for (resource, namespace), names in groups.items()
    ]
    for read in reads:
        live.update(read.result())
    return live


def _members(client: KubeClient, resource: Resource, set_id: str) -> dict[ObjectKey, KubeObject]:
    """The set's objects of a kind wherever they are; none where only single namespaces may be read."""
    try:
        found = client.list(resource, None, f"{PART_OF_LABEL}={set_id}")
    except (Forbidden, NotFound):
        return {}
    return {key_of(resource, obj): obj for obj in found}


def _read_group(
    client: KubeClient, resource: Resource, namespace: str | None, names: set[str]
) -> Mapping[ObjectKey, KubeObject]:
    found = read_objects(client, resource, namespace, names)
    return {key_of(resource, obj): obj for name, obj in found.items() if name in names}


def read_objects(
    client: KubeClient, resource: Resource, namespace: str | None, names: set[str] | None
) -> dict[str, KubeObject]:
    """The objects by name: at least those of ``names`` that exist, or all (None)."""
    few = names is not None and len(names) <= FEW
    found = _get_each(client, resource, namespace, names or set()) if few else _list(client, resource, namespace)
    return {obj["metadata"]["name"]: obj for obj in found}


def _get_each(client: KubeClient, resource: Resource, namespace: str | None, names: set[str]) -> list[KubeObject]:
    found = []
    for name in sorted(names):
        try:
            found.append(client.get(resource, namespace, name))
        except NotFound:
            continue
    return found


def _list(client: KubeClient, resource: Resource, namespace: str | None) -> list[KubeObject]:
    try:
        return client.list(resource, namespace)
    except NotFound:  # the kind is not served yet
        return []
