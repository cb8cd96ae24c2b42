# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A podSpec with an override over it, as Seldon's operator merges them, as far as quotas look: amounts, classes, deadlines.

Containers meet by name and those of the override come first; other lists are appended; mappings are united, the override's entry wins.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .reading import Reading


def overridden(base: object, override: object) -> dict[str, Any]:
    """Never raises; what is malformed stays as it is where only one side has it, so that reading it says so."""
    reading = Reading()
    below, above = reading.mapping(base, ""), reading.mapping(override, "")
    if not above:
        return dict(below)
    merged = {**below, **{key: value for key, value in above.items() if value}}
    for key in ("overhead", "resources"):
        if below.get(key) and above.get(key):
            merged[key] = _united(below[key], above[key])
    if isinstance(below.get("initContainers"), list) and isinstance(above.get("initContainers"), list):
        merged["initContainers"] = [*below["initContainers"], *above["initContainers"]]
    if isinstance(above.get("containers"), list) and isinstance(below.get("containers"), list):
        merged["containers"] = _containers(below["containers"], above["containers"])
    return merged


def _containers(base: list[Any], override: list[Any]) -> list[Any]:
    named = {container.get("name"): container for container in base if _has_name(container)}
    first = []
    for container in override:
        below = named.pop(container.get("name"), None) if _has_name(container) else None
        first.append(container if below is None else _container(below, container))
    rest = [container for container in base if not _has_name(container) or container.get("name") in named]
    return first + rest


def _container(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    resources = _united(below.get("resources"), above.get("resources"))
    return {**below, **{key: value for key, value in above.items() if value}, "resources": resources}


def _united(below: object, above: object) -> object:
    """Two levels deep: resources hold requests and limits, which hold quantities."""
    if not isinstance(below, Mapping) or not isinstance(above, Mapping):
        return above if above else below
    union = dict(below)
    for key, value in above.items():
        inner = union.get(key)
        union[key] = {**inner, **value} if isinstance(inner, Mapping) and isinstance(value, Mapping) else inner if value is None else value
    return union


def _has_name(container: object) -> bool:
    return isinstance(container, Mapping) and isinstance(container.get("name"), str)
