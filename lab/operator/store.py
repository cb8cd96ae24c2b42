# SPDX-License-Identifier: GPL-3.0-or-later
"""The operator's cache: the objects of its watches, by resource, namespace and name."""

from __future__ import annotations

from typing import Any

from .resources import Resource

Json = dict[str, Any]
Key = tuple[str, str]  # namespace, name


class Store:
    """Objects as last seen. Only one thread uses it."""

    def __init__(self) -> None:
        self._objects: dict[Resource, dict[Key, Json]] = {}

    def get(self, resource: Resource, namespace: str, name: str) -> Json | None:
        return self._objects.get(resource, {}).get((namespace, name))

    def all(self, resource: Resource, namespace: str | None = None) -> list[Json]:
        things = self._objects.get(resource, {})
        return [thing for (home, _name), thing in things.items() if namespace in (None, home)]

    def put(self, resource: Resource, thing: Json) -> bool:
        """Keep an object; False when a newer version is stored. The same version again is True: it may be our own
        write.
        """
        known = self._objects.setdefault(resource, {})
        old = known.get(key_of(thing))
        if old is not None and same_object(old, thing) and version_of(old) > version_of(thing):
            return False
        known[key_of(thing)] = thing
        return True

    def drop(self, resource: Resource, thing: Json) -> bool:
        """Remove an object; False when a newer object of that name is stored."""
        known = self._objects.setdefault(resource, {})
        old = known.get(key_of(thing))
        if old is None or not same_object(old, thing):
            return False
        del known[key_of(thing)]
        return True

    def replace(self, resource: Resource, namespace: str, things: list[Json]) -> list[Json]:
        """Store a new list (of one namespace, or of all for ""); returns the objects that appeared, changed or
        vanished.
        """
        listed = {key_of(thing): thing for thing in things}
        known = self._objects.setdefault(resource, {})
        gone = [thing for key, thing in known.items() if namespace in ("", key[0]) and key not in listed]
        for thing in gone:
            del known[key_of(thing)]
        return gone + [thing for thing in listed.values() if self.put(resource, thing)]


def key_of(thing: Json) -> Key:
    return thing["metadata"].get("namespace", ""), thing["metadata"]["name"]


def same_object(one: Json, other: Json) -> bool:
    return bool(one["metadata"].get("uid") == other["metadata"].get("uid"))


def version_of(thing: Json) -> int:
    return int(thing["metadata"]["resourceVersion"])
