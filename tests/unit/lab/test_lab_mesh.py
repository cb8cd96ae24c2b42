# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's mesh has the routes that Seldon's scheduler programs, and its stand-in for models answers V2 requests."""

from __future__ import annotations

from typing import Any

from lab.mesh.envoy import Route, clusters, discovery, listeners
from lab.mesh.server import infer
from lab.mesh.table import envoy_port, mesh

READY = {"conditions": [{"type": "ModelReady", "status": "True"}]}


def model(name: str, status: dict[str, Any] = READY) -> dict[str, Any]:
    return {"metadata": {"name": name, "namespace": "t"}, "status": status}


def experiment(**spec: Any) -> dict[str, Any]:
    return {"metadata": {"name": "ab", "namespace": "t"}, "spec": spec}


AB = experiment(default="a", candidates=[{"name": "a", "weight": 80}, {"name": "b", "weight": 20}])


def test_an_experiment_splits_its_own_route_and_its_defaults() -> None:
    found = mesh("t", [model("a"), model("b")], [AB], (1, 2), 9)
    both = {"a_1": 80, "b_1": 20}
    assert {route.header: dict(route.weights) for route in found.routes} == {
        "a": both,
        "b": {"b_1": 1},
        "ab.experiment": both,
    }
    assert dict(found.servers) == {"a_1": 9, "b_1": 9}


def test_a_model_that_is_not_ready_has_a_route_to_nowhere() -> None:
    found = mesh("t", [model("a", {})], [], (1, 2), 9)
    assert found.routes == [Route("a", {"a_1": 1})]
    assert dict(found.servers) == {"a_1": 0}
    assert [cluster["load_assignment"]["endpoints"][0]["lb_endpoints"] for cluster in clusters(found)] == [[], []]


def test_what_is_being_deleted_or_missing_is_left_out() -> None:
    gone = {"metadata": {"name": "b", "namespace": "t", "deletionTimestamp": "2026-01-01T00:00:00Z"}}
    found = mesh("t", [model("a"), gone], [AB], (1, 2), 9)
    assert {route.header: dict(route.weights) for route in found.routes} == {
        "a": {"a_1": 80},
        "ab.experiment": {"a_1": 80},
    }
    assert mesh("t", [], [AB], (1, 2), 9).routes == []
    assert mesh("t", [model("a")], [experiment(resourceType="pipeline", candidates=[])], (1, 2), 9).routes == [
        Route("a", {"a_1": 1})
    ]


def test_two_tenants_share_no_name() -> None:
    first, second = (mesh(name, [model("a")], [], ports, 9) for name, ports in (("t", (1, 2)), ("u", (3, 4))))
    for part in (clusters, listeners):
        assert not {thing["name"] for thing in part(first)} & {thing["name"] for thing in part(second)}
    assert discovery("listener", listeners(first))["resources"][0]["@type"].endswith(
        "envoy.config.listener.v3.Listener"
    )


def test_the_port_of_a_pods_envoy() -> None:
    ports = [{"name": "http", "containerPort": 9000}, {"name": "envoy-stats", "containerPort": 9003}]
    assert (
        envoy_port({"spec": {"containers": [{"image": "docker.io/seldonio/seldon-envoy:2.10.2", "ports": ports}]}})
        == 9000
    )
    assert (
        envoy_port({"spec": {"containers": [{"image": "docker.io/seldonio/seldon-agent:2.10.2", "ports": ports}]}})
        is None
    )


def test_the_stand_in_answers_each_row() -> None:
    tensor = {"name": "x", "shape": [2, 3], "datatype": "FP32", "data": [1, 5, 2, 9, 0, 0]}
    status, body = infer("a_1", {"inputs": [tensor]})
    assert (status, body["model_name"]) == (200, "a_1")
    assert body["outputs"] == [{"name": "predict", "shape": [2, 1], "datatype": "INT64", "data": [1, 0]}]
    for wrong in (
        {},
        {"inputs": []},
        {"inputs": [{**tensor, "shape": [0]}]},
        {"inputs": [{**tensor, "data": ["x"]}]},
        7,
    ):
        assert infer("a_1", wrong)[0] == 422
