# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.operator.podspec_merge import merge_containers, merge_pod_specs

Json = dict[str, Any]


def _container(base: Json, override: Json) -> Json:
    merged = merge_containers([{"name": "c", **base}], [{"name": "c", **override}])
    assert [container["name"] for container in merged] == ["c"]
    return {key: value for key, value in merged[0].items() if key != "name"}


@pytest.mark.parametrize(
    ("base", "override", "expected"),
    [
        ({"image": "a"}, {"image": "b"}, {"image": "b"}),
        ({"image": "a"}, {"image": ""}, {"image": "a"}),
        ({"image": "a"}, {}, {"image": "a"}),
        ({}, {"workingDir": "/x"}, {"workingDir": "/x"}),
        ({"args": ["a"]}, {"args": ["b"]}, {"args": ["a", "b"]}),
        ({"args": ["a"]}, {"args": []}, {"args": ["a"]}),
        ({"command": ["a"]}, {"command": ["a"]}, {"command": ["a", "a"]}),
        (
            {"env": [{"name": "X", "value": "1"}]},
            {"env": [{"name": "X", "value": "2"}]},
            {"env": [{"name": "X", "value": "1"}, {"name": "X", "value": "2"}]},
        ),
        (
            {"ports": [{"name": "http", "containerPort": 1}]},
            {"ports": [{"name": "http", "containerPort": 1}]},
            {"ports": [{"name": "http", "containerPort": 1}, {"name": "http", "containerPort": 1}]},
        ),
        (
            {"resources": {"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"memory": "1Gi"}}},
            {"resources": {"requests": {"cpu": "2"}}},
            {"resources": {"requests": {"cpu": "2", "memory": "1Gi"}, "limits": {"memory": "1Gi"}}},
        ),
        (
            {"resources": {"requests": {"cpu": "1"}}},
            {"resources": {"requests": {"cpu": 2}}},
            {"resources": {"requests": {"cpu": 2}}},
        ),
        (
            {},
            {"securityContext": {"allowPrivilegeEscalation": False}},
            {"securityContext": {"allowPrivilegeEscalation": False}},
        ),
        (
            {"securityContext": {"runAsNonRoot": True}},
            {"securityContext": {"runAsNonRoot": False, "runAsUser": 5}},
            {"securityContext": {"runAsNonRoot": True, "runAsUser": 5}},
        ),
        (
            {"livenessProbe": {"periodSeconds": 5, "httpGet": {"port": "http"}}},
            {"livenessProbe": {"periodSeconds": 0}},
            {"livenessProbe": {"periodSeconds": 5, "httpGet": {"port": "http"}}},
        ),
        # An IntOrString: "number" is the zero value of its type and cannot replace "string".
        (
            {"readinessProbe": {"httpGet": {"port": "http"}}},
            {"readinessProbe": {"httpGet": {"port": 80}}},
            {"readinessProbe": {"httpGet": {"port": "http"}}},
        ),
        (
            {"readinessProbe": {"httpGet": {"port": 80}}},
            {"readinessProbe": {"httpGet": {"port": "http"}}},
            {"readinessProbe": {"httpGet": {"port": "http"}}},
        ),
        ({"readinessProbe": {"periodSeconds": 5}}, {"readinessProbe": None}, {"readinessProbe": {"periodSeconds": 5}}),
    ],
)
def test_one_container(base: Json, override: Json, expected: Json) -> None:
    assert _container(base, override) == expected


@pytest.mark.parametrize(
    ("base", "override", "expected"),
    [
        (
            {"terminationGracePeriodSeconds": 120},
            {"terminationGracePeriodSeconds": 0},
            {"terminationGracePeriodSeconds": 120},
        ),
        (
            {"terminationGracePeriodSeconds": 120},
            {"terminationGracePeriodSeconds": 5},
            {"terminationGracePeriodSeconds": 5},
        ),
        ({}, {"terminationGracePeriodSeconds": 0}, {"terminationGracePeriodSeconds": 0}),
        ({"nodeSelector": {"a": "1", "b": "1"}}, {"nodeSelector": {"a": "2"}}, {"nodeSelector": {"a": "2", "b": "1"}}),
        (
            {"tolerations": [{"key": "a"}]},
            {"tolerations": [{"key": "a"}]},
            {"tolerations": [{"key": "a"}, {"key": "a"}]},
        ),
        ({"volumes": [{"name": "v"}]}, {"volumes": [{"name": "w"}]}, {"volumes": [{"name": "v"}, {"name": "w"}]}),
        (
            {"initContainers": [{"name": "i", "image": "a"}]},
            {"initContainers": [{"name": "i", "image": "b"}]},
            {"initContainers": [{"name": "i", "image": "a"}, {"name": "i", "image": "b"}]},
        ),
        ({"serviceAccountName": "a"}, {"serviceAccountName": "b"}, {"serviceAccountName": "b"}),
        ({"serviceAccountName": "a"}, {"serviceAccountName": ""}, {"serviceAccountName": "a"}),
        ({"hostNetwork": True}, {"hostNetwork": False}, {"hostNetwork": True}),
    ],
)
def test_pod_level(base: Json, override: Json, expected: Json) -> None:
    assert merge_pod_specs({**base, "containers": []}, {**override, "containers": []}) == {**expected, "containers": []}


def test_overridden_containers_come_first_in_the_override_s_order() -> None:
    base = [{"name": name} for name in ("rclone", "agent", "mlserver")]
    merged = merge_containers(base, [{"name": "mlserver"}, {"name": "new"}, {"name": "rclone"}])
    assert [container["name"] for container in merged] == ["mlserver", "new", "rclone", "agent"]


_scalars = st.one_of(st.booleans(), st.integers(0, 3), st.sampled_from(["", "a", "b"]))
_values = st.recursive(
    _scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("xyz"), inner, max_size=3),
    max_leaves=8,
)
_containers = st.lists(
    st.fixed_dictionaries(
        {"name": st.sampled_from(["a", "b", "c"])}, optional={"image": st.sampled_from(["", "i", "j"])}
    ),
    max_size=3,
    unique_by=lambda container: container["name"],
)
_specs = st.builds(
    lambda rest, containers: {**rest, "containers": containers},
    st.dictionaries(st.sampled_from(["hostname", "volumes", "securityContext"]), _values, max_size=3),
    _containers,
)


@given(_specs)
def test_nothing_over_a_spec_leaves_it(spec: Json) -> None:
    assert merge_pod_specs(spec, None) == spec
    assert merge_pod_specs(spec, {}) == spec
    assert merge_pod_specs(spec, {"containers": []}) == spec


@given(_specs)
def test_a_spec_over_nothing_is_the_spec(spec: Json) -> None:
    assert merge_pod_specs({"containers": []}, spec) == spec


@given(_containers, _containers)
def test_every_container_is_there_once(base: list[Json], override: list[Json]) -> None:
    names = [container["name"] for container in merge_containers(base, override)]
    assert sorted(names) == sorted({container["name"] for container in [*base, *override]})
    assert names[: len(override)] == [container["name"] for container in override]


@given(_containers, _containers)
def test_the_inputs_stay_as_they_were(base: list[Json], override: list[Json]) -> None:
    before = copy.deepcopy((base, override))
    for container in merge_containers(base, override):
        container["image"] = "changed"
    assert (base, override) == before


@given(st.lists(st.integers(1, 9)), st.lists(st.integers(1, 9)))
def test_lists_are_appended(base: list[int], override: list[int]) -> None:
    merged = merge_pod_specs({"volumes": base, "containers": []}, {"volumes": override, "containers": []})
    assert merged["volumes"] == base + override
