# SPDX-License-Identifier: GPL-3.0-or-later
"""Every kind of wrong answer is detected, and reported with its next step."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.inference_check.candidates import (
    of_experiment,
    splitting,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.inference_check.expectation import (
    Expectation,
    read_expectation,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.inference_check.judge import Judgement, judge
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.inference_check.message import (
    Response,
    Sample,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.inference_check.served import route_names
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.inference_check.target import (
    Candidates,
    Kind,
    Target,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.errors import Invalid
from hypothesis import given, settings
from hypothesis import strategies as st

MODEL = Target(Kind.MODEL, "fraud-v1-baseline")
EXPERIMENT = Target(Kind.EXPERIMENT, "ab")
AB = Candidates(Kind.MODEL, {"fraud-v1-baseline": 80, "fraud-v2-candidate": 20})
OUTPUT = {"name": "predict", "shape": [2, 1], "datatype": "INT64", "data": [0, 1]}
ANY = Expectation(200, ())


def response(
    status: int = 200, body: Any = None, route: str | None = ":fraud-v1-baseline_1:", **headers: str
) -> Sample:
    given_body = {"model_name": "fraud-v1-baseline_1", "outputs": [OUTPUT]} if body is None else body
    data = given_body if isinstance(given_body, bytes) else json.dumps(given_body).encode()
    return Sample(Response(status, {**headers, **({"x-seldon-route": route} if route else {})}, data), "")


def verdict(
    sample: Sample, expectation: Expectation = ANY, target: Target = MODEL, candidates: Candidates | None = None
) -> Judgement:
    return judge(sample, target, candidates or Candidates.only(target), expectation)


def problem(*arguments: Any, **options: Any) -> str:
    return verdict(*arguments, **options).problem


def test_paths_and_headers_are_those_that_the_mesh_routes_by() -> None:
    assert (MODEL.path, dict(MODEL.headers)) == (
        "/v2/models/fraud-v1-baseline/infer",
        {"seldon-model": "fraud-v1-baseline"},
    )
    assert (EXPERIMENT.path, dict(EXPERIMENT.headers)) == ("/v2/models/ab/infer", {"seldon-model": "ab.experiment"})
    assert (Target(Kind.PIPELINE, "p").path, dict(Target(Kind.PIPELINE, "p").headers)) == (
        "/v2/pipelines/p/infer",
        {"seldon-model": "p.pipeline"},
    )


def test_a_good_answer() -> None:
    found = verdict(response())
    assert (found.served, found.problem) == ("fraud-v1-baseline", "")
    assert found.outputs == ({"name": "predict", "datatype": "INT64", "shape": [2, 1]},)


def test_a_server_without_a_mesh_is_known_by_the_models_name() -> None:
    assert verdict(response(route=None)).served == "fraud-v1-baseline"
    assert "it is unknown which model answered" in problem(response(route=None, body={"outputs": [OUTPUT]}))


def test_a_lying_server_is_caught() -> None:
    lie = {"model_name": "fraud-v2-candidate_1", "outputs": [OUTPUT]}
    assert (
        "the mesh sent the request to fraud-v1-baseline, but the answer's model_name is 'fraud-v2-candidate_1'"
        in problem(response(body=lie), candidates=AB)
    )
    assert "model_name is missing" in problem(response(body={"outputs": [OUTPUT]}))


def test_an_answer_of_somebody_else_is_named() -> None:
    other = response(body={"model_name": "other_3", "outputs": [OUTPUT]}, route=":other_3:")
    assert "answered by other; expected fraud-v1-baseline or fraud-v2-candidate" in problem(other, candidates=AB)


def test_either_candidate_may_answer_and_a_pipelines_body_need_not_name_it() -> None:
    body = {"model_name": "fraud-v2-candidate_12", "outputs": [OUTPUT]}
    assert (
        verdict(response(body=body, route=":fraud-v2-candidate_12:"), target=EXPERIMENT, candidates=AB).served
        == "fraud-v2-candidate"
    )
    pipelines = Candidates(Kind.PIPELINE, {"p": 1})
    assert (
        verdict(
            response(body={"model_name": "", "outputs": [OUTPUT]}, route=":p.pipeline:, :step_1:"), candidates=pipelines
        ).served
        == "p"
    )


def test_a_route_with_two_candidates_is_no_evidence() -> None:
    assert "expected one name" in problem(response(route=":fraud-v1-baseline_1:fraud-v2-candidate_1:"), candidates=AB)


@pytest.mark.parametrize(
    ("status", "body", "headers", "said"),
    [
        (
            404,
            b"",
            {},
            "404, expected 200: the mesh does not know Model fraud-v1-baseline. See whether it is Ready: kubectl get model fraud-v1-baseline",
        ),
        (
            404,
            {"error": "Model fraud-v1-baseline_2 not found"},
            {},
            "the server has no model fraud-v1-baseline_2. Send requests through seldon-mesh",
        ),
        (503, b"no healthy upstream", {}, "no replica serves Model fraud-v1-baseline"),
        (503, b"upstream connect error", {}, "a server behind the mesh did not answer"),
        (301, b"", {"location": "http://elsewhere/"}, "a redirect to http://elsewhere/, which is not followed"),
        (401, b"login", {}, "requires a login"),
        (422, {"detail": "Invalid shape"}, {}, "422 (Invalid shape), expected 200: the model refuses the payload"),
        (
            500,
            {"error": "ValueError: bad\nTraceback"},
            {},
            "500 (ValueError: bad Traceback), expected 200: the model failed",
        ),
        (418, b"\x1b[31mteapot", {}, "418 (\ufffd[31mteapot), expected 200"),
    ],
)
def test_an_unexpected_status_says_what_it_means(status: int, body: Any, headers: dict[str, str], said: str) -> None:
    assert said in problem(response(status, body, **headers))


def test_an_expected_refusal_is_good_and_an_unexpected_success_is_not() -> None:
    refused = read_expectation(404, [])
    assert problem(response(404, b""), refused) == ""
    assert "200" in problem(response(), refused)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<html>", "the answer is not JSON: line 1, column 1: Expecting value. It begins with '<html>'"),
        (b'{"outputs": "\xff"}', "byte 13 is not UTF-8"),
        (b"[1]", "the answer is not a JSON object"),
        ({"model_name": "fraud-v1-baseline_1"}, "has no list outputs"),
        ({"model_name": "fraud-v1-baseline_1", "outputs": []}, "has no list outputs"),
        (
            {"model_name": "fraud-v1-baseline_1", "outputs": [{**OUTPUT, "shape": [3, 1]}]},
            "outputs[0].data: has 2 values, but shape [3, 1] holds 3",
        ),
        (
            {"model_name": "fraud-v1-baseline_1", "outputs": [{**OUTPUT, "datatype": "FP32", "data": ["a", "b"]}]},
            "expected a number (FP32)",
        ),
        ({"model_name": "fraud-v1-baseline_1", "outputs": [3]}, "outputs[0]: expected an object"),
    ],
)
def test_what_is_no_v2_answer_is_seen(body: Any, said: str) -> None:
    assert said in problem(response(body=body))


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        ({"name": "predict", "datatype": "FP32"}, "output predict: datatype is INT64, expected FP32"),
        ({"name": "predict", "shape": [2]}, "output predict: shape is [2, 1], expected [2]"),
        ({"name": "predict", "shape": [-1, 2]}, "output predict: shape is [2, 1], expected [-1, 2]"),
        ({"name": "proba"}, "output proba: is missing; the answer has predict"),
        ({"datatype": "INT64", "shape": [-1, 1]}, ""),
    ],
)
def test_expected_outputs(expected: dict[str, Any], said: str) -> None:
    found = problem(response(), read_expectation(200, [expected]))
    assert said in found if said else found == ""


def test_a_wrong_answer_still_tells_who_gave_it() -> None:
    assert verdict(response(), read_expectation(200, [{"shape": [9]}])).served == "fraud-v1-baseline"


@pytest.mark.parametrize(
    ("status", "outputs", "said"),
    [
        (99, [], "expect_status: 99"),
        (404, [{"name": "x"}], "expect_outputs: an answer with status 404 has no outputs"),
        (
            200,
            [{"datatype": "INT46"}],
            "expect_outputs[0].datatype: 'INT46' is not a datatype of the V2 protocol. Did you mean INT64?",
        ),
        (200, [{"shape": [-2]}], "expect_outputs[0].shape"),
    ],
)
def test_a_bad_expectation_is_refused(status: int, outputs: list[dict[str, Any]], said: str) -> None:
    with pytest.raises(Invalid, match=said.replace("[", r"\[").replace("]", r"\]")):
        read_expectation(status, outputs)


def experiment(**spec: Any) -> dict[str, Any]:
    return {"kind": "Experiment", "metadata": {"name": "ab"}, "spec": spec}


def test_candidates_of_an_experiment() -> None:
    found = of_experiment(
        experiment(
            candidates=[{"name": "a", "weight": 1}, {"name": "b", "weight": 0}], mirror={"name": "c", "percent": 50}
        )
    )
    assert found == Candidates(Kind.MODEL, {"a": 1, "b": 0})
    assert (
        of_experiment(experiment(resourceType="pipeline", candidates=[{"name": "p", "weight": 1}])).kind
        is Kind.PIPELINE
    )
    with pytest.raises(Invalid, match="Experiment ab: spec.candidates: weights: no candidate has a weight above 0"):
        of_experiment(experiment(candidates=[{"name": "a", "weight": 0}]))
    with pytest.raises(Invalid, match="no candidate"):
        of_experiment(experiment())


def test_the_experiment_that_splits_a_models_own_requests() -> None:
    mine = experiment(default="fraud-v1-baseline")
    assert splitting(MODEL, [experiment(default="other"), mine]) is mine
    assert splitting(MODEL, [experiment(default="fraud-v1-baseline", resourceType="pipeline")]) is None
    assert splitting(MODEL, []) is None


@given(st.text(max_size=60))
@settings(deadline=None)
def test_any_route_header_can_be_read(header: str) -> None:
    assert all(route_names(header)) or route_names(header) == [""]


@given(st.integers(100, 599), st.binary(max_size=300), st.none() | st.text(max_size=30))
@settings(deadline=None)
def test_any_answer_gets_a_judgement(status: int, body: bytes, route: str | None) -> None:
    found = judge(Sample(Response(status, {"x-seldon-route": route} if route else {}, body), ""), MODEL, AB, ANY)
    assert found.problem
    assert "\n" not in found.problem
