# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether the live StatefulSet already carries what the operator makes of Server and ServerConfig."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from ..kube.types import KubeObject
from ..tenant.objects import mapping, mappings
from .canonical import canonical, canonical_claim
from .differences import differing_paths
from .effective import Effective
from .plain import texts

_NOT_OURS = ("kubectl.kubernetes.io/restartedAt", "seldon.io/last-applied")


class Arrived(str, Enum):
    """ABSENT: there is no StatefulSet. UNKNOWN: it could not be read."""

    YES = "yes"
    NO = "no"
    ABSENT = "absent"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Arrival:
    """``paths`` of ``spec`` of the StatefulSet that differ. ``recreate``: those among them that Kubernetes lets nobody change."""

    state: Arrived
    paths: tuple[str, ...] = ()
    recreate: tuple[str, ...] = ()


def arrived(wanted: Effective, stateful_set: KubeObject | None) -> Arrival:
    """None: there is no StatefulSet. What the API server defaults, and annotations of kubectl and of the operator itself, do not count."""
    if stateful_set is None:
        return Arrival(Arrived.ABSENT)
    spec = mapping(stateful_set.get("spec"))
    live = mapping(spec.get("template"))
    metadata = mapping(live.get("metadata"))
    predicted = _template(wanted.template_labels, wanted.annotations, wanted.pod_spec)
    found = _template(texts(metadata.get("labels")), texts(metadata.get("annotations")), mapping(live.get("spec")))
    # The quick comparison takes 1 for true, which no field of a StatefulSet can be.
    paths = () if predicted == found else differing_paths(predicted, found, "template")
    recreate = differing_paths(
        [canonical_claim(claim) for claim in wanted.volume_claim_templates],
        [canonical_claim(claim) for claim in mappings(spec.get("volumeClaimTemplates"))],
        "volumeClaimTemplates",
    )
    return Arrival(Arrived.NO if paths or recreate else Arrived.YES, (*paths, *recreate), recreate)


def _template(labels: Mapping[str, str], annotations: Mapping[str, str], pod_spec: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in annotations.items() if key not in _NOT_OURS}
    return {"metadata": {"labels": dict(labels), "annotations": kept}, "spec": canonical(pod_spec)}
