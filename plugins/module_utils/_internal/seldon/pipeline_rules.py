# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the scheduler refuses of a Pipeline, and names in it that have no effect.

Source: scheduler/pkg/store/pipeline/validate.go and utils.go of 2.9.1 and 2.10.2; for tensor maps scheduler/pkg/kafka/topics.go.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..diagnosis.quoting import quoted, shorten
from ..kube.json_values import texts
from ..kube.objects import mapping, mappings, name_of, spec_of
from ..kube.types import KubeObject
from .refusal import DOT, Refusal
from .step_names import EXTERNAL_LISTS, external_names, is_pipeline_reference, is_step_reference, step_of

_STEP_FORM = "write <step>, <step>.inputs or <step>.outputs, with .<tensor> for one tensor"
_INPUT_FORM = "write <pipeline>, <pipeline>.inputs, <pipeline>.outputs or <pipeline>.step.<step>.outputs, with .<tensor> for one tensor"


def pipeline_refusals(pipeline: KubeObject) -> Iterator[Refusal]:
    """Everything that the scheduler refuses. The object may have any shape."""
    spec, name = spec_of(pipeline), name_of(pipeline)
    steps = mappings(spec.get("steps"))
    names = [str(step.get("name")) for step in steps]
    if "." in name:
        yield Refusal("metadata.name", *DOT)
    if not steps:
        yield Refusal("spec.steps", "is empty", "name a step")
    for position, step in enumerate(names):
        field = f"spec.steps[{position}].name"
        if step == name:
            yield Refusal(field, "is the name of the Pipeline itself", "rename the Pipeline")
        if step in names[:position]:
            yield Refusal(field, f"{quoted(step)} is a step already", "keep one of the two")
    yield from _step_references(steps, names, name)
    yield from _outputs(spec, names)
    yield from _input(spec)
    if spec.get("allowCycles") is not True and _has_cycle(steps, name):
        step = "remove one of the inputs or triggers, or set spec.allowCycles: true"
        yield Refusal("spec.steps", "wait for each other in a circle", step)


def unused_tensor_names(pipeline: KubeObject) -> Iterator[Refusal]:
    """Keys of tensor maps that name no tensor of a step or an external input: nothing is renamed."""
    spec, name = spec_of(pipeline), name_of(pipeline)
    steps = mappings(spec.get("steps"))
    names = (*(str(step.get("name")) for step in steps), name)
    maps = [(f"spec.steps[{position}].tensorMap", step.get("tensorMap")) for position, step in enumerate(steps)]
    maps.append(("spec.output.tensorMap", mapping(spec.get("output")).get("tensorMap")))
    for field, given in maps:
        for key in texts(given):
            if step_of(key) not in names:
                yield _no_step(f"{field}[{shorten(key)}]", step_of(key), names)
            elif key.split(".")[1:2] not in (["inputs"], ["outputs"]) or key.count(".") < 2:
                yield Refusal(f"{field}[{shorten(key)}]", "names no tensor", "write <step>.outputs.<tensor>")
    external = tuple(name for key in EXTERNAL_LISTS for _field, name, _step in external_names(spec, key))
    for key in texts(mapping(spec.get("input")).get("tensorMap")):
        if step_of(key) not in external:
            reason = f"{quoted(step_of(key))} is not one of the external inputs"
            yield Refusal(f"spec.input.tensorMap[{shorten(key)}]", reason, wanted=step_of(key), names=external)


def _step_references(steps: Sequence[Mapping[str, Any]], names: Sequence[str], pipeline: str) -> Iterator[Refusal]:
    """Inputs and triggers. The scheduler does not look whether a trigger exists, and fails at it."""
    for position, step in enumerate(steps):
        for key in ("inputs", "triggers"):
            for number, written in enumerate(_strings(step.get(key))):
                field = f"spec.steps[{position}].{key}[{number}]"
                if not is_step_reference(written):
                    yield Refusal(field, f"{quoted(written)} is not the name of a step", _STEP_FORM)
                elif step_of(written) not in (*names, pipeline):
                    yield _no_step(field, step_of(written), (*names, pipeline))


def _outputs(spec: Mapping[str, Any], names: Sequence[str]) -> Iterator[Refusal]:
    for number, written in enumerate(_strings(mapping(spec.get("output")).get("steps"))):
        field = f"spec.output.steps[{number}]"
        if not is_step_reference(written):
            yield Refusal(field, f"{quoted(written)} is not the name of a step", _STEP_FORM)
        elif step_of(written) not in names:
            yield _no_step(field, step_of(written), tuple(names))


def _input(spec: Mapping[str, Any]) -> Iterator[Refusal]:
    if not isinstance(spec.get("input"), dict):
        return
    inputs = _strings(mapping(spec["input"]).get("externalInputs"))
    if not inputs:
        yield Refusal("spec.input.externalInputs", "is empty", "name a Pipeline, or remove spec.input")
    for number, written in enumerate(inputs):
        if not is_pipeline_reference(written):
            reason = f"{quoted(written)} is not the name of a Pipeline or of its step"
            yield Refusal(f"spec.input.externalInputs[{number}]", reason, _INPUT_FORM)


def _no_step(field: str, wanted: str, names: tuple[str, ...]) -> Refusal:
    return Refusal(field, f"{quoted(wanted)} is not a step of the Pipeline", wanted=wanted, names=names)


def _has_cycle(steps: Sequence[Mapping[str, Any]], pipeline: str) -> bool:
    """Whether steps wait for each other. Names of other things are left out."""
    waits = {
        str(step.get("name")): {step_of(name) for key in ("inputs", "triggers") for name in _strings(step.get(key))}
        for step in steps
    }
    waiting = {name: waited & waits.keys() - {pipeline} for name, waited in waits.items()}
    while waiting:
        free = [name for name, waited in waiting.items() if not waited]
        if not free:
            return True
        waiting = {name: waited.difference(free) for name, waited in waiting.items() if name not in free}
    return False


def _strings(value: object) -> list[str]:
    """The strings of a list at their positions; another value counts as empty."""
    return [entry if isinstance(entry, str) else "" for entry in value] if isinstance(value, list) else []
