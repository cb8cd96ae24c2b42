# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Takes an object's fields over from other managers, so that they can be removed later.

A forced apply alone makes us one more owner, and a field with two owners never goes away. So the other managers'
entries of managedFields become ours first. Measured in Kubernetes 1.37; the same is done by client-go's csaupgrade.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..kube.types import KubeObject
from ..ownership.managed_fields import Fields, Ownership, expresses_intent, is_ours, ownership

Operations = list[dict[str, Any]]
_CONTROLLERS_METADATA = ("f:finalizers", "f:ownerReferences")
"""Controllers write these to keep an object. If a manager owns them and does not apply them, they are removed."""


def takeover_patch(live: KubeObject, intent: KubeObject, manager: str) -> Operations:
    """A JSON patch that makes ``manager`` the owner of the fields that others applied; it fails if ``live`` has changed since.

    Empty where there is nothing to take.
    """
    taken = taken_over(live, intent, manager)
    if taken is live:
        return []
    return [
        {"op": "test", "path": "/metadata/resourceVersion", "value": live["metadata"]["resourceVersion"]},
        {"op": "replace", "path": "/metadata/managedFields", "value": taken["metadata"]["managedFields"]},
    ]


def taken_over(live: KubeObject, intent: KubeObject, manager: str) -> KubeObject:
    """``live`` as it is after the take-over and before the apply: same content, other owners.

    Ours become all fields of managers that express an intent, and of the others those metadata that ``intent`` has.
    """
    entries = live["metadata"].get("managedFields") or []
    fields: Fields = {}
    kept: list[Any] = []
    has_taken = False
    api_version = live.get("apiVersion", "")
    for entry in entries:
        owner = ownership(entry)
        if is_ours(owner, manager):
            fields, api_version = _union(fields, owner.fields), owner.api_version
            continue
        taken, left = _split(owner, intent)
        has_taken = has_taken or bool(taken)
        fields = _union(fields, taken)
        if left:
            kept.append({**entry, "fieldsV1": left} if taken else entry)
    if not has_taken:
        return live
    ours = {
        "manager": manager,
        "operation": "Apply",
        "apiVersion": api_version,
        "fieldsType": "FieldsV1",
        "fieldsV1": fields,
    }
    return {**live, "metadata": {**live["metadata"], "managedFields": [*kept, ours]}}


def _split(entry: Ownership, intent: KubeObject) -> tuple[Fields, Fields]:
    """(fields that are taken from the entry, fields that it keeps)."""
    if entry.subresource:
        return {}, entry.fields
    if not expresses_intent(entry):
        return _common(entry.fields, intent), _without(entry.fields, intent)
    metadata = entry.fields.get("f:metadata") or {}
    held = {name: inner for name, inner in metadata.items() if name in _CONTROLLERS_METADATA}
    taken = {name: inner for name, inner in entry.fields.items() if name != "f:metadata"}
    rest = {name: inner for name, inner in metadata.items() if name not in _CONTROLLERS_METADATA}
    if rest:
        taken["f:metadata"] = rest
    return taken, {"f:metadata": held} if held else {}


def _common(fields: Fields, intent: Mapping[str, Any]) -> Fields:
    """The leaves, reached through maps only, that ``intent`` has too."""
    common: Fields = {}
    for field, inner in fields.items():
        wanted = intent.get(field[2:]) if field.startswith("f:") else None
        if wanted is None:
            continue
        if not inner:
            common[field] = inner
        elif isinstance(wanted, Mapping) and _common(inner, wanted):
            common[field] = _common(inner, wanted)
    return common


def _without(fields: Fields, intent: Mapping[str, Any]) -> Fields:
    """``fields`` without those of :func:`_common`."""
    left: Fields = {}
    for field, inner in fields.items():
        wanted = intent.get(field[2:]) if field.startswith("f:") else None
        if wanted is None:
            left[field] = inner
        elif inner:
            remaining = _without(inner, wanted) if isinstance(wanted, Mapping) else inner
            if set(remaining) - {"."}:
                left[field] = remaining
    return left


def _union(left: Fields, right: Fields) -> Fields:
    merged = dict(left)
    for name, inner in right.items():
        merged[name] = _union(merged[name], inner) if name in merged else inner
    return merged
