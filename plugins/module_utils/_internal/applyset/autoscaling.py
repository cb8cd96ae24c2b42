# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The numbers of replicas that a set itself allows an autoscaler to choose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..kube.resources import SELDON_GROUP
from ..kube.types import KubeObject
from .objects import ObjectKey
from .step import Wanted

REPLICAS = ("spec", "replicas")
HPA = ("autoscaling", "HorizontalPodAutoscaler")


@dataclass(frozen=True)
class ReplicaRange:
    """The least and the largest number; ``most`` is None where there is no limit. ``source`` names what sets it."""

    least: int
    most: int | None
    source: str

    def contains(self, replicas: object) -> bool:
        """Whether an autoscaler may have chosen this number."""
        if not isinstance(replicas, int) or isinstance(replicas, bool):
            return False
        return self.least <= replicas and (self.most is None or replicas <= self.most)


def replica_ranges(wanted: Iterable[Wanted]) -> Mapping[ObjectKey, ReplicaRange]:
    """The ranges of the objects that are scaled: by a HorizontalPodAutoscaler of the set, or by Seldon, whose Servers and
    Models have ``minReplicas`` and ``maxReplicas`` themselves.
    """
    ranges: dict[ObjectKey, ReplicaRange] = {}
    for item in wanted:
        spec = item.intent.get("spec")
        if not isinstance(spec, Mapping):
            continue
        if item.key.group == SELDON_GROUP and (spec.get("minReplicas") or spec.get("maxReplicas")):
            # Seldon reads 0 as unset.
            most = _number(spec.get("maxReplicas"), 0) or None
            ranges.setdefault(
                item.key, ReplicaRange(_number(spec.get("minReplicas"), 0), most, "its minReplicas and maxReplicas")
            )
        elif (item.key.group, item.key.kind) == HPA:
            most = _number(spec.get("maxReplicas"), 0)
            source = f"HorizontalPodAutoscaler {item.key.name}"
            ranges[_target(spec, item.key.namespace)] = ReplicaRange(_number(spec.get("minReplicas"), 1), most, source)
    return ranges


def _number(value: Any, default: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else default


def _target(spec: KubeObject | Mapping[str, Any], namespace: str) -> ObjectKey:
    target = spec.get("scaleTargetRef")
    target = target if isinstance(target, Mapping) else {}
    group = str(target.get("apiVersion") or "").rpartition("/")[0]
    return ObjectKey(group, str(target.get("kind") or ""), namespace, str(target.get("name") or ""))
