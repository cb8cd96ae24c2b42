# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether the status of a Model, Experiment or Pipeline proves that the operator has acted on a change of its spec.

None of them has an observedGeneration. But the operator drops the scheduler's answers to older generations, and writes the
status with the object's resourceVersion. So each change of the status after a write is about the written spec.

Source: operator/scheduler and scheduler/pkg/store of Seldon Core 2.9.1 and 2.10.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..kube.json_values import strings, whole
from ..kube.objects import mapping, mappings, spec_of
from ..kube.quantity import quantity_or_none
from ..kube.types import KubeObject
from .conditions import EXPERIMENT, MODEL

_NOT_SCHEDULED = (
    "dataflow",
    "dedicated",
    "logger",
    "maxReplicas",
    "minReplicas",
    "modelType",
    "preloaded",
    "replicas",
    "schemaUri",
)
"""Fields of a Model that make the scheduler neither load a new version nor move a replica."""
_KINDS = ("Model", "Experiment", "Pipeline")


def needs_evidence(before: KubeObject | None, written: KubeObject) -> bool:
    """Whether the status that the object had at the write can be about an older spec. The operator does not act on a change
    of the metadata alone.
    """
    return written.get("kind") in _KINDS and before is not None and _generation(before) != _generation(written)


def is_reported(before: KubeObject, written: KubeObject) -> bool:
    """Whether the operator writes the status again after this change, even if the result is the same.

    For Experiments and Pipelines it always does. A Model is reported if the scheduler loads a new version of it, or moves
    a replica.
    """
    return written.get("kind") != "Model" or _scheduled(spec_of(before)) != _scheduled(spec_of(written))


def unreported_fields(before: KubeObject, written: KubeObject) -> list[str]:
    """The changed fields of a spec, for a change that is not reported."""
    old, new = spec_of(before), spec_of(written)
    return [f"spec.{name}" for name in sorted({*old, *new}) if old.get(name) != new.get(name)]


def has_reported(written: KubeObject, live: KubeObject) -> bool:
    """Whether the operator has written the status since. ``written``: the API server's answer to the write."""
    if _report(written) != _report(live):
        return True
    # Times in a status are whole seconds: two changes within one leave it as it was.
    return written != live and _without_version(written) == _without_version(live)


def _report(obj: KubeObject) -> object:
    """The part of the status that the operator writes from the scheduler's answers. Into ModelReady of an Experiment it
    writes errors, while the other conditions keep their old values.
    """
    status = mapping(obj.get("status"))
    if obj.get("kind") != "Experiment":
        return status
    conditions = mappings(status.get("conditions"))
    return [entry for entry in conditions if entry.get("type") in EXPERIMENT and entry.get("type") not in MODEL]


def _without_version(obj: KubeObject) -> KubeObject:
    return {**obj, "metadata": {**obj["metadata"], "resourceVersion": ""}}


def _generation(obj: KubeObject) -> object:
    return mapping(obj.get("metadata")).get("generation")


def _scheduled(spec: Mapping[str, Any]) -> dict[str, object]:
    """The part of a Model in which the scheduler finds a difference that it reports."""
    kept = {name: value for name, value in spec.items() if name not in _NOT_SCHEDULED and value not in (None, "", [])}
    memory = quantity_or_none(spec.get("memory"))
    requirements = strings(spec.get("requirements"))
    if isinstance(spec.get("modelType"), str):
        requirements = [*requirements, str(spec["modelType"])]
    return {
        **kept,
        **({} if memory is None else {"memory": memory}),
        "requirements": requirements,
        "replicas": _replicas(spec),
    }


def _replicas(spec: Mapping[str, Any]) -> int:
    replicas = whole(spec.get("replicas"))
    return max(whole(spec.get("minReplicas")) or 0, 1) if replicas is None else replicas
