# SPDX-License-Identifier: GPL-3.0-or-later
"""The meaning of NetworkPolicies, rule by rule."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.network.evaluate import verdict
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.network.pod import PodKey

from tests.unit.isolation.cluster import (
    CLIENT,
    OTHER,
    PODS,
    SERVER,
    Json,
    ingress,
    namespace,
    network,
    outcome,
    pod,
    policy,
)

APPS = {"matchLabels": {"team": "apps"}}
IS_CLIENT = {"matchLabels": {"app": "client"}}


def test_a_pod_that_no_policy_selects_is_open() -> None:
    found = network(policy("apps", podSelector={"matchLabels": {"app": "nobody"}}, policyTypes=["Ingress", "Egress"]))
    assert outcome(found, CLIENT, SERVER) == outcome(found, SERVER, CLIENT) == "allowed"


@pytest.mark.parametrize(
    ("spec", "restricted"),
    [
        ({}, {"Ingress"}),
        ({"ingress": [{}]}, set()),
        ({"egress": []}, {"Ingress"}),
        ({"egress": None}, {"Ingress"}),
        ({"egress": [{"ports": [{"port": 1}]}]}, {"Ingress", "Egress"}),
        ({"policyTypes": []}, {"Ingress"}),
        ({"policyTypes": ["Egress"]}, {"Egress"}),
        ({"policyTypes": ["Egress"], "ingress": []}, {"Egress"}),
        ({"policyTypes": ["Ingress"], "ingress": [{}], "egress": [{"ports": [{"port": 1}]}]}, set()),
        ({"policyTypes": ["Ingress", "Egress"]}, {"Ingress", "Egress"}),
    ],
)
def test_policy_types_say_which_directions_are_restricted(spec: Json, restricted: set[str]) -> None:
    found = network(policy("fraud", **spec))
    denied = {
        name
        for name, ends in (("Ingress", (CLIENT, SERVER)), ("Egress", (SERVER, CLIENT)))
        if outcome(found, *ends) == "denied"
    }
    assert denied == restricted


@pytest.mark.parametrize(
    ("rule", "allowed"),
    [
        ({}, True),
        ({"from": []}, True),
        ({"from": None}, True),
        ({"from": [{"podSelector": {}}]}, False),
        ({"from": [{"podSelector": IS_CLIENT}]}, False),
        ({"from": [{"namespaceSelector": {}}]}, True),
        ({"from": [{"namespaceSelector": {}, "podSelector": None}]}, True),
        ({"from": [{"namespaceSelector": APPS}]}, True),
        ({"from": [{"namespaceSelector": {"matchLabels": {"name": "apps"}}}]}, False),
        ({"from": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "apps"}}}]}, True),
        ({"from": [{"namespaceSelector": APPS, "podSelector": IS_CLIENT}]}, True),
        ({"from": [{"namespaceSelector": APPS, "podSelector": {"matchLabels": {"app": "x"}}}]}, False),
        ({"from": [{"namespaceSelector": APPS}, {"podSelector": {"matchLabels": {"app": "x"}}}]}, True),
    ],
)
def test_selectors_in_one_peer_are_both_needed_and_peers_are_alternatives(rule: Json, allowed: bool) -> None:
    assert ingress(rule) == ("allowed" if allowed else "denied")


def test_a_pod_selector_alone_means_the_policys_own_namespace() -> None:
    assert ingress({"from": [{"podSelector": {}}]}, OTHER) == "allowed"
    assert ingress({"from": [{"podSelector": {"matchLabels": {"app": "x"}}}]}, OTHER) == "denied"


@pytest.mark.parametrize(
    ("expression", "selects"),
    [
        ({"key": "app", "operator": "In", "values": ["client", "x"]}, True),
        ({"key": "app", "operator": "In", "values": ["x"]}, False),
        ({"key": "app", "operator": "NotIn", "values": ["x"]}, True),
        ({"key": "app", "operator": "NotIn", "values": ["client"]}, False),
        ({"key": "none", "operator": "NotIn", "values": ["x"]}, True),
        ({"key": "none", "operator": "In", "values": ["x"]}, False),
        ({"key": "app", "operator": "Exists"}, True),
        ({"key": "none", "operator": "Exists", "values": []}, False),
        ({"key": "none", "operator": "DoesNotExist"}, True),
        ({"key": "app", "operator": "DoesNotExist"}, False),
    ],
)
def test_match_expressions(expression: Json, selects: bool) -> None:
    rule = {"from": [{"namespaceSelector": {}, "podSelector": {"matchExpressions": [expression]}}]}
    assert ingress(rule) == ("allowed" if selects else "denied")


def test_labels_and_expressions_of_a_selector_are_all_needed() -> None:
    selector = {**IS_CLIENT, "matchExpressions": [{"key": "none", "operator": "Exists"}]}
    assert ingress({"from": [{"namespaceSelector": {}, "podSelector": selector}]}) == "denied"


@pytest.mark.parametrize(
    ("ports", "port", "protocol", "allowed"),
    [
        ([], 1, "SCTP", True),
        (None, 1, "UDP", True),
        ([{}], 1, "TCP", True),
        ([{}], 1, "UDP", False),
        ([{"protocol": "UDP"}], 1, "UDP", True),
        ([{"port": 80}], 80, "TCP", True),
        ([{"port": 80}], 80, "UDP", False),
        ([{"port": 80, "protocol": None}], 80, "TCP", True),
        ([{"port": 80, "protocol": "SCTP"}], 80, "SCTP", True),
        ([{"port": 80, "endPort": 82}], 82, "TCP", True),
        ([{"port": 80, "endPort": 82}], 83, "TCP", False),
        ([{"port": 80}, {"port": 90}], 90, "TCP", True),
        ([{"port": "http"}], 8080, "TCP", True),
        ([{"port": "http"}], 80, "TCP", False),
        ([{"port": "http", "protocol": "UDP"}], 8080, "UDP", False),
        ([{"port": "dns", "protocol": "UDP"}], 5353, "UDP", True),
        ([{"port": "dns"}], 5353, "TCP", False),
        ([{"port": "none"}], 8080, "TCP", False),
    ],
)
def test_ports(ports: Any, port: int, protocol: str, allowed: bool) -> None:
    assert ingress({"ports": ports}, port=port, protocol=protocol) == ("allowed" if allowed else "denied")


def test_names_of_ports_are_those_of_the_destination_also_for_egress() -> None:
    plain = pod(SERVER, "10.1.0.2", containers=[{"name": "c", "ports": [{"name": "http", "containerPort": 9000}]}])
    found = network(policy("apps", egress=[{"ports": [{"port": "http"}]}]), pods=(PODS[0], plain))
    assert outcome(found, CLIENT, SERVER, 9000) == "allowed"
    assert outcome(found, CLIENT, SERVER, 8080) == "denied"
    assert outcome(found, CLIENT, "8.8.8.8", 8080) == "denied"


def test_only_init_containers_that_go_on_running_have_ports() -> None:
    for restart, expected in (({"restartPolicy": "Always"}, "allowed"), ({}, "denied")):
        init = {"name": "i", "ports": [{"name": "early", "containerPort": 7000}], **restart}
        pods = (PODS[0], pod(SERVER, "10.1.0.2", initContainers=[init]))
        assert ingress({"ports": [{"port": "early"}]}, port=7000, pods=pods) == expected


@pytest.mark.parametrize(
    ("block", "source", "allowed"),
    [
        ({"cidr": "203.0.113.0/24"}, "203.0.113.7", True),
        ({"cidr": "203.0.113.0/24"}, "203.0.114.7", False),
        ({"cidr": "203.0.113.0/24", "except": ["203.0.113.0/29"]}, "203.0.113.7", False),
        ({"cidr": "203.0.113.0/24", "except": ["203.0.113.0/29"]}, "203.0.113.8", True),
        ({"cidr": "203.0.113.9/24"}, "203.0.113.1", True),
        ({"cidr": "0.0.0.0/0"}, "2001:db8::1", False),
        ({"cidr": "2001:db8::/32"}, "2001:db8::1", True),
        ({"cidr": "2001:db8::/32", "except": ["2001:db8::/64"]}, "2001:db8::1", False),
        ({"cidr": "203.0.113.0/24"}, "203.0.113.128/25", True),
        ({"cidr": "203.0.113.0/24"}, "198.51.100.0/24", False),
        ({"cidr": "10.1.0.0/24"}, CLIENT, True),
        ({"cidr": "10.1.0.0/24", "except": ["10.1.0.1/32"]}, CLIENT, False),
    ],
)
def test_blocks_hold_addresses_of_pods_too(block: Json, source: Any, allowed: bool) -> None:
    pods = (*PODS[::2], pod(SERVER, "10.1.0.2", "fd00::2"))
    assert ingress({"from": [{"ipBlock": block}]}, source, pods=pods) == ("allowed" if allowed else "denied")


def test_a_block_that_is_allowed_in_part_is_neither() -> None:
    found = network(policy("fraud", ingress=[{"from": [{"ipBlock": {"cidr": "203.0.113.0/25"}}]}]))
    said = verdict(found, "203.0.113.0/24", SERVER, 80)
    assert said.text() == "unknown (differs within 203.0.113.0/24: 203.0.113.0 is allowed, 203.0.113.128 is denied)"


def test_two_rules_can_allow_a_block_together() -> None:
    halves = [{"from": [{"ipBlock": {"cidr": cidr}}]} for cidr in ("203.0.113.0/25", "203.0.113.128/25")]
    assert outcome(network(policy("fraud", ingress=halves)), "203.0.113.0/24", SERVER) == "allowed"


def test_the_address_of_a_pod_means_the_pod() -> None:
    found = network(policy("fraud", ingress=[{"from": [{"namespaceSelector": APPS}]}]))
    assert outcome(found, "10.1.0.1", SERVER) == "allowed"
    assert outcome(found, "10.1.0.9", SERVER) == "denied"
    assert outcome(found, "10.1.0.1", "10.1.0.2") == "allowed"
    twice = network(policy("fraud", ingress=[]), pods=(*PODS, pod(PodKey("apps", "twin"), "10.1.0.1")))
    assert outcome(twice, "10.1.0.1", SERVER) == "unknown"


def test_both_ends_have_to_allow_and_the_verdict_names_the_one_that_denies() -> None:
    opened = policy("fraud", "open", ingress=[{"ports": [{"port": 1}]}, {"from": [{"namespaceSelector": APPS}]}])
    closed = policy("apps", "closed", policyTypes=["Egress"])
    said = verdict(network(opened, closed), CLIENT, SERVER, 8080)
    assert said.outcome.value == "denied"
    assert said.egress and said.egress.policies == ("NetworkPolicy apps/closed",)
    assert said.ingress and (said.ingress.policies, said.ingress.rule) == (("NetworkPolicy fraud/open",), "ingress[1]")
    assert said.text() == "denied (egress denied: no rule for it in NetworkPolicy apps/closed)"
    assert verdict(network(opened), CLIENT, SERVER, 8080).text() == (
        "allowed (egress allowed: no policy selects pod apps/client; ingress allowed: ingress[1] of NetworkPolicy fraud/open allows it)"
    )


def test_policies_add_up() -> None:
    found = network(policy("fraud", "deny"), policy("fraud", "allow", ingress=[{"ports": [{"port": 80}]}]))
    assert (outcome(found, CLIENT, SERVER, 80), outcome(found, CLIENT, SERVER, 81)) == ("allowed", "denied")


def test_a_pod_reaches_itself() -> None:
    found = network(policy("fraud", policyTypes=["Ingress", "Egress"]))
    assert outcome(found, SERVER, SERVER) == outcome(found, SERVER, "10.1.0.2") == "allowed"


def test_no_policy_applies_to_a_pod_in_the_network_of_its_node() -> None:
    host = pod(OTHER, "192.168.0.2", node="node-2", hostNetwork=True)
    found = network(policy("fraud", policyTypes=["Ingress", "Egress"]), pods=(PODS[0], PODS[1], host))
    assert outcome(found, CLIENT, OTHER) == outcome(found, OTHER, CLIENT) == "allowed"


def test_peers_see_the_node_of_such_a_pod_and_not_its_labels() -> None:
    pods = (PODS[0], PODS[1], pod(OTHER, "192.168.0.2", node="node-2", hostNetwork=True))
    assert ingress({"from": [{"podSelector": {}}]}, OTHER, pods=pods) == "denied"
    assert ingress({"from": [{"ipBlock": {"cidr": "192.168.0.2/32"}}]}, OTHER, pods=pods) == "allowed"
    assert ingress({}, OTHER, pods=pods) == "allowed"


def test_a_pod_and_its_own_node_always_talk() -> None:
    found = network(
        policy("fraud", policyTypes=["Ingress", "Egress"]), pods=(pod(OTHER, "192.168.0.1", hostNetwork=True), PODS[1])
    )
    assert outcome(found, OTHER, SERVER) == outcome(found, SERVER, OTHER) == "allowed"
    assert outcome(found, "192.168.0.1", SERVER) == "allowed"
    assert outcome(found, "192.168.0.2", SERVER) == "denied"


def test_a_pod_that_has_ended_talks_to_nobody_and_its_address_is_free() -> None:
    ended = pod(CLIENT, "10.1.0.1")
    ended["status"]["phase"] = "Succeeded"
    found = network(policy("fraud", ingress=[{"from": [{"namespaceSelector": APPS}]}]), pods=(ended, PODS[1]))
    assert verdict(found, CLIENT, SERVER, 80).text() == "denied (pod apps/client has ended)"
    assert outcome(found, SERVER, CLIENT) == "denied"
    assert verdict(found, "10.1.0.1", SERVER, 80).text().startswith("denied (ingress denied: ")


def test_a_pod_reaches_another_if_one_ip_version_is_enough() -> None:
    pods = (pod(CLIENT, "10.1.0.1", "fd00::1"), pod(SERVER, "10.1.0.2", "fd00::2"))
    assert ingress({"from": [{"ipBlock": {"cidr": "fd00::/64"}}]}, pods=pods) == "allowed"
    alone = (pod(CLIENT, "10.1.0.1"), pod(SERVER, "fd00::2"))
    assert ingress({}, pods=alone) == "denied"


def test_without_an_address_nothing_is_known_of_blocks() -> None:
    pods = (pod(CLIENT), PODS[1])
    assert ingress({"from": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]}, pods=pods) == "unknown"
    assert ingress({"from": [{"namespaceSelector": APPS}, {"ipBlock": {"cidr": "10.0.0.0/8"}}]}, pods=pods) == "allowed"
    assert ingress({"from": [{"podSelector": {}}]}, pods=pods) == "denied"


def test_of_a_namespace_that_was_not_given_only_the_name_is_known() -> None:
    alone = (namespace("fraud"),)
    assert ingress({"from": [{"namespaceSelector": APPS}]}, namespaces=alone) == "unknown"
    assert (
        ingress(
            {"from": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "apps"}}}]},
            namespaces=alone,
        )
        == "allowed"
    )
    assert (
        ingress(
            {"from": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "x"}}}]}, namespaces=alone
        )
        == "denied"
    )


def test_labels_that_cannot_be_read_make_it_unknown_what_selects_the_pod() -> None:
    pods = (pod(CLIENT, "10.1.0.1", labels={"app": 1}), pod(SERVER, "10.1.0.2", labels=["app"]))
    found = network(policy("fraud", podSelector={"matchLabels": {"app": "server"}}), pods=pods)
    assert (
        verdict(found, CLIENT, SERVER, 80).text()
        == "unknown (ingress unknown: whether NetworkPolicy fraud/policy selects pod fraud/server is not known)"
    )
    both = network(
        policy("fraud", "all"),
        policy("fraud", podSelector={"matchLabels": {"app": "server"}}, ingress=[{"ports": [{"port": 80}]}]),
        pods=pods,
    )
    assert (outcome(both, CLIENT, SERVER, 80), outcome(both, CLIENT, SERVER, 81)) == ("unknown", "denied")
    asked = network(
        policy("fraud", ingress=[{"from": [{"namespaceSelector": {}, "podSelector": IS_CLIENT}]}]), pods=pods
    )
    assert outcome(asked, CLIENT, SERVER) == "unknown"


def test_what_is_between_addresses_only_is_not_restricted() -> None:
    assert outcome(network(policy("fraud")), "8.8.8.8", "9.9.9.9") == "allowed"


def test_a_pod_that_is_not_there_is_unknown() -> None:
    assert verdict(network(), PodKey("apps", "nobody"), SERVER, 80).text() == "unknown (pod apps/nobody does not exist)"


@pytest.mark.parametrize(
    ("where", "port", "protocol"),
    [
        ("10.0.0.1", 0, "TCP"),
        ("10.0.0.1", 65536, "TCP"),
        ("10.0.0.1", 80, "tcp"),
        ("host", 80, "TCP"),
        ("10.0.0.1", True, "TCP"),
    ],
)
def test_a_question_that_is_none_is_an_error(where: str, port: int, protocol: str) -> None:
    with pytest.raises(ValueError, match="is not a port|neither an address"):
        verdict(network(), where, SERVER, port, protocol)
