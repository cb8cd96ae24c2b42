# SPDX-License-Identifier: GPL-3.0-or-later
"""The network policy of the platform's operators."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.diagnosis.render import as_line
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.network.evaluate import verdict
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.network.pod import PodKey
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.network.world import Network
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.permissions import Need
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.ownership.labels import (
    operator_selector,
    tenant_labels,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.preflight.network import check_network
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.preflight.options import check_options
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.preflight.permissions import needs_of_network
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.network.addresses import Endpoint
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.network.operator_policy import (
    operator_policy,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.options.network import NetworkOptions

from tests.unit.preflight.test_preflight_options import request

PLATFORM, API = "seldon-system", "192.0.2.10"
PODS = {
    (PLATFORM, "central"): {"control-plane": "v2-controller-manager"},
    (PLATFORM, "tenants"): operator_selector("fraud"),
    (PLATFORM, "other"): {},
    ("fraud", "scheduler"): {"app.kubernetes.io/name": "seldon-scheduler"},
    ("fraud", "server"): {"app.kubernetes.io/name": "seldon-server"},
    ("stranger", "scheduler"): {"app.kubernetes.io/name": "seldon-scheduler"},
    ("kube-system", "dns"): {"k8s-app": "kube-dns"},
}


def network() -> Network:
    labels = {"fraud": tenant_labels("fraud")}
    namespaces = [
        {"metadata": {"name": name, "labels": labels.get(name, {})}} for name in {namespace for namespace, _ in PODS}
    ]
    pods = [
        {
            "metadata": {"namespace": namespace, "name": name, "labels": labels},
            "spec": {},
            "status": {"podIPs": [{"ip": f"10.1.0.{number}"}]},
        }
        for number, ((namespace, name), labels) in enumerate(PODS.items())
    ]
    return Network(namespaces, pods, [operator_policy(PLATFORM, NetworkOptions(), [Endpoint(f"{API}/32", 6443)])])


@pytest.mark.parametrize("operator", ["central", "tenants"])
def test_operators_reach_dns_the_api_server_and_schedulers_of_tenants_and_nothing_else(operator: str) -> None:
    found, source = network(), PodKey(PLATFORM, operator)
    reached = set()
    for destination in [API, "8.8.8.8", *(PodKey(*key) for key in PODS)]:
        for port in (53, 443, 5572, 6443, 9004, 9005, 9044):
            if destination != source and verdict(found, source, destination, port).outcome.value == "allowed":
                reached.add((destination if isinstance(destination, str) else destination.namespace, port))
    assert reached == {(API, 443), (API, 6443), ("kube-system", 53), ("fraud", 9004), ("fraud", 9044)}
    assert verdict(found, source, PodKey("kube-system", "dns"), 53, "UDP").outcome.value == "allowed"
    assert verdict(found, PodKey("fraud", "server"), source, 8080).outcome.value == "denied"
    assert verdict(found, PodKey(PLATFORM, "other"), "8.8.8.8", 443).outcome.value == "allowed"


@pytest.mark.parametrize(
    ("given", "where", "what"),
    [
        ({"dsn": []}, "seldon_core_network.dsn", "does not exist"),
        ({"kafka": []}, "seldon_core_network.kafka", "does not exist"),
        ({"dns": [{"namespace": "kube-system", "port": 0}]}, "seldon_core_network.dns[0].port", "0 is not a port"),
        ({"apiserver_cidrs": ["api"]}, "seldon_core_network.apiserver_cidrs[0]", '"api" is not a block of addresses'),
    ],
)
def test_wrong_options_are_named(given: dict[str, Any], where: str, what: str) -> None:
    assert [(str(problem.subject), problem.message) for problem in check_options(request(network=given))] == [
        (where, what)
    ]


def test_an_api_server_that_cannot_be_placed_stops_the_platform() -> None:
    asked = request(network_policies=True)
    assert check_network([operator_policy(PLATFORM, NetworkOptions(), [Endpoint(f"{API}/32", 6443)])], asked) == []
    [problem] = check_network([operator_policy(PLATFORM, NetworkOptions(), [])], asked)
    assert "operators could not reach the API server" in as_line(
        problem
    ) and "seldon_core_network.apiserver_cidrs" in as_line(problem)


def test_the_permissions_that_it_takes() -> None:
    policies = Need(("create", "get", "patch"), "networking.k8s.io", "networkpolicies", PLATFORM)
    assert needs_of_network(PLATFORM, False) == [policies]
    assert needs_of_network(PLATFORM, True) == [
        policies,
        Need(("list",), "discovery.k8s.io", "endpointslices", "default"),
    ]
