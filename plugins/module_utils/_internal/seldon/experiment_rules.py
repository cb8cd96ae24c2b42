# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the scheduler refuses of an Experiment.

Source: scheduler/pkg/store/experiment/validate.go of 2.9.1 and 2.10.2.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..diagnosis.quoting import quoted, shown_name
from ..kube.objects import mapping, mappings, name_of, spec_of
from ..kube.types import KubeObject
from .inference_references import members_kind
from .refusal import Refusal


def experiment_refusals(experiment: KubeObject, others: Iterable[KubeObject]) -> Iterator[Refusal]:
    """``others``: the namespace's Experiments as they will be; this one may be among them. Objects may have any shape."""
    spec = spec_of(experiment)
    candidates = [candidate.get("name") for candidate in mappings(spec.get("candidates"))]
    mirror = mapping(spec.get("mirror")).get("name")
    default = spec.get("default")
    if not candidates and mirror is None:
        yield Refusal("spec.candidates", "is empty, and there is no mirror", "name a candidate")
    for position, name in enumerate(candidates):
        if name in candidates[:position]:
            reason = f"{quoted(name)} is a candidate already"
            yield Refusal(f"spec.candidates[{position}].name", reason, "keep one of the two")
    if mirror is not None and mirror in candidates:
        reason = f"{quoted(mirror)} is a candidate already"
        yield Refusal("spec.mirror.name", reason, "mirror to another one, or remove it from the candidates")
    if not isinstance(default, str):
        return
    if default not in candidates:
        names = tuple(name for name in candidates if isinstance(name, str))
        reason = f"{quoted(default)} is not one of the candidates"
        yield Refusal("spec.default", reason, wanted=default, names=names)
    for other in _with_default(default, experiment, others):
        reason = f"{quoted(default)} is the default of Experiment {shown_name(name_of(other))} too, and the scheduler accepts one Experiment per default"
        yield Refusal("spec.default", reason, "remove the default of one of them, or make it one Experiment")


def _with_default(default: str, experiment: KubeObject, others: Iterable[KubeObject]) -> list[KubeObject]:
    """The first other Experiment with the default; empty where there is none."""
    kind = members_kind(experiment)
    same = [
        other
        for other in others
        if name_of(other) != name_of(experiment)
        and spec_of(other).get("default") == default
        and members_kind(other) == kind
    ]
    return same[:1]
