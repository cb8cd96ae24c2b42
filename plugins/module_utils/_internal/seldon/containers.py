# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads containers with their requests and limits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..kube.objects import mapping, mappings


@dataclass(frozen=True)
class Container:
    """``requests`` and ``limits`` as written, by resource name."""

    name: str
    requests: Mapping[str, Any] = field(default_factory=dict)
    limits: Mapping[str, Any] = field(default_factory=dict)


def containers_of(pod_spec: Mapping[str, Any]) -> list[Container]:
    """Init containers and containers of a pod spec, which may have any shape."""
    return [_container(entry) for key in ("initContainers", "containers") for entry in mappings(pod_spec.get(key))]


def _container(entry: Mapping[str, Any]) -> Container:
    resources = mapping(entry.get("resources"))
    return Container(str(entry.get("name", "")), mapping(resources.get("requests")), mapping(resources.get("limits")))


def team_containers(team: Iterable[Mapping[str, Any]]) -> list[Container]:
    """The containers of the team's own workloads; a LimitRange applies to them as well."""
    containers: list[Container] = []
    for obj in team:
        spec = mapping(obj.get("spec"))
        if obj.get("kind") == "CronJob":
            spec = mapping(mapping(spec.get("jobTemplate")).get("spec"))
        if obj.get("kind") in ("Deployment", "StatefulSet", "Job", "CronJob"):
            containers += containers_of(mapping(mapping(spec.get("template")).get("spec")))
    return containers
