# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Writes the inventory to the cluster. A run notices another run of the same set by the ConfigMap's resourceVersion."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..kube.client import KubeClient
from ..kube.errors import Conflict, NotFound
from ..kube.resources import CONFIG_MAP
from .inventory import DATA_KEY, Inventory, Member, object_name, render_inventory
from .objects import ObjectKey

MOST_BYTES = 950_000
"""Of the rendered inventory; a ConfigMap holds 1 MiB."""


class Record:
    """The inventory as this run last wrote it."""

    def __init__(self, client: KubeClient, inventory: Inventory, manager: str) -> None:
        self._client = client
        self._name, self._namespace = inventory.name, inventory.namespace
        self._resource_version = inventory.resource_version
        self._manager = manager

    def write(self, members: Iterable[Member]) -> None:
        """Records the members; for an empty set the ConfigMap is deleted. Raises Conflict where another run wrote it."""
        listed = list(members)
        if not listed:
            self._forget()
            return
        config_map = render_inventory(self._name, self._namespace, listed)
        if self._resource_version:
            config_map["metadata"]["resourceVersion"] = self._resource_version
        elif self._exists():  # created after the plan; server-side apply cannot be restricted to creation
            raise self._overtaken()
        try:
            stored = self._client.apply(CONFIG_MAP, config_map, field_manager=self._manager, force=True)
        except Conflict:
            stored = self._client.get(CONFIG_MAP, self._namespace, object_name(self._name))
            if stored.get("data", {}).get(DATA_KEY) != config_map["data"][DATA_KEY]:
                raise self._overtaken() from None
        self._resource_version = stored["metadata"]["resourceVersion"]

    def _forget(self) -> None:
        if not self._resource_version:
            return
        try:
            self._client.delete(
                CONFIG_MAP, self._namespace, object_name(self._name), resource_version=self._resource_version
            )
        except NotFound:
            pass
        except Conflict:
            raise self._overtaken() from None

    def _overtaken(self) -> Conflict:
        return Conflict(
            f"another run of this set is going on: it changed the inventory, ConfigMap {self._namespace}/"
            f"{object_name(self._name)}. Wait until it has finished, then run again"
        )

    def _exists(self) -> bool:
        try:
            self._client.get(CONFIG_MAP, self._namespace, object_name(self._name))
        except NotFound:
            return False
        return True


def too_large(inventory: Inventory, members: dict[ObjectKey, Member]) -> str:
    """The message about a set that is too large for its inventory; empty if it is not."""
    uid = "00000000-0000-0000-0000-000000000000"
    foreseen = [replace(member, uid=uid) for member in members.values()]
    size = len(render_inventory(inventory.name, inventory.namespace, foreseen)["data"][DATA_KEY])
    if size <= MOST_BYTES:
        return ""
    return f"the set has {len(members)} objects, more than its inventory can record (a ConfigMap holds 1 MiB). Split the set"
