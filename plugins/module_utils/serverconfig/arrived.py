# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether the live StatefulSet already carries what the operator makes of Server and ServerConfig."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

from ..kube.objects import mapping, mappings
from ..kube.types import KubeObject
from .canonical import canonical, canonical_claim
from .differences import differing_paths
from .effective import Effective
from .plain import texts

Canonical = Callable[[object], KubeObject]

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


@dataclass(frozen=True)
class _Forms:
    """What is wanted and what is there, in a form in which equal means the same."""

    wanted: KubeObject
    live: KubeObject
    wanted_claims: list[KubeObject]
    live_claims: list[KubeObject]


def arrived(
    wanted: Effective, stateful_set: KubeObject | None, form: KubeObject | None = None, known: Canonical = canonical
) -> Arrival:
    """None: there is no StatefulSet. What the API server defaults, and annotations of kubectl and of the operator itself, do not count.

    ``form``: the canonical pod spec of ``wanted``, where it is at hand; ``known`` gives that of the live one.
    """
    if stateful_set is None:
        return Arrival(Arrived.ABSENT)
    forms = _forms(wanted, stateful_set, form, known)
    # The quick comparison takes 1 for true, which no field of a StatefulSet can be.
    paths = () if forms.wanted == forms.live else differing_paths(forms.wanted, forms.live, "template")
    same_claims = forms.wanted_claims == forms.live_claims
    recreate = () if same_claims else differing_paths(forms.wanted_claims, forms.live_claims, "volumeClaimTemplates")
    return Arrival(Arrived.NO if paths or recreate else Arrived.YES, (*paths, *recreate), recreate)


def has_arrived(
    wanted: Effective, stateful_set: KubeObject | None, form: KubeObject | None = None, known: Canonical = canonical
) -> bool:
    """The same without where they differ."""
    if stateful_set is None:
        return False
    forms = _forms(wanted, stateful_set, form, known)
    return forms.wanted == forms.live and forms.wanted_claims == forms.live_claims


def _forms(wanted: Effective, stateful_set: KubeObject, form: KubeObject | None, known: Canonical) -> _Forms:
    spec = mapping(stateful_set.get("spec"))
    live = mapping(spec.get("template"))
    metadata = mapping(live.get("metadata"))
    return _Forms(
        _template(wanted.template_labels, wanted.annotations, canonical(wanted.pod_spec) if form is None else form),
        _template(texts(metadata.get("labels")), texts(metadata.get("annotations")), known(mapping(live.get("spec")))),
        [canonical_claim(claim) for claim in wanted.volume_claim_templates],
        [canonical_claim(claim) for claim in mappings(spec.get("volumeClaimTemplates"))],
    )


def _template(labels: Mapping[str, str], annotations: Mapping[str, str], form: KubeObject) -> KubeObject:
    kept = {key: value for key, value in annotations.items() if key not in _NOT_OURS}
    return {"metadata": {"labels": dict(labels), "annotations": kept}, "spec": form}
