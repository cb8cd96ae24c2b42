# SPDX-License-Identifier: GPL-3.0-or-later
"""Owner references, last-applied annotation and merged metadata."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from typing import Any

from .resources import Resource

Json = dict[str, Any]

LAST_APPLIED = "seldon.io/last-applied"
# Annotations of Helm and kubectl that must not be copied from an object to its workload.
_PRIVATE = (
    "meta.helm.sh/release-name",
    "meta.helm.sh/release-namespace",
    "kubectl.kubernetes.io/last-applied-configuration",
)


def controller_reference(owner: Json, resource: Resource) -> Json:
    return {
        "apiVersion": resource.api_version,
        "kind": resource.kind,
        "name": owner["metadata"]["name"],
        "uid": owner["metadata"]["uid"],
        "controller": True,
        "blockOwnerDeletion": True,
    }


def controller_of(thing: Json, resource: Resource) -> str | None:
    """Name of the controlling owner of the given kind."""
    for reference in thing["metadata"].get("ownerReferences") or []:
        if reference.get("controller") and reference["kind"] == resource.kind:
            return str(reference["name"])
    return None


def merged_metadata(*sources: Json | None) -> dict[str, str]:
    """Labels or annotations of several objects; the first one that has a key wins."""
    merged: dict[str, str] = {}
    for source in sources:
        for key, value in (source or {}).items():
            if key not in _PRIVATE:
                merged.setdefault(key, value)
    return merged


def with_last_applied(thing: Json) -> Json:
    """The object with its own zipped content in an annotation, in which the operator keeps what it applied."""
    metadata = thing["metadata"]
    note = _pack({key: value for key, value in thing.items() if key not in ("apiVersion", "kind", "metadata")})
    annotations = {**(metadata.get("annotations") or {}), LAST_APPLIED: note}
    return {**thing, "metadata": {**metadata, "annotations": annotations}}


def last_applied(thing: Json) -> Json | None:
    note = (thing["metadata"].get("annotations") or {}).get(LAST_APPLIED)
    if not note:
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(base64.b64decode(note))) as archive:
            content = json.loads(archive.read("original"))
    except (ValueError, KeyError, zipfile.BadZipFile):
        return None
    return content if isinstance(content, dict) else None


def _pack(content: Json) -> str:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        # A fixed time keeps the annotation, and with it the object, the same for the same content.
        archive.writestr(zipfile.ZipInfo("original", (1980, 1, 1, 0, 0, 0)), json.dumps(content, sort_keys=True))
    return base64.b64encode(buffer.getvalue()).decode()
