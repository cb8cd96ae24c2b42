# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who made an object and who wrote which of its fields, by its managedFields."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..applyset.compare import item_label, show_path
from ..kube.objects import mapping, mappings
from ..kube.resources import SELDON_GROUP
from ..kube.types import KubeObject
from ..ownership.labels import FIELD_MANAGER
from ..ownership.managed_fields import CONTROLLERS, Fields, is_ours, owners_of, ownership

Path = tuple[str, ...]


@dataclass(frozen=True)
class Written:
    """A field that somebody other than the platform wrote last. ``time`` is that of the manager's last write; empty if
    unknown.
    """

    path: Path
    manager: str
    time: str

    @property
    def field(self) -> str:
        return show_path(self.path)

    def text(self) -> str:
        return f'written by "{self.manager}"' + (f" at {self.time}" if self.time else "")


def platform_made(obj: KubeObject) -> bool:
    """Whether this collection applied some of its fields."""
    return any(is_ours(ownership(entry), FIELD_MANAGER) for entry in _entries(obj))


def only_platform_wrote(obj: KubeObject, top: str) -> bool:
    """Whether the field at the top of the object is the platform's and nobody else's."""
    return platform_made(obj) and not any(written.path[0] == top for written in written_by_others(obj))


def runtime_made(obj: KubeObject) -> bool:
    """Whether Seldon's operator made it for a SeldonRuntime."""
    owners = mappings(mapping(obj.get("metadata")).get("ownerReferences"))
    return any(
        owner.get("controller") is True
        and owner.get("kind") == "SeldonRuntime"
        and str(owner.get("apiVersion")).startswith(f"{SELDON_GROUP}/")
        for owner in owners
    )


def written_by_others(obj: KubeObject) -> list[Written]:
    """The leaves that others own and the platform does not; without status, subresources and what Kubernetes'
    controllers write.
    """
    entries = [(ownership(entry), str(entry.get("time") or "")) for entry in _entries(obj)]
    ours = {path for entry, _time in entries if is_ours(entry, FIELD_MANAGER) for path in _leaves(entry.fields, ())}
    written = {}
    for entry, time in entries:
        if is_ours(entry, FIELD_MANAGER) or entry.subresource or entry.manager in CONTROLLERS:
            continue
        for path in _leaves(entry.fields, ()):
            if path not in ours and path[:1] != ("status",):
                written[path] = Written(path, entry.manager, time)
    return list(written.values())


def owns(obj: KubeObject, *path: str) -> bool:
    """Whether the platform owns the field, or one below it."""
    owners = owners_of(map(ownership, _entries(obj)), *path)
    return any(is_ours(entry, FIELD_MANAGER) for entry in owners)


def makers(obj: KubeObject) -> str:
    """The managers of an object, in words."""
    names = sorted({str(entry.get("manager")) for entry in _entries(obj) if not entry.get("subresource")})
    return ", ".join(f'"{name}"' for name in names) or "an unnamed field manager"


def _entries(obj: KubeObject) -> list[Any]:
    return mappings(mapping(obj.get("metadata")).get("managedFields"))


def _leaves(fields: Fields, path: Path) -> Iterator[Path]:
    for field, below in fields.items():
        if field == ".":
            continue
        here = (*path, field[2:] if field.startswith("f:") else f"[{_label(field)}]")
        if isinstance(below, dict) and set(below) - {"."}:
            yield from _leaves(below, here)
        else:
            yield here


def _label(field: str) -> str:
    try:
        return item_label(field, json.loads(field[2:]))
    except (ValueError, AttributeError):
        return field
