# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The parts of a pod that quotas and limit ranges use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..kube.amounts import Amounts
from .reading import Reading


@dataclass(frozen=True)
class Container:
    """``sidecar``: an init container with restartPolicy Always, which keeps running."""

    name: str
    requests: Amounts = field(default_factory=dict)
    limits: Amounts = field(default_factory=dict)
    sidecar: bool = False


@dataclass(frozen=True)
class Pod:
    """``requests`` and ``limits`` are those of the pod level (spec.resources). ``terminating``: activeDeadlineSeconds is
    set.
    """

    containers: tuple[Container, ...]
    init_containers: tuple[Container, ...] = ()
    requests: Amounts = field(default_factory=dict)
    limits: Amounts = field(default_factory=dict)
    overhead: Amounts = field(default_factory=dict)
    terminating: bool = False
    priority_class: str = ""
    cross_namespace_affinity: bool = False


def is_pod_level(resource: str) -> bool:
    """Whether spec.resources of a pod may state the resource."""
    return resource in ("cpu", "memory") or resource.startswith("hugepages-")


def read_pod(spec: object, reading: Reading, field: str = "spec") -> Pod:
    """The pod of a core/v1 PodSpec. ``field`` is the path of that PodSpec in its object."""
    given = reading.mapping(spec, field)
    resources = reading.mapping(given.get("resources"), f"{field}.resources")
    deadline = given.get("activeDeadlineSeconds")
    return Pod(
        containers=_containers(given, "containers", reading, field),
        init_containers=_containers(given, "initContainers", reading, field),
        requests=_pod_level(reading.amounts(resources.get("requests"), f"{field}.resources.requests")),
        limits=_pod_level(reading.amounts(resources.get("limits"), f"{field}.resources.limits")),
        overhead=reading.amounts(given.get("overhead"), f"{field}.overhead"),
        terminating=reading.count(deadline, f"{field}.activeDeadlineSeconds", 0) >= 0 and deadline is not None,
        priority_class=reading.text(given.get("priorityClassName"), f"{field}.priorityClassName"),
        cross_namespace_affinity=_crosses_namespaces(given.get("affinity")),
    )


def _containers(given: Mapping[str, Any], key: str, reading: Reading, field: str) -> tuple[Container, ...]:
    containers = []
    for path, entry in reading.mappings(given.get(key), f"{field}.{key}"):
        name = reading.text(entry.get("name"), f"{path}.name") or path
        resources = reading.mapping(entry.get("resources"), f"{path}.resources")
        requests = reading.amounts(resources.get("requests"), f"{path}.resources.requests")
        limits = reading.amounts(resources.get("limits"), f"{path}.resources.limits")
        containers.append(
            Container(name, requests, limits, key == "initContainers" and entry.get("restartPolicy") == "Always")
        )
    return tuple(containers)


def _pod_level(amounts: Amounts) -> Amounts:
    return {name: amount for name, amount in amounts.items() if is_pod_level(name)}


def _crosses_namespaces(affinity: object) -> bool:
    """Whether a pod (anti-)affinity term has namespaces or a namespaceSelector, as for the scope
    CrossNamespacePodAffinity.
    """
    reading = Reading()
    for kind in ("podAffinity", "podAntiAffinity"):
        rules = reading.mapping(reading.mapping(affinity, "").get(kind), "")
        terms = [
            term for _path, term in reading.mappings(rules.get("requiredDuringSchedulingIgnoredDuringExecution"), "")
        ]
        for _path, weighted in reading.mappings(rules.get("preferredDuringSchedulingIgnoredDuringExecution"), ""):
            terms.append(reading.mapping(weighted.get("podAffinityTerm"), ""))
        if any(term.get("namespaces") or term.get("namespaceSelector") is not None for term in terms):
            return True
    return False
