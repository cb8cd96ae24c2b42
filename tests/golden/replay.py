# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers read requests to a world's cluster from memory."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.client import KubeClient
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.errors import error_from_status

from .kinds import KINDS, Kind, discovery
from .world import KubeObject, World

SERVER = "https://golden.example:6443"


def client_of(world: World) -> KubeClient:
    """The product's own client over :class:`Replay`."""
    return KubeClient(Replay(world))  # type: ignore[arg-type]


class Replay:
    """Replaces the client's HTTP transport, and answers GET requests by their paths.

    This is a replay for golden files: the same answers for two revisions of the code. It is not a mock for tests of
    behaviour: it does not implement an API server's rules, and refuses every write.
    """

    server = SERVER

    def __init__(self, world: World) -> None:
        self._world = world
        self._kinds = {
            (kind.group, kind.version, kind.plural): kind for kind in KINDS if kind.group not in world.unserved
        }
        self._objects: dict[tuple[str, str], list[KubeObject]] = {}
        for obj in world.objects:
            self._objects.setdefault((obj["apiVersion"], obj["kind"]), []).append(obj)

    def request(
        self, method: str, path: str, *, query: Mapping[str, str] | None = None, accept: str | None = None, **_rest: Any
    ) -> Any:
        """The decoded answer. Raises KubeError."""
        if method != "GET":
            raise AssertionError(f"{method} {path}: golden worlds are only read")
        if path in ("/api", "/apis"):
            return discovery(path == "/api", self._world.unserved)
        if path == "/version":
            return {"gitVersion": self._world.kubernetes}
        kind, namespace, name = self._parse(path)
        if kind.plural in self._world.denied:
            where = f' in the namespace "{namespace}"' if namespace else " at the cluster scope"
            text = f'{kind.plural} is forbidden: User "golden" cannot list resource "{kind.plural}" in API group "{kind.group}"{where}'
            raise error_from_status(403, {"reason": "Forbidden", "message": text})
        found = [
            obj
            for obj in self._objects.get((kind.api_version, kind.kind), [])
            if not namespace or obj["metadata"].get("namespace") == namespace
        ]
        if name is None:
            return {
                "metadata": {},
                "items": [
                    _item(obj, accept) for obj in found if _selected(obj, (query or {}).get("labelSelector", ""))
                ],
            }
        named = [obj for obj in found if obj["metadata"]["name"] == name]
        if not named:
            raise error_from_status(404, {"reason": "NotFound", "message": f'{kind.plural} "{name}" not found'})
        return copy.deepcopy(named[0])

    def _parse(self, path: str) -> tuple[Kind, str, str | None]:
        """Kind, namespace and name in a path such as /api/v1/namespaces/NAMESPACE/PLURAL/NAME."""
        parts = path.strip("/").split("/")
        group, version, rest = ("", parts[1], parts[2:]) if parts[0] == "api" else (parts[1], parts[2], parts[3:])
        namespace = ""
        if len(rest) > 2 and rest[0] == "namespaces":
            namespace, rest = rest[1], rest[2:]
        kind = self._kinds.get((group, version, rest[0]))
        if kind is None or len(rest) > 2:
            raise error_from_status(
                404, {"reason": "NotFound", "message": "the server could not find the requested resource"}
            )
        return kind, namespace, rest[1] if len(rest) == 2 else None


def _item(obj: KubeObject, accept: str | None) -> KubeObject:
    """An item of a list, which has no apiVersion and kind."""
    keys = (
        ("metadata",)
        if accept and "PartialObjectMetadata" in accept
        else tuple(key for key in obj if key not in ("apiVersion", "kind"))
    )
    return copy.deepcopy({key: obj[key] for key in keys if key in obj})


def _selected(obj: KubeObject, selector: str) -> bool:
    labels = obj["metadata"].get("labels") or {}
    return all(
        labels.get(key) == value
        for key, _equals, value in (term.partition("=") for term in selector.split(",") if term)
    )
