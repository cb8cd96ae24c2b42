# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Takes an object's fields over from other managers, so that they can be removed later.

A forced apply alone makes us one more owner, and a field with two owners never goes away. So the other managers'
entries of managedFields become ours first. Measured in Kubernetes 1.37; the same is done by client-go's csaupgrade.
"""

from __future__ import annotations

from typing import Any

from ..kube.types import KubeObject
from .fields import Fields

Operations = list[dict[str, Any]]


def takeover_patch(live: KubeObject, manager: str) -> Operations:
    """A JSON patch that makes ``manager`` the only one to own the intent of ``live``; fails if it has changed since."""
    metadata = live["metadata"]
    kept: list[Any] = []
    fields: Fields = {}
    api_version = live.get("apiVersion", "")
    for entry in metadata.get("managedFields") or []:
        if entry.get("subresource"):
            kept.append(entry)
            continue
        fields = _union(fields, entry.get("fieldsV1") or {})
        if entry.get("manager") == manager and entry.get("operation") == "Apply":
            api_version = entry.get("apiVersion", api_version)
    ours = {
        "manager": manager,
        "operation": "Apply",
        "apiVersion": api_version,
        "fieldsType": "FieldsV1",
        "fieldsV1": fields,
    }
    return [
        {"op": "test", "path": "/metadata/resourceVersion", "value": metadata["resourceVersion"]},
        {"op": "replace", "path": "/metadata/managedFields", "value": [*kept, ours]},
    ]


def _union(left: Fields, right: Fields) -> Fields:
    merged = dict(left)
    for name, inner in right.items():
        merged[name] = _union(merged[name], inner) if name in merged else inner
    return merged
