# SPDX-License-Identifier: GPL-3.0-or-later
"""inference_check against real programs: MLServer serves scikit-learn models, Envoy has the routes, weights and headers
that Seldon programs.
"""

from __future__ import annotations

import json
import subprocess
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.inference_check import entry_point
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.inference_check.binomial import (
    exact_interval,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.invocation import Invocation

from tests.inference.conftest import BASELINE, Mesh

PAYLOAD = Path(__file__).resolve().parents[2] / "examples" / "fraud-detection" / "test-payload.json"
WEIGHTS = {"fraud-v1-baseline": 80, "fraud-v2-candidate": 20}


def check(url: str, **given: Any) -> dict[str, Any]:
    """The module's result for this URL."""
    source = {} if "payload" in given else {"src": str(PAYLOAD)}
    asked = {"namespace": "fraud-detection", "name": "fraud-v2-candidate", "via": "url", "url": url, **source, **given}
    validated = ArgumentSpecValidator(entry_point.ARGUMENT_SPEC, **entry_point.CONSTRAINTS).validate(asked)
    assert not validated.error_messages, validated.error_messages
    return entry_point.run(validated.validated_parameters, Invocation({}))


def test_a_model_answers_through_the_mesh(mesh: Mesh) -> None:
    outputs = [{"name": "predict", "datatype": "INT64", "shape": [2, 1]}]
    result = check(mesh.url, requests=50, concurrency=2, expect_outputs=outputs)
    assert result["verdict"] == "ok", result
    assert result["outputs"] == outputs
    assert result["served"] == {"fraud-v2-candidate": 50}
    assert 0 < result["latency"]["min_ms"] <= result["latency"]["p50_ms"] <= result["latency"]["max_ms"]


def test_the_documented_curl_works_without_any_header(mesh: Mesh) -> None:
    request = urllib.request.Request(
        f"{mesh.url}/v2/models/fraud-v2-candidate/infer", PAYLOAD.read_bytes(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        assert answer.headers["x-seldon-route"] == ":fraud-v2-candidate_1:"
        assert json.load(answer)["outputs"][0]["shape"] == [2, 1]


def test_the_split_is_that_of_the_weights(mesh: Mesh) -> None:
    result = check(
        mesh.url,
        kind="Experiment",
        name="fraud-ab-test-experiment",
        weights=WEIGHTS,
        confidence=0.999999,
        fail_on="too_few",
    )
    assert result["verdict"] == "ok", result
    assert result["requests"]["succeeded"] == result["split"]["requests_needed"]
    assert set(result["served"]) == set(WEIGHTS)


def test_a_split_that_is_not_that_of_the_weights_is_found(mesh: Mesh) -> None:
    swapped = {"fraud-v1-baseline": 20, "fraud-v2-candidate": 80}
    result = check(mesh.url, kind="Experiment", name="fraud-ab-test-experiment", weights=swapped)
    assert (result["verdict"], result["failed"]) == ("deviates", True)


def test_the_defaults_own_requests_are_split_and_without_the_experiment_that_is_found(mesh: Mesh) -> None:
    result = check(mesh.url, name="fraud-v1-baseline", requests=200)
    assert result["failed"]
    assert result["failures"][0]["problem"].startswith("answered by fraud-v2-candidate; expected fraud-v1-baseline")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"name": "fraud-v9"}, "404, expected 200: the mesh does not know Model fraud-v9"),
        ({"name": "fraud-v3-gone"}, "503 (no healthy upstream), expected 200: no replica serves Model fraud-v3-gone"),
        (
            {"name": "lying"},
            "404 (Model fraud-v2-candidate_2 not found), expected 200: the server has no model fraud-v2-candidate_2",
        ),
        ({"kind": "Experiment", "name": "no-such", "weights": WEIGHTS}, "the mesh does not know Experiment no-such"),
        (
            {"expect_outputs": [{"name": "predict", "shape": [3, 1]}]},
            "output predict: shape is [2, 1], expected [3, 1]",
        ),
        ({"expect_outputs": [{"name": "predict_proba"}]}, "output predict_proba: is missing; the answer has predict"),
        (
            {"payload": {"inputs": [{"name": "x", "shape": [1, 3], "datatype": "FP32", "data": [1, 2, 3]}]}},
            "expected 200: ",
        ),
    ],
)
def test_what_goes_wrong_is_said(mesh: Mesh, given: dict[str, Any], said: str) -> None:
    result = check(mesh.url, **given)
    assert result["verdict"] == "failed"
    assert said in result["msg"]


def test_a_server_behind_the_mesh_has_other_names(mesh: Mesh) -> None:
    direct = f"http://127.0.0.1:{mesh.server_port}"
    assert "Send requests through seldon-mesh" in check(direct)["msg"]
    request = urllib.request.Request(
        f"{direct}/v2/models/{BASELINE}/infer", PAYLOAD.read_bytes(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        assert json.load(answer)["model_name"] == BASELINE


def test_grpc_is_no_http(mesh: Mesh) -> None:
    assert check(mesh.url, expect_status=404, name="fraud-v9")["verdict"] == "ok", "an expected refusal passes"


def test_scipy_agrees_on_the_interval(mesh: Mesh) -> None:
    cases = [
        (successes, trials, error)
        for trials in (1, 10, 223, 10_000)
        for successes in (0, 1, trials // 5, trials)
        for error in (0.05, 0.001, 1e-6)
    ]
    script = (
        "import json,sys\nfrom scipy.stats import binomtest\n"
        "print(json.dumps([list(binomtest(k, n).proportion_ci(1 - e, 'exact')) for k, n, e in json.load(sys.stdin)]))"
    )
    answer = subprocess.run(
        [mesh.python, "-c", script], input=json.dumps(cases), capture_output=True, text=True, check=True
    )
    for case, expected in zip(cases, json.loads(answer.stdout)):
        assert exact_interval(*case) == pytest.approx(tuple(expected), rel=1e-6, abs=1e-9), case
