# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Merges a Server's podSpec over that of its ServerConfig, exactly as Seldon's operator does.

The operator merges Go values of core/v1 with mergo 1.0.0, with override and append-slices; only containers are matched by
name. In terms of JSON: lists are appended, maps are merged by key, structures are merged field by field, and a zero value
(false, 0, "") never replaces a value that is not zero. Pointers in Go make no difference to this, because mergo
dereferences both; they matter only where the base has no value, see :mod:`canonical`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..kube.json_values import json_mapping
from ..kube.objects import mappings
from ..kube.types import KubeObject

NOT_IN_SERVER = frozenset(
    ("ephemeralContainers", "hostUsers", "os", "resourceClaims", "resources", "schedulingGates", "serviceAccount")
)
"""Fields of a podSpec that the CRD of Servers does not have, so that the API server drops them."""

MAPS = frozenset(("limits", "nodeSelector", "overhead", "requests"))
"""The maps that can be merged (others are inside lists). Here the override replaces every key, also with a zero value."""


def merge_pod_specs(base: object, override: object) -> KubeObject:
    """The pod spec of the StatefulSet. It shares nothing with the arguments; parts that are not objects count as absent."""
    return merge_over(json_mapping(base), override)


def merge_over(below: KubeObject, override: object) -> KubeObject:
    """The same for a base that is JSON already. The base is not changed; parts of it are parts of the result."""
    if not isinstance(override, Mapping):
        return below
    above = {key: value for key, value in json_mapping(override).items() if key not in NOT_IN_SERVER}
    if not above:
        return below
    containers = merge_containers(mappings(below.get("containers")), mappings(above.pop("containers", None)))
    merged = merge_fields(below, above)
    if containers or "containers" in merged:
        merged["containers"] = containers
    return merged


def merge_containers(base: Sequence[Mapping[str, Any]], override: Sequence[Mapping[str, Any]]) -> list[KubeObject]:
    """The containers of the override in its order, each merged over those of its name; then the others of the base."""
    merged: list[KubeObject] = []
    for container in override:
        namesakes = [existing for existing in base if existing.get("name") == container.get("name")]
        merged += [merge_fields(existing, container) for existing in namesakes] or [dict(container)]
    names = [container.get("name") for container in override]
    return merged + [dict(existing) for existing in base if existing.get("name") not in names]


def merge_fields(below: Mapping[str, Any], above: Mapping[str, Any]) -> KubeObject:
    """The structure ``above`` merged over ``below``."""
    merged = dict(below)
    for key, value in above.items():
        merged[key] = _merge(key, merged[key], value) if key in merged else value
    return merged


def _merge(key: str, below: Any, above: Any) -> Any:
    if isinstance(below, dict) and isinstance(above, dict):
        return {**below, **above} if key in MAPS else merge_fields(below, above)
    if isinstance(below, list) and isinstance(above, list):
        return below + above
    return below if is_lost(key, below, above) else above


def is_lost(key: str, below: Any, above: Any) -> bool:
    """Whether the scalar ``above`` cannot replace ``below``.

    A port is a number or a name, and "number" is the zero value of its Go type: a number never replaces a name.
    """
    return not above or (key == "port" and isinstance(below, str) and isinstance(above, int))
