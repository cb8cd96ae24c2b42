# SPDX-License-Identifier: GPL-3.0-or-later
"""The check's reads of the cluster, and its results for answers of the API server and of the mesh."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.inference_check import entry_point
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.errors import KubeError
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.invocation import Invocation

from tests.unit.inference_check.hostile_server import GOOD
from tests.unit.kube.scripted_server import Answer, ScriptedServer, scripted, status

PAYLOAD = {"inputs": [{"name": "x", "shape": [1, 2], "datatype": "FP32", "data": [1, 2]}]}
MODEL = Answer(body={"kind": "Model", "metadata": {"name": "m"}, "spec": {}})
NONE = Answer(body={"items": []})
ROUTED = (("X-Seldon-Route", ":m_1:"),)
PROXY = "POST /api/v1/namespaces/team/services/seldon-mesh:80/proxy/v2/models/m/infer"
MESH = Answer(
    body={
        "metadata": {"name": "seldon-mesh"},
        "spec": {"selector": {"app": "envoy"}, "ports": [{"port": 80, "targetPort": "http"}]},
    }
)
FORBIDDEN = 'services "seldon-mesh:80" is forbidden: User "lead" cannot create resource "services/proxy" in API group "" in the namespace "team"'


def pods(*names: str, ready: str = "True", **spec: Any) -> Answer:
    port = {"name": "http", "containerPort": 9000}
    items = [
        {
            "metadata": {"name": name},
            "spec": spec or {"containers": [{"ports": [port]}]},
            "status": {"conditions": [{"type": "Ready", "status": ready}]},
        }
        for name in names
    ]
    return Answer(body={"items": items})


def run(server: ScriptedServer, **given: Any) -> dict[str, Any]:
    asked = {"namespace": "team", "name": "m", "payload": PAYLOAD, "host": server.url, "api_key": "token", **given}
    validated = ArgumentSpecValidator(entry_point.ARGUMENT_SPEC, **entry_point.CONSTRAINTS).validate(asked)
    assert not validated.error_messages, validated.error_messages
    return entry_point.run(validated.validated_parameters, Invocation({}))


def test_the_proxy_carries_the_request_and_the_answer() -> None:
    with scripted(MODEL, NONE, Answer(body=GOOD, headers=ROUTED)) as server:
        result = run(server, via="proxy", impersonate_user="lead", impersonate_groups=["a", "b"])
    assert result["verdict"] == "ok", result
    assert server.lines[2] == PROXY
    headers = server.asked[2].headers
    assert headers["seldon-model"] == ["m"]
    assert headers["authorization"] == ["Bearer token"]
    assert headers["impersonate-group"] == ["a", "b"]
    assert headers["content-type"] == headers["accept"] == ["application/json"]


def test_the_proxy_sends_nothing_twice() -> None:
    with scripted(MODEL, NONE, Answer(503, b"no healthy upstream", (("Retry-After", "0"),))) as server:
        result = run(server, via="proxy", requests=5)
    assert "no replica serves Model m" in result["msg"]
    assert server.lines.count(PROXY) == 1
    with scripted(MODEL, NONE, Answer(cut=-1)) as server:
        result = run(server, via="proxy", requests=5)
    assert "through the API server's proxy: http://127.0.0.1" in result["msg"]
    assert server.lines.count(PROXY) == 1


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (status(403, "Forbidden", FORBIDDEN), 'cannot create resource "services/proxy"'),
        (status(403, "Forbidden", FORBIDDEN), "Needed permission: create on services/proxy"),
        (
            status(503, "ServiceUnavailable", 'no endpoints available for service "seldon-mesh:80"'),
            "no endpoints available",
        ),
        (
            status(503, "ServiceUnavailable", "error trying to reach service: dial tcp: i/o timeout"),
            "Try via=port_forward, where the kubelet connects to the pod",
        ),
        (status(404, "NotFound", 'services "seldon-mesh" not found'), 'services "seldon-mesh" not found'),
        (Answer(404, b""), "the mesh does not know Model m"),
        (Answer(302, b"", (("Location", "/x"),)), "a redirect to /x, which is not followed"),
    ],
)
def test_the_api_servers_own_refusals_are_not_taken_for_the_meshs(answer: Answer, said: str) -> None:
    body = {"apiVersion": "v1", **answer.body} if isinstance(answer.body, dict) else answer.body
    with scripted(MODEL, NONE, Answer(answer.status, body, answer.headers)) as server:
        assert said in run(server, via="proxy")["msg"]


def test_a_large_or_slow_answer_through_the_proxy_is_cut_off() -> None:
    with scripted(MODEL, NONE, Answer(body=b" " * (16 * 1024 * 1024 + 1))) as server:
        assert "larger than 16 MiB" in run(server, via="proxy")["msg"]
    with scripted(MODEL, NONE, Answer(body=GOOD, headers=ROUTED, cut=10)) as server:
        assert "through the API server's proxy" in run(server, via="proxy")["msg"]


def test_a_name_that_does_not_exist_gets_a_suggestion_and_no_request() -> None:
    absent = status(404, "NotFound", 'models.mlops.seldon.io "fraud-v1" not found')
    others = Answer(body={"items": [{"metadata": {"name": "fraud-v2"}}, {"metadata": {"name": "x"}}]})
    with (
        scripted(absent, others) as server,
        pytest.raises(KubeError, match='Model fraud-v1 does not exist in namespace team. Did you mean "fraud-v2"?'),
    ):
        run(server, name="fraud-v1")
    assert all(line.startswith("GET ") for line in server.lines)


def test_who_may_not_read_models_may_still_ask_one() -> None:
    denied = status(403, "Forbidden", 'User "x" cannot get resource "models"')
    with scripted(denied, Answer(body=GOOD, headers=ROUTED)) as server:
        result = run(server, via="proxy")
    assert result["verdict"] == "ok"
    assert "Model m could not be read" in result["notes"][0]


def test_a_model_whose_requests_an_experiment_splits() -> None:
    candidates = [{"name": "m", "weight": 1}, {"name": "n", "weight": 1}]
    experiments = Answer(
        body={"items": [{"metadata": {"name": "ab"}, "spec": {"default": "m", "candidates": candidates}}]}
    )
    other = Answer(body={**GOOD, "model_name": "n_1"}, headers=(("X-Seldon-Route", ":n_1:"),))
    with scripted(MODEL, experiments, other) as server:
        result = run(server, via="proxy")
    assert result["served"] == {"n": 1}
    assert result["notes"] == [
        "requests for Model m are split by Experiment ab; to check the split, send requests to that Experiment"
    ]
    with scripted(MODEL, NONE, other) as server:
        assert "answered by n; expected m" in run(server, via="proxy")["msg"]


def test_the_weights_are_the_experiments() -> None:
    candidates = [{"name": "m", "weight": 5}, {"name": "n", "weight": 5}]
    experiment = Answer(body={"metadata": {"name": "ab"}, "spec": {"candidates": candidates}})
    with scripted(experiment, *[Answer(body=GOOD, headers=ROUTED)] * 20) as server:
        result = run(server, via="proxy", kind="Experiment", name="ab", requests=20)
    assert result["split"]["verdict"] == result["verdict"] == "deviates"
    assert [(share["name"], share["weight"], share["served"]) for share in result["split"]["candidates"]] == [
        ("m", 5, 20),
        ("n", 5, 0),
    ]


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        (
            [status(404, "NotFound", "x")],
            "Service seldon-mesh does not exist in namespace team. The operator creates it for the SeldonRuntime",
        ),
        ([Answer(body={"spec": {}})], "selects no pods"),
        ([MESH, NONE], "there is no pod behind it"),
        ([MESH, pods("a", "b", ready="False")], "none of 2 pods behind it is Ready"),
        ([MESH, pods("a", containers=[])], "pod a has no port named http"),
        ([Answer(body={"spec": {"selector": {"a": "b"}, "ports": []}}), pods("a")], "has no port 80"),
    ],
)
def test_a_mesh_without_a_pod_to_forward_to(answers: list[Answer], said: str) -> None:
    with scripted(MODEL, NONE, *answers) as server, pytest.raises(KubeError) as caught:
        run(server)
    assert said in str(caught.value)


def test_a_forward_that_is_refused_names_the_permission() -> None:
    text = 'pods "a" is forbidden: User "lead" cannot get resource "pods/portforward" in API group "" in the namespace "team"'
    with scripted(MODEL, NONE, MESH, pods("a", "b"), status(403, "Forbidden", text)) as server:
        result = run(server, impersonate_user="lead", impersonate_groups=["a", "b"])
    assert 'cannot get resource "pods/portforward"' in result["msg"]
    assert "Needed permission: get and create on pods/portforward" in result["msg"]
    assert server.lines[-1] == "GET /api/v1/namespaces/team/pods/a/portforward?ports=9000"
    headers = server.asked[-1].headers
    assert headers["impersonate-user"] == ["lead"]
    assert headers["impersonate-group"] == ["a", "b"]
    assert headers["authorization"] == ["Bearer token"]
    assert "app=envoy" in server.lines[3].replace("%3D", "=")
