# SPDX-License-Identifier: GPL-3.0-or-later
"""Merge a pod spec override over a base as mergo does with override and append-slices (facts 2.3).

Containers are merged by name. Every other list is appended. Zero values of the override change nothing, except in Go
maps. Shapes are JSON; the inputs are not changed.
"""

from __future__ import annotations

import copy
from typing import Any

Json = dict[str, Any]

# Fields that are maps in Go: a key of the override wins with any value.
_MAPS = frozenset({"nodeSelector", "overhead", "limits", "requests", "matchLabels", "labels", "annotations"})


def merge_pod_specs(base: Json, override: Json | None) -> Json:
    """The pod spec that a Server or a runtime override results in."""
    if not override:
        return copy.deepcopy(base)
    rest = {key: value for key, value in override.items() if key != "containers"}
    merged = _merge_struct({key: value for key, value in base.items() if key != "containers"}, rest)
    merged["containers"] = merge_containers(base.get("containers") or [], override.get("containers") or [])
    return merged


def merge_containers(base: list[Json], override: list[Json]) -> list[Json]:
    """Containers of the override first, in its order, each merged over the one of the same name; then the base's other
    ones.
    """
    by_name = {container["name"]: container for container in base}
    named = {container["name"] for container in override}
    first = [_merge_struct(by_name.get(container["name"], {}), container) for container in override]
    return first + [copy.deepcopy(container) for container in base if container["name"] not in named]


def _merge_struct(base: Json, override: Json) -> Json:
    merged = copy.deepcopy(base)
    for key, value in override.items():
        if value is None:
            continue
        if merged.get(key) is None:
            merged[key] = copy.deepcopy(value)
        elif key in _MAPS and isinstance(value, dict):
            merged[key] = {**merged[key], **copy.deepcopy(value)}
        elif isinstance(value, dict):
            merged[key] = _merge_struct(merged[key], value)
        elif isinstance(value, list):
            merged[key] = merged[key] + copy.deepcopy(value)
        elif _overrides(merged[key], value):
            merged[key] = value
    return merged


def _overrides(base: Any, value: Any) -> bool:
    """Zero values lose. An IntOrString that is a string stays one: its type "int" is a zero value too."""
    if not value:
        return False
    return not (isinstance(base, str) and isinstance(value, int) and not isinstance(value, bool))
