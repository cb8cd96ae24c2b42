# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Lays a Server's podSpec over that of its ServerConfig, exactly as Seldon's operator does it.

The operator merges Go values of core/v1 by mergo 1.0.0 with override and append-slices; only containers are matched by name. Seen from JSON:
lists append, maps unite by key, structures merge field by field, and a zero value (false, 0, "") never replaces a value that is not zero.
Whether a scalar is a pointer in Go makes no difference to that: mergo looks through both pointers. It shows only where the base has no value,
see :mod:`canonical`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..kube.objects import mappings
from ..kube.types import KubeObject
from .plain import plain_mapping

NOT_IN_SERVER = frozenset(
    ("ephemeralContainers", "hostUsers", "os", "resourceClaims", "resources", "schedulingGates", "serviceAccount")
)
"""Fields of a podSpec that the CRD of Servers does not have: the API server drops them there."""

MAPS = frozenset(("limits", "nodeSelector", "overhead", "requests"))
"""The maps that can be merged (others are inside of lists): here the override wins in every key, zero or not."""


def merge_pod_specs(base: object, override: object) -> KubeObject:
    """The pod spec of the StatefulSet. Shares nothing with its arguments; parts that are no objects at all count as absent."""
    return merge_over(plain_mapping(base), override)


def merge_over(below: KubeObject, override: object) -> KubeObject:
    """The same over a base that is plain already; it is left alone, and parts of it are parts of the result."""
    if not isinstance(override, Mapping):
        return below
    above = {key: value for key, value in plain_mapping(override).items() if key not in NOT_IN_SERVER}
    if not above:
        return below
    containers = merge_containers(mappings(below.get("containers")), mappings(above.pop("containers", None)))
    merged = merge_fields(below, above)
    if containers or "containers" in merged:
        merged["containers"] = containers
    return merged


def merge_containers(base: Sequence[Mapping[str, Any]], override: Sequence[Mapping[str, Any]]) -> list[KubeObject]:
    """Those of the override first, in its order, each over its namesake; then the others of the base."""
    merged: list[KubeObject] = []
    for container in override:
        namesakes = [existing for existing in base if existing.get("name") == container.get("name")]
        merged += [merge_fields(existing, container) for existing in namesakes] or [dict(container)]
    names = [container.get("name") for container in override]
    return merged + [dict(existing) for existing in base if existing.get("name") not in names]


def merge_fields(below: Mapping[str, Any], above: Mapping[str, Any]) -> KubeObject:
    """One structure over another."""
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
