# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The resources of containers, after an override is laid over a podSpec as the operator does it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from ..kube.objects import mapping, mappings
from ..quota.quantity import QuantityError, parse_quantity
from ..serverconfig.merge import merge_pod_specs


@dataclass(frozen=True)
class Container:
    """``requests`` and ``limits`` as written, by resource name."""

    name: str
    requests: Mapping[str, Any] = field(default_factory=dict)
    limits: Mapping[str, Any] = field(default_factory=dict)


def merged_containers(base: object, override: object) -> list[Container]:
    """Containers and init containers of a podSpec and its override; either may be missing."""
    merged = merge_pod_specs(base, override)
    return [_container(entry) for key in ("initContainers", "containers") for entry in mappings(merged.get(key))]


def _container(entry: Mapping[str, Any]) -> Container:
    resources = mapping(entry.get("resources"))
    return Container(str(entry.get("name", "")), mapping(resources.get("requests")), mapping(resources.get("limits")))


def team_containers(team: Iterable[Mapping[str, Any]]) -> list[Container]:
    """The containers of workloads that the team brings itself; a LimitRange applies to them as well."""
    containers: list[Container] = []
    for obj in team:
        spec = mapping(obj.get("spec"))
        if obj.get("kind") == "CronJob":
            spec = mapping(mapping(spec.get("jobTemplate")).get("spec"))
        if obj.get("kind") in ("Deployment", "StatefulSet", "Job", "CronJob"):
            containers += merged_containers(mapping(mapping(spec.get("template")).get("spec")), None)
    return containers


def quantity_of(value: object) -> Fraction | None:
    """The size of a quantity as YAML may give it; None for what is none (the API server will say so)."""
    try:
        return (
            parse_quantity(str(value)) if isinstance(value, (str, int, float)) and not isinstance(value, bool) else None
        )
    except QuantityError:
        return None
