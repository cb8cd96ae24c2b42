# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Selects objects by kind and name, and reads their parts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .resource import Resource
from .types import KubeObject


def of(resource: Resource, objects: Iterable[KubeObject]) -> list[KubeObject]:
    """The objects of this kind, in any version of its API."""
    return [obj for obj in objects if obj.get("kind") == resource.kind and _group(obj) == resource.group]


def by_name(objects: Iterable[KubeObject]) -> dict[str, KubeObject]:
    """Objects of one kind and namespace by their names."""
    return {name_of(obj): obj for obj in objects}


def name_of(obj: KubeObject) -> str:
    """metadata.name; empty where there is none."""
    return str(mapping(obj.get("metadata")).get("name") or "")


def spec_of(obj: KubeObject) -> Mapping[str, Any]:
    """spec; empty where it is not a mapping."""
    return mapping(obj.get("spec"))


def mapping(value: object) -> Mapping[str, Any]:
    """The value if it is a mapping, else an empty one: a team's objects may have any shape."""
    return value if isinstance(value, (dict, Mapping)) else {}


def mappings(value: object) -> list[Mapping[str, Any]]:
    """The mappings of a list; empty if it is not a list."""
    return [entry for entry in value if isinstance(entry, (dict, Mapping))] if isinstance(value, list) else []


def identity(obj: KubeObject) -> tuple[str, str, str]:
    """(API group, kind, name), which is unique within a namespace."""
    return _group(obj), str(obj.get("kind") or ""), name_of(obj)


def _group(obj: KubeObject) -> str:
    group, slash, _version = str(obj.get("apiVersion") or "").partition("/")
    return group if slash else ""
