# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The identity of an object, and the part of it that is sent to the API server."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any, NamedTuple

from ..kube.json_values import without_nulls
from ..kube.resource import Resource
from ..kube.types import KubeObject

SERVER_SET_METADATA = (
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "generation",
    "managedFields",
    "resourceVersion",
    "selfLink",
    "uid",
)


class ObjectKey(NamedTuple):
    """Identity across API versions; ``namespace`` is empty for cluster-scoped kinds."""

    group: str
    kind: str
    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.namespace}/{self.name}" if self.namespace else f"{self.kind} {self.name}"


def key_of(resource: Resource, obj: KubeObject) -> ObjectKey:
    """The key of an object of this resource."""
    metadata = obj["metadata"]
    return ObjectKey(
        resource.group,
        resource.kind,
        (metadata.get("namespace") or "") if resource.namespaced else "",
        metadata["name"],
    )


def intent_of(obj: KubeObject, resource: Resource, namespace: str | None, labels: dict[str, str]) -> KubeObject:
    """A copy to apply: with its namespace and our labels, without status, null fields and fields that only the server sets.

    Raises TypeError or ValueError for values that JSON does not have (a date, a NaN).
    Null fields are removed because server-side apply refuses them where a string is expected, while Helm and kubectl drop
    them. A null item of a list stays, because the API server reads it as an empty item.
    A Secret's write-only ``stringData`` becomes ``data``, so that it can be compared with what is stored.
    """
    text = json.dumps(obj, allow_nan=False)
    intent: KubeObject = json.loads(text)
    if "null" in text:
        intent = without_nulls(intent)
    intent.pop("status", None)
    metadata = intent["metadata"]
    for field in SERVER_SET_METADATA:
        metadata.pop(field, None)
    if resource.namespaced:
        metadata["namespace"] = metadata.get("namespace") or namespace
    else:
        metadata.pop("namespace", None)
    if labels:
        metadata["labels"] = {**metadata.get("labels", {}), **labels}
    if resource.kind == "Secret" and not resource.group:
        _encode_string_data(intent)
    return intent


def _encode_string_data(secret: KubeObject) -> None:
    data = {key: _canonical_base64(value) for key, value in secret.get("data", {}).items()}
    for key, text in secret.pop("stringData", {}).items():
        data[key] = base64.b64encode(str(text).encode()).decode()
    if data:
        secret["data"] = data


def _canonical_base64(value: Any) -> Any:
    """The form that the server stores. A value that is not base64 stays as it is: the server refuses it by name."""
    try:
        return base64.b64encode(base64.b64decode("".join(str(value).split()), validate=True)).decode()
    except (binascii.Error, ValueError):
        return value
