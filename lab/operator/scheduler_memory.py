# SPDX-License-Identifier: GPL-3.0-or-later
"""The objects as the scheduler knows them, which determines the changes that it reports.

A new version of a Model or Pipeline, and a changed Experiment, begin again as not ready; the operator writes that into
the status. A change of a Model that moves no replica is not reported at all.
"""

from __future__ import annotations

from typing import Any

from .resources import MODEL, Resource

Json = dict[str, Any]

_NOT_SCHEDULED = frozenset(
    ("dataflow", "dedicated", "logger", "maxReplicas", "minReplicas", "preloaded", "replicas", "schemaUri")
)


class SchedulerMemory:
    """The generation and spec of each object, as last told. Only one thread uses it."""

    def __init__(self) -> None:
        self._told: dict[str, tuple[int, Json]] = {}

    def begins_again(self, resource: Resource, thing: Json) -> bool:
        """Whether the scheduler starts over with the object. An object that this process sees for the first time, and
        that has a status, was told before.
        """
        metadata, spec = thing["metadata"], thing["spec"]
        told = self._told.get(metadata["uid"])
        self._told[metadata["uid"]] = (metadata["generation"], spec)
        if told is None or told[0] == metadata["generation"]:
            return False
        return resource != MODEL or _scheduled(told[1]) != _scheduled(spec)


def wanted_replicas(spec: Json) -> int:
    """The replicas of a Model: at least its minReplicas where none are given."""
    replicas = spec.get("replicas")
    return max(spec.get("minReplicas") or 0, 1) if replicas is None else int(replicas)


def _scheduled(spec: Json) -> Json:
    return {
        **{key: value for key, value in spec.items() if key not in _NOT_SCHEDULED},
        "replicas": wanted_replicas(spec),
    }
