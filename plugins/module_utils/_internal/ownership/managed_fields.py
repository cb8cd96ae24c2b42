# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads ``metadata.managedFields``: which manager owns which field.

Format: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/ (fieldsV1).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..kube.types import KubeObject

Fields = dict[str, Any]
"""A FieldsV1 tree: ``f:name``, ``k:{"key":"value"}``, ``v:value``, and ``.`` for the item itself."""


@dataclass(frozen=True)
class Ownership:
    """One manager's fields of one object."""

    manager: str
    operation: str
    subresource: str
    api_version: str
    fields: Fields


def ownerships(live: KubeObject) -> list[Ownership]:
    """All entries of managedFields."""
    return [ownership(entry) for entry in live.get("metadata", {}).get("managedFields") or []]


def ownership(entry: Mapping[str, Any]) -> Ownership:
    """One entry of managedFields."""
    return Ownership(
        entry.get("manager", "unknown"),
        entry.get("operation", ""),
        entry.get("subresource", ""),
        entry.get("apiVersion", ""),
        entry.get("fieldsV1") or {},
    )


def is_ours(entry: Ownership, manager: str) -> bool:
    """Whether the entry has the fields that ``manager`` has applied."""
    return entry.manager == manager and entry.operation == "Apply" and not entry.subresource


def owners_of(entries: Iterable[Ownership], *path: str) -> list[Ownership]:
    """The entries that have the field, or one below it. ``path``: names of fields, without list items."""
    return [entry for entry in entries if _has(entry.fields, path)]


def _has(fields: object, path: Sequence[str]) -> bool:
    for name in path:
        if not isinstance(fields, Mapping) or f"f:{name}" not in fields:
            return False
        fields = fields[f"f:{name}"]
    return True


CONTROLLERS = frozenset({"kube-controller-manager", "cloud-controller-manager", "kube-scheduler", "kubelet"})
"""Controllers of Kubernetes. They write consequences of an intent (a claim's volumeName), not an intent."""


def expresses_intent(entry: Ownership) -> bool:
    """Whether the entry has fields that its manager wants in the object, not only a subresource or metadata."""
    if entry.subresource or entry.manager in CONTROLLERS:
        return False
    return any(field not in ("f:metadata", "f:status", "f:apiVersion", "f:kind") for field in entry.fields)


def foreign_managers_of_intent(live: KubeObject, manager: str) -> list[str]:
    """Managers other than ours with fields that express intent."""
    entries = [entry for entry in ownerships(live) if not is_ours(entry, manager)]
    return sorted({entry.manager for entry in entries if expresses_intent(entry)})
