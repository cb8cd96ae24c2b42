# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The Models or Pipelines that may answer for a target, by the Experiments of its namespace."""

from __future__ import annotations

from collections.abc import Iterable

from ..kube.objects import mappings, name_of, spec_of
from ..kube.types import KubeObject
from .options import check_weights
from .target import Candidates, Kind, Target


def of_experiment(experiment: KubeObject) -> Candidates:
    """The candidates of an Experiment. A mirror is not a candidate: clients never get its answers. Raises Invalid."""
    kind = Kind.PIPELINE if spec_of(experiment).get("resourceType") == "pipeline" else Kind.MODEL
    weights = {
        str(candidate.get("name")): candidate.get("weight", 0)
        for candidate in mappings(spec_of(experiment).get("candidates"))
    }
    return Candidates(kind, check_weights(weights, f"Experiment {name_of(experiment)}: spec.candidates: weights"))


def splitting(target: Target, experiments: Iterable[KubeObject]) -> KubeObject | None:
    """The Experiment that splits the target's own requests: it names the target as its default. None where there is none."""
    resource_type = "pipeline" if target.kind is Kind.PIPELINE else "model"
    for experiment in experiments:
        spec = spec_of(experiment)
        if spec.get("default") == target.name and (spec.get("resourceType") or "model") == resource_type:
            return experiment
    return None
