# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether the live StatefulSet is already the one that the operator makes of a Server and its ServerConfig."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

from ..kube.json_values import json_mapping, texts
from ..kube.objects import mapping, mappings
from ..kube.resources import STATEFUL_SET
from ..kube.types import KubeObject
from .canonical import canonical, canonical_claim
from .differences import differing_paths
from .effective import Effective, claims_of, effective_over
from .effective_runtime import EffectiveComponent

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
    """``paths``: the fields of the StatefulSet's ``spec`` that differ. ``recreate``: those of them that Kubernetes does not
    allow to change.
    """

    state: Arrived
    paths: tuple[str, ...] = ()
    recreate: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Forms:
    """The wanted and the live template and claims, in a form in which equal values have the same meaning."""

    wanted: KubeObject
    live: KubeObject
    wanted_claims: list[KubeObject]
    live_claims: list[KubeObject]


def arrived(
    wanted: Effective,
    stateful_set: KubeObject | None,
    form: KubeObject | None = None,
    canonical_of: Canonical = canonical,
) -> Arrival:
    """The comparison with a StatefulSet; None where there is none. Defaults of the API server, and annotations of kubectl
    and of the operator itself, do not count.

    ``form``: the canonical pod spec of ``wanted``, where it is already computed; ``canonical_of`` computes that of the live one.
    """
    if stateful_set is None:
        return Arrival(Arrived.ABSENT)
    forms = _forms(wanted, stateful_set, form, canonical_of)
    # The quick comparison treats 1 as true; no field of a StatefulSet can have both types.
    paths = () if forms.wanted == forms.live else differing_paths(forms.wanted, forms.live, "template")
    same_claims = forms.wanted_claims == forms.live_claims
    recreate = () if same_claims else differing_paths(forms.wanted_claims, forms.live_claims, "volumeClaimTemplates")
    return Arrival(Arrived.NO if paths or recreate else Arrived.YES, (*paths, *recreate), recreate)


def server_arrival(server: KubeObject, config: KubeObject, workload: KubeObject) -> Arrival:
    """Whether the StatefulSet, or Deployment, of a live Server is the one that the operator makes of it and of its live
    ServerConfig.
    """
    spec = mapping(config.get("spec"))
    # A Deployment has no claims.
    claims = claims_of(spec) if workload.get("kind") == STATEFUL_SET.kind else ()
    return arrived(effective_over(server, config, json_mapping(spec.get("podSpec")), claims, None), workload)


def component_arrival(component: EffectiveComponent, workload: KubeObject) -> Arrival:
    """Whether the live StatefulSet or Deployment is the one that the operator makes of a component of a SeldonRuntime."""
    claims = claims_of(component.described) if workload.get("kind") == STATEFUL_SET.kind else ()
    labels, annotations = texts(component.metadata.get("labels")), texts(component.metadata.get("annotations"))
    wanted = Effective(
        name=component.name,
        namespace="",
        replicas=component.replicas,
        labels=labels,
        annotations=annotations,
        template_labels=labels,
        pod_spec=component.pod_spec,
        volume_claim_templates=claims,
    )
    return arrived(wanted, workload)


def has_arrived(
    wanted: Effective,
    stateful_set: KubeObject | None,
    form: KubeObject | None = None,
    canonical_of: Canonical = canonical,
) -> bool:
    """Whether :func:`arrived` is YES, without the paths."""
    if stateful_set is None:
        return False
    forms = _forms(wanted, stateful_set, form, canonical_of)
    return forms.wanted == forms.live and forms.wanted_claims == forms.live_claims


def _forms(wanted: Effective, stateful_set: KubeObject, form: KubeObject | None, canonical_of: Canonical) -> _Forms:
    spec = mapping(stateful_set.get("spec"))
    live = mapping(spec.get("template"))
    metadata = mapping(live.get("metadata"))
    return _Forms(
        _template(wanted.template_labels, wanted.annotations, canonical(wanted.pod_spec) if form is None else form),
        _template(
            texts(metadata.get("labels")), texts(metadata.get("annotations")), canonical_of(mapping(live.get("spec")))
        ),
        [canonical_claim(claim) for claim in wanted.volume_claim_templates],
        [canonical_claim(claim) for claim in mappings(spec.get("volumeClaimTemplates"))],
    )


def _template(labels: Mapping[str, str], annotations: Mapping[str, str], form: KubeObject) -> KubeObject:
    kept = {key: value for key, value in annotations.items() if key not in _NOT_OURS}
    return {"metadata": {"labels": dict(labels), "annotations": kept}, "spec": form}
