# SPDX-License-Identifier: GPL-3.0-or-later
"""The operator's merge. The vectors were found with mergo 1.0.0 on Kubernetes' Go types."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.seldon.capabilities import with_capabilities
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.seldon.merge import merge_pod_specs
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.quota.builders import container

Obj = dict[str, Any]


@pytest.mark.parametrize(
    ("base", "override", "merged"),
    [
        ({"image": "a"}, {"image": "b"}, {"image": "b"}),
        ({"image": "a"}, {"image": ""}, {"image": "a"}),
        ({"imagePullPolicy": "Always"}, {"imagePullPolicy": "Never"}, {"imagePullPolicy": "Never"}),
        ({}, {"workingDir": "/w"}, {"workingDir": "/w"}),
        ({"args": ["a"]}, {"args": ["b"]}, {"args": ["a", "b"]}),
        ({"command": ["a"]}, {"command": []}, {"command": ["a"]}),
        (
            {"env": [{"name": "A", "value": "1"}]},
            {"env": [{"name": "A", "value": "2"}]},
            {"env": [{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]},
        ),
        ({"ports": [{"name": "http"}]}, {"ports": [{"name": "http"}]}, {"ports": [{"name": "http"}, {"name": "http"}]}),
        (
            {"volumeMounts": [{"name": "a"}]},
            {"volumeMounts": [{"name": "b"}]},
            {"volumeMounts": [{"name": "a"}, {"name": "b"}]},
        ),
        (
            {"resources": {"requests": {"cpu": "1", "memory": "1Gi"}}},
            {"resources": {"requests": {"cpu": "2"}}},
            {"resources": {"requests": {"cpu": "2", "memory": "1Gi"}}},
        ),
        (
            {"resources": {"requests": {"cpu": "1"}}},
            {"resources": {"requests": {"cpu": "0"}}},
            {"resources": {"requests": {"cpu": "0"}}},
        ),
        (
            {"resources": {"limits": {"cpu": "1"}}},
            {"resources": {"limits": {}}},
            {"resources": {"limits": {"cpu": "1"}}},
        ),
        (
            {"securityContext": {"runAsNonRoot": True}},
            {"securityContext": {"runAsNonRoot": False}},
            {"securityContext": {"runAsNonRoot": True}},
        ),
        (
            {"securityContext": {"runAsUser": 1}},
            {"securityContext": {"privileged": False}},
            {"securityContext": {"runAsUser": 1, "privileged": False}},
        ),
        ({}, {"securityContext": {"privileged": False}}, {"securityContext": {"privileged": False}}),
        (
            {"securityContext": {"privileged": False}},
            {"securityContext": {"privileged": True}},
            {"securityContext": {"privileged": True}},
        ),
        (
            {"securityContext": {"capabilities": {"drop": ["ALL"]}}},
            {"securityContext": {"capabilities": {"drop": ["KILL"]}}},
            {"securityContext": {"capabilities": {"drop": ["ALL", "KILL"]}}},
        ),
        (
            {"livenessProbe": {"failureThreshold": 3}},
            {"livenessProbe": {"failureThreshold": 0}},
            {"livenessProbe": {"failureThreshold": 3}},
        ),
        (
            {"livenessProbe": {"httpGet": {"port": 80}}},
            {"livenessProbe": {"httpGet": {"port": "http"}}},
            {"livenessProbe": {"httpGet": {"port": "http"}}},
        ),
        (
            {"livenessProbe": {"httpGet": {"port": "http"}}},
            {"livenessProbe": {"httpGet": {"port": 80}}},
            {"livenessProbe": {"httpGet": {"port": "http"}}},
        ),
        (
            {"livenessProbe": {"tcpSocket": {"port": 1}}},
            {"livenessProbe": {"exec": {"command": ["x"]}}},
            {"livenessProbe": {"tcpSocket": {"port": 1}, "exec": {"command": ["x"]}}},
        ),
        (
            {"lifecycle": {"preStop": {"exec": {"command": ["a"]}}}},
            {"lifecycle": {"preStop": {"exec": {"command": ["b"]}}}},
            {"lifecycle": {"preStop": {"exec": {"command": ["a", "b"]}}}},
        ),
        ({"lifecycle": {"preStop": {}}}, {"lifecycle": None}, {"lifecycle": {"preStop": {}}}),
    ],
)
def test_one_container(base: Obj, override: Obj, merged: Obj) -> None:
    found = merge_pod_specs({"containers": [{"name": "c", **base}]}, {"containers": [{"name": "c", **override}]})
    assert found == {"containers": [{"name": "c", **merged}]}


@pytest.mark.parametrize(
    ("base", "override", "merged"),
    [
        (
            {"terminationGracePeriodSeconds": 120},
            {"terminationGracePeriodSeconds": 0},
            {"terminationGracePeriodSeconds": 120},
        ),
        ({}, {"terminationGracePeriodSeconds": 0}, {"terminationGracePeriodSeconds": 0}),
        (
            {"terminationGracePeriodSeconds": None},
            {"terminationGracePeriodSeconds": 0},
            {"terminationGracePeriodSeconds": 0},
        ),
        (
            {"terminationGracePeriodSeconds": 0},
            {"terminationGracePeriodSeconds": 5},
            {"terminationGracePeriodSeconds": 5},
        ),
        (
            {"automountServiceAccountToken": True},
            {"automountServiceAccountToken": False},
            {"automountServiceAccountToken": True},
        ),
        ({}, {"automountServiceAccountToken": False}, {"automountServiceAccountToken": False}),
        ({"hostNetwork": True}, {"hostNetwork": False}, {"hostNetwork": True}),
        ({"hostPID": False}, {"hostPID": True}, {"hostPID": True}),
        ({"volumes": [{"name": "a"}]}, {"volumes": [{"name": "a"}]}, {"volumes": [{"name": "a"}, {"name": "a"}]}),
        (
            {"initContainers": [{"name": "a"}]},
            {"initContainers": [{"name": "a"}]},
            {"initContainers": [{"name": "a"}, {"name": "a"}]},
        ),
        (
            {"tolerations": [{"key": "a"}]},
            {"tolerations": [{"key": "b"}]},
            {"tolerations": [{"key": "a"}, {"key": "b"}]},
        ),
        (
            {"nodeSelector": {"a": "1", "b": "1"}},
            {"nodeSelector": {"b": "", "c": "3"}},
            {"nodeSelector": {"a": "1", "b": "", "c": "3"}},
        ),
        ({"serviceAccountName": "a"}, {"serviceAccountName": ""}, {"serviceAccountName": "a"}),
        ({"serviceAccountName": "a"}, {"serviceAccountName": "b"}, {"serviceAccountName": "b"}),
        (
            {"serviceAccountName": "a"},
            {"serviceAccount": "b", "hostUsers": False, "os": {"name": "linux"}},
            {"serviceAccountName": "a"},
        ),
        ({"serviceAccountName": "a"}, None, {"serviceAccountName": "a"}),
        ({"serviceAccountName": "a"}, {}, {"serviceAccountName": "a"}),
        (None, {"serviceAccountName": "a"}, {"serviceAccountName": "a"}),
    ],
)
def test_the_pod(base: Any, override: Any, merged: Obj) -> None:
    assert merge_pod_specs(base, override) == merged


def test_overridden_containers_come_first_in_the_order_of_the_server() -> None:
    base = {"containers": [{"name": name, "image": "1"} for name in ("rclone", "agent", "mlserver")]}
    override = {"containers": [{"name": "mlserver", "image": "2"}, {"name": "new"}, {"name": "rclone"}]}
    merged = merge_pod_specs(base, override)["containers"]
    assert [(container["name"], container.get("image")) for container in merged] == [
        ("mlserver", "2"),
        ("new", None),
        ("rclone", "1"),
        ("agent", "1"),
    ]


@pytest.mark.parametrize(
    ("spec", "value"),
    [
        ({"capabilities": ["a", "b"]}, "a,b"),
        ({"extraCapabilities": ["b", "c"]}, "a,b,c"),
        ({"capabilities": ["x"], "extraCapabilities": ["b"]}, "x"),
        ({"capabilities": []}, "a"),
        ({"capabilities": "x"}, "a"),
        ({}, "a"),
    ],
)
def test_capabilities_are_rewritten_wherever_a_container_has_them(spec: Obj, value: str) -> None:
    env = [{"name": "OTHER", "value": "o"}, {"name": "SELDON_SERVER_CAPABILITIES", "value": "a"}]
    pod = {
        "containers": [{"name": "agent", "env": env}, {"name": "x"}],
        "initContainers": [{"name": "i", "env": deepcopy(env)}],
    }
    before = deepcopy(pod)
    found = with_capabilities(pod, spec)
    assert pod == before
    assert found["containers"][0]["env"] == [env[0], {"name": "SELDON_SERVER_CAPABILITIES", "value": value}]
    assert found["containers"][1] == {"name": "x"} and found["initContainers"] == before["initContainers"]


def test_capabilities_replace_a_reference_as_well() -> None:
    env = [{"name": "SELDON_SERVER_CAPABILITIES", "valueFrom": {"configMapKeyRef": {"name": "m", "key": "k"}}}]
    found = with_capabilities({"containers": [{"name": "agent", "env": env}]}, {"extraCapabilities": ["b"]})
    assert found["containers"][0]["env"] == [{"name": "SELDON_SERVER_CAPABILITIES", "value": ",b"}]


NAMES = st.sampled_from(["rclone", "agent", "mlserver", "new"])
WORDS = st.lists(st.sampled_from(["", "a", "b"]), max_size=2)
CONTAINERS = st.fixed_dictionaries(
    {"name": NAMES},
    optional={
        "image": st.sampled_from(["", "x"]),
        "args": WORDS,
        "env": st.lists(st.fixed_dictionaries({"name": NAMES}), max_size=2),
        "resources": st.dictionaries(
            st.sampled_from(["limits", "requests"]),
            st.dictionaries(st.sampled_from(["cpu", "memory"]), st.sampled_from(["0", "1"])),
        ),
        "securityContext": st.dictionaries(st.sampled_from(["privileged", "runAsNonRoot"]), st.booleans()),
    },
)
PODS = st.fixed_dictionaries(
    {"containers": st.lists(CONTAINERS, max_size=4, unique_by=lambda container: str(container["name"]))},
    optional={
        "hostNetwork": st.booleans(),
        "serviceAccountName": st.sampled_from(["", "s"]),
        "volumes": st.lists(st.fixed_dictionaries({"name": NAMES}), max_size=2),
        "nodeSelector": st.dictionaries(st.sampled_from(["a", "b"]), st.sampled_from(["", "v"])),
        "terminationGracePeriodSeconds": st.sampled_from([0, 30]),
    },
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["containers", "name", "env", "port", "limits", "x"]), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(PODS)
def test_without_an_override_it_is_the_base(base: Obj) -> None:
    assert merge_pod_specs(base, {}) == merge_pod_specs(base, None) == merge_pod_specs(base, {"containers": []}) == base


@given(PODS, PODS)
def test_containers_are_keyed_and_inputs_are_left_alone(base: Obj, override: Obj) -> None:
    before = deepcopy((base, override))
    merged = merge_pod_specs(base, override)
    first = [container["name"] for container in override["containers"]]
    rest = [container["name"] for container in base["containers"] if container["name"] not in first]
    assert [container["name"] for container in merged["containers"]] == first + rest
    _spoil(merged)
    assert (base, override) == before


@given(JSON, JSON)
def test_any_shape_is_taken(base: Any, override: Any) -> None:
    assert isinstance(merge_pod_specs(base, override), dict)


def test_depth_does_not_end_it() -> None:
    deep: Any = {}
    for _ in range(5000):
        deep = {"affinity": deep}
    assert merge_pod_specs(deep, deep) and merge_pod_specs({"containers": [deep]}, {"containers": [deep]})


def _spoil(value: Any) -> None:
    if isinstance(value, dict):
        for entry in value.values():
            _spoil(entry)
        value.clear()
    elif isinstance(value, list):
        for entry in value:
            _spoil(entry)
        value.clear()


@pytest.mark.parametrize(
    ("base", "over", "expected"),
    [
        ({"containers": [container("a", {"cpu": 1})]}, None, {"a": {"cpu": 1}}),
        (
            {"containers": [container("a", {"cpu": 1, "memory": 1}), container("b", {"cpu": 1})]},
            {"containers": [container("b", {"cpu": 2})]},
            {"b": {"cpu": 2}, "a": {"cpu": 1, "memory": 1}},
        ),
        (
            {"containers": [container("a", {"cpu": 1, "memory": 1})]},
            {"containers": [container("a", {"cpu": 0})]},
            {"a": {"cpu": 0, "memory": 1}},
        ),
        (
            {"containers": [container("a", {"cpu": 1})]},
            {"containers": [{"name": "a", "resources": None}]},
            {"a": {"cpu": 1}},
        ),
        (
            {"containers": [{"name": "a"}]},
            {"containers": [container("a", {"cpu": 1}), container("c", {"cpu": 3})]},
            {"a": {"cpu": 1}, "c": {"cpu": 3}},
        ),
        (None, {"containers": [container("a", {"cpu": 1})]}, {"a": {"cpu": 1}}),
    ],
)
def test_requests_meet_by_container(base: Obj | None, over: Obj | None, expected: Obj) -> None:
    found = merge_pod_specs(base, over)
    assert [(entry["name"], entry["resources"]["requests"]) for entry in found["containers"]] == list(expected.items())


def test_init_containers_are_appended_and_overheads_united() -> None:
    found = merge_pod_specs(
        {"initContainers": [1], "overhead": {"cpu": 1}, "priorityClassName": "x"},
        {"initContainers": [2], "overhead": {"memory": 2}, "priorityClassName": ""},
    )
    assert found == {"initContainers": [1, 2], "overhead": {"cpu": 1, "memory": 2}, "priorityClassName": "x"}
