# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The objects of the same namespace that Models, Experiments and Pipelines name.

A Server's ``serverConfig`` is not here: its lookup has rules of its own (serverconfig/desired.py).
Source: operator/apis/mlops/v1alpha1 and scheduler/pkg/kafka/topics.go of 2.9.1 and 2.10.2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from ..kube.object_reference import ObjectReference, reference
from ..kube.objects import mapping, mappings, spec_of
from ..kube.resource import Resource
from ..kube.resources import EXPERIMENT, MODEL, PIPELINE, SECRET, SERVER
from ..kube.types import KubeObject
from .step_names import EXTERNAL_LISTS, external_names


def inference_references(resource: Resource, obj: KubeObject) -> Iterator[ObjectReference]:
    """The references of one object of this kind; none for other kinds. It may have any shape."""
    return _RULES[resource](obj) if resource in _RULES else iter(())


def members_kind(experiment: KubeObject) -> Resource:
    """The kind of an Experiment's candidates and mirror."""
    return PIPELINE if spec_of(experiment).get("resourceType") == "pipeline" else MODEL


def _model(model: KubeObject) -> Iterator[ObjectReference]:
    spec = spec_of(model)
    yield from reference("spec.server", SERVER, spec.get("server"))
    yield from reference("spec.secretName", SECRET, spec.get("secretName"))
    for key in ("explainer", "llm"):
        described = mapping(spec.get(key))
        yield from reference(f"spec.{key}.modelRef", MODEL, described.get("modelRef"))
        yield from reference(f"spec.{key}.pipelineRef", PIPELINE, described.get("pipelineRef"))


def _experiment(experiment: KubeObject) -> Iterator[ObjectReference]:
    spec, kind = spec_of(experiment), members_kind(experiment)
    for position, candidate in enumerate(mappings(spec.get("candidates"))):
        yield from reference(f"spec.candidates[{position}].name", kind, candidate.get("name"))
    yield from reference("spec.mirror.name", kind, mapping(spec.get("mirror")).get("name"))


def _pipeline(pipeline: KubeObject) -> Iterator[ObjectReference]:
    spec = spec_of(pipeline)
    for position, step in enumerate(mappings(spec.get("steps"))):
        yield from reference(f"spec.steps[{position}].name", MODEL, step.get("name"))
    for key in EXTERNAL_LISTS:
        for field, name, _step in external_names(spec, key):
            yield from reference(field, PIPELINE, name)


_RULES: Mapping[Resource, Callable[[KubeObject], Iterator[ObjectReference]]] = {
    MODEL: _model,
    EXPERIMENT: _experiment,
    PIPELINE: _pipeline,
}
