# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Turns given objects into wanted ones: with their resource, namespace and labels."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

from ..kube.discovery import Discovery
from ..kube.resource import Resource
from ..kube.types import KubeObject
from .inventory import PART_OF_LABEL, applyset_id
from .objects import ObjectKey, intent_of, key_of
from .request import Request
from .step import Wanted


def resolve(request: Request, discovery: Discovery) -> tuple[list[Wanted], list[str]]:
    """(the wanted objects, the problems of the given ones)."""
    promised = _promised(request)
    labels = {PART_OF_LABEL: applyset_id(request.name, request.inventory_namespace)}
    wanted: list[Wanted] = []
    problems: list[str] = []
    seen: dict[ObjectKey, int] = {}
    for number, given in enumerate(request.given):
        obj = given.object
        problem = _malformed(obj, number)
        if problem:
            problems.append(given.place + problem)
            continue
        api_version, kind = obj["apiVersion"], obj["kind"]
        resource = discovery.find(api_version, kind) or promised.get((api_version, kind))
        if resource is None:
            problems.append(given.place + _not_served(obj, discovery))
            continue
        if resource.namespaced and not (obj["metadata"].get("namespace") or request.namespace):
            problems.append(
                f"{given.place}{kind} {obj['metadata']['name']}: metadata.namespace is missing. "
                "Set it, or the option namespace"
            )
            continue
        try:
            intent = intent_of(obj, resource, request.namespace, labels)
        except (TypeError, ValueError) as problem:
            problems.append(
                f"{given.place}{kind} {obj['metadata']['name']} has a value that JSON does not have: {problem}. Put dates in quotes"
            )
            continue
        key = key_of(resource, intent)
        if key in seen:
            first = request.given[seen[key]].origin
            problems.append(
                f"{given.place}{key} is given twice{f', first at {first}' if first else ''}. Keep one of them"
            )
            continue
        seen[key] = number
        wanted.append(Wanted(resource, key, intent, given.conflicts, given.origin))
    return wanted, problems


def _malformed(obj: object, number: int) -> str:
    if not isinstance(obj, Mapping):
        return f"object {number + 1} is a {type(obj).__name__}, expected a Kubernetes object (a mapping)"
    for field in ("apiVersion", "kind"):
        if not isinstance(obj.get(field), str) or not obj[field]:
            return f"object {number + 1}: {field} is missing or not a string"
    metadata = obj.get("metadata")
    if not isinstance(metadata, Mapping) or not isinstance(metadata.get("name"), str) or not metadata["name"]:
        return f"object {number + 1} ({obj['kind']}): metadata.name is missing or not a string"
    return _malformed_part(obj)


def _malformed_part(obj: Mapping[str, Any]) -> str:
    """The first problem in the fields that this project itself reads; empty for none. The server checks all others."""
    title = f"{obj['kind']} {obj['metadata']['name']}"
    namespace = obj["metadata"].get("namespace")
    if namespace is not None and not isinstance(namespace, str):
        return f"{title}: metadata.namespace is a {type(namespace).__name__}, expected a string"
    for field, value in (("name", obj["metadata"]["name"]), ("namespace", namespace or "")):
        if not is_path_segment(value):
            return f"{title}: metadata.{field} is not a valid name: . and .. are not allowed, nor are the characters / and %"
    for field in ("labels", "annotations"):
        entries = obj["metadata"].get(field)
        if entries is not None and not isinstance(entries, Mapping):
            return f"{title}: metadata.{field} is a {type(entries).__name__}, expected a mapping"
        for name, value in (entries or {}).items():
            if value is not None and not isinstance(value, str):
                return (
                    f"{title}: metadata.{field}.{name} is a {type(value).__name__}, expected a string. Put it in quotes"
                )
    if obj["kind"] == "Secret" and obj["apiVersion"] == "v1":
        for field in ("data", "stringData"):
            if obj.get(field) is not None and not isinstance(obj[field], Mapping):
                return f"{title}: {field} is a {type(obj[field]).__name__}, expected a mapping"
            for name, value in (obj.get(field) or {}).items():
                if value is not None and not isinstance(value, str):
                    return f"{title}: {field}.{name} is a {type(value).__name__}, expected a string. Put it in quotes"
    if obj["kind"] == "CustomResourceDefinition" and not _has_names(obj):
        return f"{title}: spec.group, spec.names.plural, spec.names.kind or spec.versions[].name is missing"
    return ""


def is_path_segment(name: str) -> bool:
    """Whether the API server accepts the name as a part of a path."""
    return name not in (".", "..") and not {"/", "%"} & set(name)


def _has_names(definition: Mapping[str, Any]) -> bool:
    try:
        spec = definition["spec"]
        names = [spec["group"], spec["names"]["plural"], spec["names"]["kind"], *(v["name"] for v in spec["versions"])]
    except (KeyError, TypeError):
        return False
    return all(isinstance(name, str) and name for name in names)


def _not_served(obj: KubeObject, discovery: Discovery) -> str:
    kind, api_version = obj["kind"], obj["apiVersion"]
    head = f"{kind} {obj['metadata']['name']}: the cluster does not serve {api_version} {kind}"
    versions = discovery.versions_of(kind)
    if versions:
        return f"{head}. It serves {kind} as {', '.join(versions)}: change apiVersion"
    close = difflib.get_close_matches(kind, discovery.kinds, 1)
    if close:
        return f'{head}. Did you mean "{close[0]}"?'
    return f"{head}. Install its CustomResourceDefinition first"


def _promised(request: Request) -> dict[tuple[str, str], Resource]:
    """The resources that the set's own CustomResourceDefinitions define."""
    resources = {}
    for given in request.given:
        obj = given.object
        if not isinstance(obj, Mapping) or obj.get("kind") != "CustomResourceDefinition" or not _has_names(obj):
            continue
        spec, names = obj["spec"], obj["spec"]["names"]
        for version in spec["versions"]:
            resource = Resource(
                spec["group"], version["name"], names["plural"], names["kind"], spec.get("scope") == "Namespaced"
            )
            resources[resource.api_version, resource.kind] = resource
    return resources
