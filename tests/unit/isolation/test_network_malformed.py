# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects that an API server refuses make those answers unknown that they could affect, and no others."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.network.evaluate import verdict
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.network.policy import read_policy

from tests.unit.isolation.cluster import CLIENT, OTHER, PODS, SERVER, Json, network, outcome, policy

WRONG_RULES: list[tuple[Any, str]] = [
    ({"from": [{}]}, "spec.ingress[0].from[0] names no peer"),
    ({"from": [{"podSelector": None}]}, "spec.ingress[0].from[0] names no peer"),
    ({"from": [{"namespace": "x"}]}, "spec.ingress[0].from[0].namespace is not a field"),
    ({"from": {"podSelector": {}}}, "spec.ingress[0].from is not a list"),
    ({"from": ["all"]}, "spec.ingress[0].from[0] is not a mapping"),
    ({"to": []}, "spec.ingress[0].to is not a field"),
    (
        {"from": [{"ipBlock": {"cidr": "10.0.0.0/8"}, "podSelector": {}}]},
        "spec.ingress[0].from[0] has an ipBlock together with a selector",
    ),
    (
        {"from": [{"ipBlock": {"cidr": "10.0.0.0/33"}}]},
        "spec.ingress[0].from[0].ipBlock.cidr is not a CIDR such as 10.0.0.0/8",
    ),
    (
        {"from": [{"ipBlock": {"cidr": "10.0.0.1"}}]},
        "spec.ingress[0].from[0].ipBlock.cidr is not a CIDR such as 10.0.0.0/8",
    ),
    ({"from": [{"ipBlock": {}}]}, "spec.ingress[0].from[0].ipBlock.cidr is not a CIDR such as 10.0.0.0/8"),
    (
        {"from": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": ["11.0.0.0/16"]}}]},
        "spec.ingress[0].from[0].ipBlock.except[0] is not a part of 10.0.0.0/8",
    ),
    (
        {"from": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.0.0.0/8"]}}]},
        "spec.ingress[0].from[0].ipBlock.except[0] is not a part of 10.0.0.0/8",
    ),
    (
        {"from": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": ["fd00::/16"]}}]},
        "spec.ingress[0].from[0].ipBlock.except[0] is not a part of 10.0.0.0/8",
    ),
    ({"ports": [{"port": 0}]}, "spec.ingress[0].ports[0].port is not a port from 1 to 65535"),
    ({"ports": [{"port": 65536}]}, "spec.ingress[0].ports[0].port is not a port from 1 to 65535"),
    ({"ports": [{"port": True}]}, "spec.ingress[0].ports[0].port is not a port from 1 to 65535"),
    ({"ports": [{"port": "80"}]}, "spec.ingress[0].ports[0].port is neither a number nor a port's name"),
    (
        {"ports": [{"port": "a-name-that-is-too-long"}]},
        "spec.ingress[0].ports[0].port is neither a number nor a port's name",
    ),
    ({"ports": [{"port": 80, "endPort": 79}]}, "spec.ingress[0].ports[0].endPort is less than port"),
    ({"ports": [{"port": "http", "endPort": 90}]}, "spec.ingress[0].ports[0].endPort is given with the name of a port"),
    ({"ports": [{"endPort": 90}]}, "spec.ingress[0].ports[0].endPort is given without port"),
    ({"ports": [{"protocol": "tcp"}]}, "spec.ingress[0].ports[0].protocol is none of TCP, UDP, SCTP"),
    ({"ports": [{"protocol": "ICMP"}]}, "spec.ingress[0].ports[0].protocol is none of TCP, UDP, SCTP"),
]
WRONG_SELECTORS: list[tuple[Any, str]] = [
    ([], "spec.podSelector is not a mapping"),
    ({"app": "x"}, "spec.podSelector.app is not a field"),
    ({"matchLabels": {"app": 1}}, "spec.podSelector.matchLabels[app] is not a label's value"),
    ({"matchLabels": {"a b": "x"}}, "spec.podSelector.matchLabels is not a label's key"),
    (
        {"matchExpressions": [{"key": "app", "operator": "Equals", "values": ["x"]}]},
        "spec.podSelector.matchExpressions[0].operator is not one of In, NotIn, Exists, DoesNotExist",
    ),
    (
        {"matchExpressions": [{"key": "app", "operator": "In"}]},
        "spec.podSelector.matchExpressions[0].values is empty, but In needs values",
    ),
    (
        {"matchExpressions": [{"key": "app", "operator": "Exists", "values": ["x"]}]},
        "spec.podSelector.matchExpressions[0].values is set, but Exists takes no values",
    ),
]
WRONG_SPECS: list[tuple[Json, str]] = [
    ({"policyTypes": ["ingress"]}, "spec.policyTypes has an entry that is neither Ingress nor Egress"),
    ({"policyTypes": "Ingress"}, "spec.policyTypes is not a list"),
    ({"policyTypes": ["Ingress", "Egress", "Ingress"]}, "spec.policyTypes has more than two entries"),
    ({"ingres": []}, "spec.ingres is not a field"),
]
FAULTY = [
    *[(policy("fraud", ingress=[rule]), said) for rule, said in WRONG_RULES],
    *[(policy("fraud", podSelector=selector), said) for selector, said in WRONG_SELECTORS],
    *[(policy("fraud", **spec), said) for spec, said in WRONG_SPECS],
]


@pytest.mark.parametrize(("faulty", "said"), FAULTY)
def test_an_open_pod_becomes_unknown(faulty: Json, said: str) -> None:
    found = network(faulty)
    assert [fault.fault for fault in found.faults] == [said]
    assert verdict(found, CLIENT, SERVER, 80).text() == f"unknown (ingress unknown: NetworkPolicy fraud/policy: {said})"
    # The other namespace is not affected.
    assert outcome(found, CLIENT, CLIENT) == outcome(found, CLIENT, "8.8.8.8") == "allowed"


def test_what_another_policy_allows_for_certain_stays_allowed() -> None:
    faulty = policy("fraud", "faulty", ingress=[{"from": [{}]}])
    found = network(faulty, policy("fraud", "sound", ingress=[{"ports": [{"port": 80}]}]))
    assert (outcome(found, CLIENT, SERVER, 80), outcome(found, CLIENT, SERVER, 81)) == ("allowed", "unknown")


def test_a_sound_selector_tells_which_pods_a_faulty_policy_is_about() -> None:
    found = network(policy("fraud", podSelector={"matchLabels": {"app": "server"}}, ingress=[{"from": [{}]}]))
    assert (outcome(found, CLIENT, SERVER), outcome(found, CLIENT, OTHER)) == ("unknown", "allowed")


def test_the_other_end_can_still_deny() -> None:
    found = network(policy("fraud", ingress=[{"from": [{}]}]), policy("apps", policyTypes=["Egress"]))
    assert outcome(found, CLIENT, SERVER) == "denied"


@pytest.mark.parametrize(
    "odd",
    [
        None,
        1,
        "text",
        [],
        {},
        {"kind": "NetworkPolicy"},
        {**policy("fraud"), "apiVersion": "extensions/v1beta1"},
        {**policy("fraud"), "metadata": {"name": "p"}},
        {1: 2},
    ],
)
def test_an_object_of_any_shape_is_a_fault_and_not_an_error(odd: Any) -> None:
    assert read_policy(odd).fault
    assert outcome(network(odd), CLIENT, SERVER) == "unknown"


@pytest.mark.parametrize("odd", [None, 1, [], {}, {"metadata": {"name": "p", "namespace": 1}}, {"metadata": []}])
def test_a_pod_or_namespace_without_a_name_is_left_out(odd: Any) -> None:
    assert outcome(network(pods=(*PODS, odd), namespaces=(odd,)), CLIENT, SERVER) == "allowed"
