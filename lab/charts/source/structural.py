# SPDX-License-Identifier: GPL-3.0-or-later
"""Turn Kubernetes' published OpenAPI v3 schemas into structural CRD schemas.

Pure: JSON in, JSON out. A CRD schema may hold neither ``$ref`` nor the ``oneOf`` forms in which Kubernetes publishes
quantities and int-or-strings, and must not contain those defaults that Kubernetes publishes only because they are Go's
zero value.
"""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

PREFIX = "#/components/schemas/"
QUANTITY = "io.k8s.apimachinery.pkg.api.resource.Quantity"
INT_OR_STRING = "io.k8s.apimachinery.pkg.util.intstr.IntOrString"

# The grammar of resource.Quantity (sign, number, then a binary, decimal or exponent suffix).
_NUMBER = r"(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))"
QUANTITY_PATTERN = rf"^(\+|-)?{_NUMBER}(([KMGTPE]i)|[numkMGTPE]|([eE](\+|-)?{_NUMBER}))?$"

_KEPT = (
    "type",
    "format",
    "required",
    "x-kubernetes-list-type",
    "x-kubernetes-list-map-keys",
    "x-kubernetes-map-type",
)
# These Go types embed LocalObjectReference, which is atomic. The published schema does not have that.
_EMBEDS_REFERENCE = tuple(
    f"io.k8s.api.core.v1.{name}"
    for name in (
        "ConfigMapEnvSource",
        "SecretEnvSource",
        "ConfigMapVolumeSource",
        "ConfigMapProjection",
        "SecretProjection",
    )
)
OBJECT_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"


def quantity() -> Schema:
    return {
        "anyOf": [{"type": "integer"}, {"type": "string"}],
        "pattern": QUANTITY_PATTERN,
        "x-kubernetes-int-or-string": True,
    }


def int_or_string() -> Schema:
    return {"anyOf": [{"type": "integer"}, {"type": "string"}], "x-kubernetes-int-or-string": True}


def reachable(schemas: dict[str, Schema], roots: list[str]) -> dict[str, Schema]:
    """The named schemas and everything they refer to, without descriptions."""
    found: dict[str, Schema] = {}
    todo = list(roots)
    while todo:
        name = todo.pop()
        if name in found:
            continue
        found[name] = _without_descriptions(schemas[name])
        todo.extend(_references(schemas[name]))
    return dict(sorted(found.items()))


def structural(schemas: dict[str, Schema], name: str) -> Schema:
    """The structural form of one named schema, all references inlined."""
    return _convert(schemas, {"$ref": PREFIX + name})


def _convert(schemas: dict[str, Schema], node: Schema) -> Schema:
    node, target = _follow(node)
    if target == QUANTITY:
        return quantity()
    if target == INT_OR_STRING:
        return int_or_string()
    if target == OBJECT_META:
        return {"type": "object"}
    if target:
        # Keys next to a reference (list types, defaults) belong to the field, not to the type.
        node = {**schemas[target], **node}
        if "$ref" in node or "allOf" in node:
            return _convert(schemas, node)
    result: Schema = {key: node[key] for key in _KEPT if key in node}
    if target in _EMBEDS_REFERENCE:
        result["x-kubernetes-map-type"] = "atomic"
    if "properties" in node:
        required = node.get("required", [])
        result["properties"] = {
            key: _with_default(_convert(schemas, prop), prop, key in required)
            for key, prop in sorted(node["properties"].items())
        }
    if isinstance(node.get("additionalProperties"), dict):
        result["additionalProperties"] = _convert(schemas, node["additionalProperties"])
    if "items" in node:
        result["items"] = _convert(schemas, node["items"])
    map_keys = node.get("x-kubernetes-list-map-keys")
    if map_keys:
        _require_keys(result["items"], map_keys)
    return result


def _with_default(converted: Schema, published: Schema, required: bool) -> Schema:
    """Keep a default that the Go type declares; on a required field the published one is only Go's zero value."""
    default = published.get("default")
    if required or default is None or isinstance(default, (dict, list)):
        return converted
    return {**converted, "default": default}


def _follow(node: Schema) -> tuple[Schema, str]:
    """A node without its reference, and the name it referred to ("" for none)."""
    if "$ref" in node:
        return {key: value for key, value in node.items() if key != "$ref"}, node["$ref"].removeprefix(PREFIX)
    if len(node.get("allOf", [])) == 1:
        rest = {key: value for key, value in node.items() if key != "allOf"}
        inner, target = _follow(node["allOf"][0])
        return {**inner, **rest}, target
    return node, ""


def _require_keys(item: Schema, keys: list[str]) -> None:
    """The API server accepts a list of type map only if each key is required or has a default."""
    for key in keys:
        field = item["properties"][key]
        if key not in item.get("required", []) and "default" not in field:
            field["default"] = ""


def _references(node: Any) -> list[str]:
    if isinstance(node, list):
        return [name for item in node for name in _references(item)]
    if not isinstance(node, dict):
        return []
    own = [node["$ref"].removeprefix(PREFIX)] if isinstance(node.get("$ref"), str) else []
    return own + [name for value in node.values() for name in _references(value)]


def _without_descriptions(node: Any) -> Any:
    if isinstance(node, list):
        return [_without_descriptions(item) for item in node]
    if not isinstance(node, dict):
        return node
    # A property can itself be named "description": only texts are dropped.
    return {
        key: _without_descriptions(value)
        for key, value in node.items()
        if not (key == "description" and isinstance(value, str))
    }
