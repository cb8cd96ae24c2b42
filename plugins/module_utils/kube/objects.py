# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Finding objects by kind and name, and their parts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .resource import Resource
from .types import KubeObject


def of(resource: Resource, objects: Iterable[KubeObject]) -> list[KubeObject]:
    """The objects of this kind, whatever version of its API they are written in."""
    return [obj for obj in objects if obj.get("kind") == resource.kind and _group(obj) == resource.group]


def by_name(objects: Iterable[KubeObject]) -> dict[str, KubeObject]:
    """The objects of one kind and namespace."""
    return {name_of(obj): obj for obj in objects}


def name_of(obj: KubeObject) -> str:
    """metadata.name; empty where there is none."""
    return str(mapping(obj.get("metadata")).get("name") or "")


def spec_of(obj: KubeObject) -> Mapping[str, Any]:
    """spec; empty where it is none."""
    return mapping(obj.get("spec"))


def mapping(value: object) -> Mapping[str, Any]:
    """The value if it is a mapping, else an empty one: what the team wrote may have any shape."""
    return value if isinstance(value, (dict, Mapping)) else {}


def mappings(value: object) -> list[Mapping[str, Any]]:
    """The mappings of a list; empty if it is none."""
    return [entry for entry in value if isinstance(entry, (dict, Mapping))] if isinstance(value, list) else []


def identity(obj: KubeObject) -> tuple[str, str, str]:
    """API group, kind and name; within one namespace nothing else has the same."""
    return _group(obj), str(obj.get("kind") or ""), name_of(obj)


def _group(obj: KubeObject) -> str:
    group, slash, _version = str(obj.get("apiVersion") or "").partition("/")
    return group if slash else ""
