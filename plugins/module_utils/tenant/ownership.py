# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whose object is it? Read from metadata.managedFields, which the API server keeps."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..kube.types import KubeObject


def owned_by(obj: KubeObject, field_manager: str) -> bool:
    """Whether ``field_manager`` applied some of the object's fields."""
    return any(entry.get("manager") == field_manager and entry.get("operation") == "Apply" for entry in _entries(obj))


def foreign_on_spec(obj: KubeObject, field_manager: str) -> bool:
    """Whether anybody else holds a field under spec. The status subresource does not count."""
    return any(
        "f:spec" in (entry.get("fieldsV1") or {}) and (entry.get("manager"), entry.get("operation")) != (field_manager, "Apply")
        for entry in _entries(obj)
    )


def team_owned(objects: Iterable[KubeObject], field_manager: str) -> list[KubeObject]:
    """The live objects that are not ours alone: never applied by us, or with a spec field of somebody else."""
    return [obj for obj in objects if not owned_by(obj, field_manager) or foreign_on_spec(obj, field_manager)]


def _entries(obj: KubeObject) -> list[dict[str, Any]]:
    entries = (obj.get("metadata") or {}).get("managedFields") or []
    return [entry for entry in entries if not entry.get("subresource")]
