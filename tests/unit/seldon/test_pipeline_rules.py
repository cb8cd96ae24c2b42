# SPDX-License-Identifier: GPL-3.0-or-later
"""What the scheduler refuses of Pipelines, and the names in them."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.resources import PIPELINE
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.seldon.inference_references import (
    inference_references,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.seldon.pipeline_rules import (
    pipeline_refusals,
    unused_tensor_names,
)
from hypothesis import given
from hypothesis import strategies as st

Spec = dict[str, Any]
A, B = {"name": "a"}, {"name": "b", "inputs": ["a"]}


def pipeline(name: str = "p", **spec: Any) -> Spec:
    return {"apiVersion": "mlops.seldon.io/v1alpha1", "kind": "Pipeline", "metadata": {"name": name}, "spec": spec}


def refusals(obj: Spec) -> list[str]:
    return [f"{refusal.field}: {refusal.reason}" for refusal in pipeline_refusals(obj)]


@pytest.mark.parametrize(
    "spec",
    [
        {"steps": [A]},
        {"steps": [A, B], "output": {"steps": ["b"]}},
        {"steps": [A, {"name": "b", "inputs": ["a.outputs", "p.inputs", "p"], "triggers": ["a.inputs.t"]}]},
        {"steps": [A], "output": {"steps": ["a.outputs.t"]}, "input": {"externalInputs": ["q", "q.outputs.t"]}},
        {"steps": [A], "input": {"externalInputs": ["q.step.s", "q.step.s.outputs", "q.step.s.outputs.t"]}},
        {"steps": [{"name": "a", "inputs": ["b"]}, B], "allowCycles": True},
    ],
)
def test_what_the_scheduler_accepts(spec: Spec) -> None:
    assert refusals(pipeline(**spec)) == []


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({}, "spec.steps: is empty"),
        ({"steps": [A, A]}, 'spec.steps[1].name: "a" is a step already'),
        ({"steps": [{"name": "p"}]}, "spec.steps[0].name: is the name of the Pipeline itself"),
        ({"steps": [A, {"name": "b", "inputs": ["aa"]}]}, 'spec.steps[1].inputs[0]: "aa" is not a step of the Pipeline'),
        ({"steps": [A, {"name": "b", "triggers": ["c.outputs"]}]}, 'spec.steps[1].triggers[0]: "c" is not a step'),
        ({"steps": [A, {"name": "b", "inputs": ["a.output"]}]}, 'spec.steps[1].inputs[0]: "a.output" is not the name of a step'),
        ({"steps": [A, {"name": "b", "inputs": ["a.outputs.t.u"]}]}, '"a.outputs.t.u" is not the name of a step'),
        ({"steps": [A, {"name": "b", "inputs": [""]}]}, 'spec.steps[1].inputs[0]: "" is not the name of a step'),
        ({"steps": [A], "output": {"steps": ["b"]}}, 'spec.output.steps[0]: "b" is not a step of the Pipeline'),
        ({"steps": [A], "output": {"steps": ["p"]}}, 'spec.output.steps[0]: "p" is not a step of the Pipeline'),
        ({"steps": [A], "input": {}}, "spec.input.externalInputs: is empty"),
        ({"steps": [A], "input": {"externalInputs": ["q.steps.s"]}}, 'spec.input.externalInputs[0]: "q.steps.s" is not the name'),
        ({"steps": [{"name": "a", "inputs": ["b"]}, B]}, "spec.steps: wait for each other in a circle"),
        ({"steps": [{"name": "a", "inputs": ["a"]}]}, "spec.steps: wait for each other in a circle"),
    ],
)  # fmt: skip
def test_what_the_scheduler_refuses(spec: Spec, said: str) -> None:
    (line,) = refusals(pipeline(**spec))
    assert said in line


def test_a_name_with_a_dot_is_refused() -> None:
    assert refusals(pipeline("p.v1", steps=[A])) == ["metadata.name: has a dot, which the scheduler refuses"]


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({"steps": [{**A, "tensorMap": {"a.outputs.x": "y", "p.inputs.x.y": "z"}}]}, []),
        ({"steps": [{**A, "tensorMap": {"c.outputs.x": "y"}}]}, ['spec.steps[0].tensorMap[c.outputs.x]: "c" is not a step of the Pipeline']),
        ({"steps": [{**A, "tensorMap": {"a.x": "y"}}]}, ["spec.steps[0].tensorMap[a.x]: names no tensor"]),
        ({"steps": [A], "output": {"tensorMap": {"b.outputs.x": "y"}}}, ['spec.output.tensorMap[b.outputs.x]: "b" is not a step of the Pipeline']),
        ({"steps": [A], "input": {"externalInputs": ["q"], "tensorMap": {"q.outputs.x": "y"}}}, []),
        ({"steps": [A], "input": {"externalInputs": ["q"], "tensorMap": {"r.outputs.x": "y"}}}, ['spec.input.tensorMap[r.outputs.x]: "r" is not one of the external inputs']),
    ],
)  # fmt: skip
def test_tensor_maps_that_rename_nothing(spec: Spec, said: list[str]) -> None:
    found = [f"{refusal.field}: {refusal.reason}" for refusal in unused_tensor_names(pipeline(**spec))]
    assert found == said


def test_steps_are_models_and_external_inputs_are_pipelines() -> None:
    obj = pipeline(steps=[A], input={"externalInputs": ["q.step.s.outputs", "bad.x"], "externalTriggers": ["t"]})
    found = [(ref.field, ref.resource.kind, ref.name) for ref in inference_references(PIPELINE, obj)]
    assert found == [
        ("spec.steps[0].name", "Model", "a"),
        ("spec.input.externalInputs[0]", "Pipeline", "q"),
        ("spec.input.externalTriggers[0]", "Pipeline", "t"),
    ]


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["", "a", "b", "p", "a.outputs", ".", "a..b"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["steps", "name", "inputs", "triggers", "output", "input", "externalInputs", "tensorMap"]),
            inner,
        )
    ),
    max_leaves=12,
)


@given(values)
def test_an_object_of_any_shape_is_judged(spec: Any) -> None:
    obj = {**pipeline(), "spec": spec}
    list(pipeline_refusals(obj)), list(unused_tensor_names(obj)), list(inference_references(PIPELINE, obj))
