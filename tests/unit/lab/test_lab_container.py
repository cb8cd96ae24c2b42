# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.container import (
    ConfigError,
    environment,
    expand,
    field_value,
    operator_container,
    split_image,
    with_own_addresses,
)

POD: dict[str, Any] = {
    "metadata": {
        "name": "op-1",
        "namespace": "fraud-detection",
        "uid": "u",
        "labels": {"app.kubernetes.io/name": "op"},
    },
    "spec": {"nodeName": "lab-0", "serviceAccountName": "op", "containers": []},
    "status": {"podIP": "10.244.0.7", "podIPs": [{"ip": "10.244.0.7"}]},
}


def nothing(kind: str, name: str) -> Mapping[str, str] | None:
    return None


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ("seldonio/seldonv2-controller:2.9.1", ("seldonio/seldonv2-controller", "2.9.1")),
        ("registry.example:5000/seldonv2-controller", ("registry.example:5000/seldonv2-controller", "latest")),
        (
            "registry.example:5000/seldonv2-controller:2.10.2@sha256:00",
            ("registry.example:5000/seldonv2-controller", "2.10.2"),
        ),
    ],
)
def test_split_image(image: str, expected: tuple[str, str]) -> None:
    assert split_image(image) == expected


@pytest.mark.parametrize(
    ("image", "found"),
    [
        ("x/seldonv2-controller:2.10.2", True),
        ("x/seldonv2-controller-mirror:1", False),
        ("x/seldon-scheduler:2.10.2", False),
    ],
)
def test_operator_container(image: str, found: bool) -> None:
    pod = {"spec": {"containers": [{"name": "sidecar", "image": "envoy"}, {"name": "manager", "image": image}]}}
    container = operator_container(pod)
    assert (container is not None and container["name"] == "manager") is found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("--namespace=$(NS)", "--namespace=a"),
        ("$(MISSING)", "$(MISSING)"),
        ("$$(NS)", "$(NS)"),
        ("$$$(NS)", "$a"),
        ("$(NS", "$(NS"),
        ("$NS costs 5$", "$NS costs 5$"),
        ("$(EMPTY)$(NS)$(NS)", "aa"),
    ],
)
def test_expand_as_a_kubelet(text: str, expected: str) -> None:
    assert expand(text, {"NS": "a", "EMPTY": ""}) == expected


@given(st.text())
def test_doubling_every_dollar_is_literal(text: str) -> None:
    assert expand(text.replace("$", "$$"), {"": "x", "NS": "y"}) == text


def test_values_refer_to_earlier_variables_only() -> None:
    container = {
        "env": [
            {"name": "A", "value": "$(B)"},
            {"name": "B", "value": "b"},
            {"name": "C", "value": "$(B)-$(HOST)"},
            {"name": "D"},
        ]
    }
    assert environment(container, POD, nothing, {"HOST": "h"}) == {
        "HOST": "h",
        "A": "$(B)",
        "B": "b",
        "C": "b-h",
        "D": "",
    }


def test_fields_are_not_expanded_again() -> None:
    container = {"env": [{"name": "N", "valueFrom": {"fieldRef": {"fieldPath": "metadata.namespace"}}}]}
    assert environment(container, POD, nothing, {}) == {"N": "fraud-detection"}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("metadata.name", "op-1"),
        ("metadata.labels['app.kubernetes.io/name']", "op"),
        ("metadata.annotations['none']", ""),
        ("spec.serviceAccountName", "op"),
        ("status.podIPs", "10.244.0.7"),
        ("status.hostIP", ""),
    ],
)
def test_field_value(path: str, expected: str) -> None:
    assert field_value(POD, path) == expected


def test_config_maps_and_secrets() -> None:
    def lookup(kind: str, name: str) -> Mapping[str, str] | None:
        return {("ConfigMap", "c"): {"k": "v", "own": "map"}, ("Secret", "s"): {"p": "q"}}.get((kind, name))

    container = {
        "envFrom": [
            {"prefix": "X_", "configMapRef": {"name": "c"}},
            {"secretRef": {"name": "absent", "optional": True}},
        ],
        "env": [
            {"name": "X_own", "value": "env"},
            {"name": "S", "valueFrom": {"secretKeyRef": {"name": "s", "key": "p"}}},
            {"name": "O", "valueFrom": {"secretKeyRef": {"name": "s", "key": "absent", "optional": True}}},
        ],
    }
    assert environment(container, POD, lookup, {}) == {"X_k": "v", "X_own": "env", "S": "q"}


@pytest.mark.parametrize(
    ("variable", "message"),
    [
        ({"configMapKeyRef": {"name": "c", "key": "k"}}, 'configmap "c" not found'),
        ({"resourceFieldRef": {"resource": "limits.cpu"}}, "does not know"),
    ],
)
def test_what_cannot_be_resolved_is_refused(variable: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        environment({"env": [{"name": "A", "valueFrom": variable}]}, POD, nothing, {})


@pytest.mark.parametrize(
    "given_args",
    [
        ["--addr=:8081", "--keep"],
        ["--addr", ":8081", "--keep"],
        ["-addr", ":8081", "--keep"],
        ["--keep"],
        ["--keep", "--addr"],
    ],
)
def test_addresses_are_replaced_in_every_spelling(given_args: list[str]) -> None:
    assert with_own_addresses(given_args, ["addr"], lambda: "127.0.0.1:1") == ["--keep", "--addr=127.0.0.1:1"]


def test_values_that_look_like_the_flag_stay() -> None:
    assert with_own_addresses(["--name", "addr", "--addr-list=x"], ["addr"], lambda: "a") == [
        "--name",
        "addr",
        "--addr-list=x",
        "--addr=a",
    ]
