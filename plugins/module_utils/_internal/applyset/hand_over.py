# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Leaves an object to the managers that changed it, without changing anything in it.

Applying an empty intent would remove every list entry that we once applied, with what others have put into it since. So
our entry of managedFields is removed instead: content and generation stay. Measured in Kubernetes 1.37.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ..kube.types import KubeObject
from ..ownership.managed_fields import Fields, is_ours, ownership, ownerships
from .compare import Path, item_label, show_path
from .takeover import Operations

_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


def hand_over_patch(live: KubeObject, manager: str) -> Operations:
    """A JSON patch after which ``manager`` owns nothing of ``live``; it fails if the object has changed since. Empty
    where nothing is owned.
    """
    entries = live["metadata"].get("managedFields") or []
    others = [entry for entry in entries if not is_ours(ownership(entry), manager)]
    if len(others) == len(entries):
        return []
    return [
        {"op": "test", "path": "/metadata/resourceVersion", "value": live["metadata"]["resourceVersion"]},
        {"op": "replace", "path": "/metadata/managedFields", "value": others},
    ]


def leftovers(live: KubeObject, manager: str) -> list[str]:
    """The fields of ours that are in the object although its new owner never asked for them, as
    ``.spec.podSpec.nodeName``.

    Fields that the new owner asked for: those that other managers own, and those in kubectl's last-applied-configuration.
    """
    entries = ownerships(live)
    meant = _last_applied(live)
    others = [entry.fields for entry in entries if not is_ours(entry, manager)]
    return [
        show_path(tuple(_label(field) for field in path))
        for entry in entries
        if is_ours(entry, manager)
        for path in _leaves(entry.fields, ())
        if not any(_owns(fields, path) for fields in others) and not _holds(meant, path)
    ]


def _last_applied(live: KubeObject) -> Any:
    try:
        return json.loads((live["metadata"].get("annotations") or {}).get(_LAST_APPLIED, "{}"))
    except ValueError:
        return {}


def _leaves(fields: Fields, path: Path) -> Iterator[Path]:
    for field, inner in fields.items():
        if field == ".":
            continue
        if set(inner) - {"."}:
            yield from _leaves(inner, (*path, field))
        else:
            yield (*path, field)


def _owns(fields: Fields, path: Path) -> bool:
    for field in path:
        if field not in fields:
            return False
        fields = fields[field]
    return True


def _holds(value: Any, path: Path) -> bool:
    """Whether a document has the field. Items of keyed lists are matched by their keys."""
    for field in path:
        kind, name = field[:2], field[2:]
        if kind == "f:":
            matching = [value[name]] if isinstance(value, dict) and name in value else []
        elif not isinstance(value, list):
            return False
        elif kind == "v:":
            matching = [item for item in value if item == json.loads(name)]
        else:
            keys = json.loads(name)
            matching = [
                item
                for item in value
                if isinstance(item, dict) and all(item.get(key, keys[key]) == keys[key] for key in keys)
            ]
        if not matching:
            return False
        value = matching[0]
    return True


def _label(field: str) -> str:
    return field[2:] if field.startswith("f:") else f"[{item_label(field, json.loads(field[2:]))}]"
