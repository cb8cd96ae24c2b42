# SPDX-License-Identifier: GPL-3.0-or-later
"""Tenants with similar names do not affect each other: names are always compared completely."""

from __future__ import annotations

from itertools import permutations

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.network.evaluate import verdict
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.network.pod import PodKey
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.network.world import Network
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.ownership.labels import operator_selector
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.options.tenant_options import (
    parse_options,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.render import render_tenant
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.snapshot import TenantSnapshot

from tests.unit.tenant.builders import PLATFORM, KubeObject, platform

NAMES = ("team-a", "team-a-b", "team", "my-team-a")
NAME = "app.kubernetes.io/name"
PORTS = (5572, 9000, 9002, 9004, 9005, 9006, 9044)


def objects(tenant: str) -> list[KubeObject]:
    options = parse_options(
        {"name": tenant, "ingress": [{"namespace": tenant}], "egress": [{"namespace": tenant, "port": 9000}]}
    )
    return list(render_tenant(options, platform(), (), TenantSnapshot()).platform_objects)


def pod(number: int, namespace: str, name: str, labels: dict[str, str]) -> KubeObject:
    status = {"phase": "Running", "podIPs": [{"ip": f"10.1.0.{number}"}], "hostIPs": [{"ip": "10.0.0.1"}]}
    metadata = {"namespace": namespace, "name": name, "labels": labels}
    return {"metadata": metadata, "spec": {"nodeName": "n", "containers": [{"name": "c"}]}, "status": status}


def test_no_pod_or_operator_reaches_a_tenant_of_a_similar_name() -> None:
    pods, number = [], 0
    for tenant in NAMES:
        for name in ("seldon-scheduler", "seldon-envoy", "seldon-server", "app"):
            number += 1
            pods.append(pod(number, tenant, name, {NAME: name}))
        number += 1
        pods.append(pod(number, PLATFORM, tenant, operator_selector(tenant)))
    namespaces = [{"metadata": {"name": name, "labels": {"name": "team-a"}}} for name in (*NAMES, PLATFORM)]
    policies = [obj for tenant in NAMES for obj in objects(tenant) if obj["kind"] == "NetworkPolicy"]
    network = Network(namespaces, pods, policies)
    for one, other in permutations(NAMES, 2):
        sources = [PodKey(one, "seldon-envoy"), PodKey(one, "seldon-server"), PodKey(one, "app"), PodKey(PLATFORM, one)]
        for source in sources:
            for name in ("seldon-scheduler", "seldon-envoy", "seldon-server", "app"):
                assert {verdict(network, source, PodKey(other, name), port).outcome.value for port in PORTS} == {
                    "denied"
                }, (source, other)
    assert (
        verdict(network, PodKey(PLATFORM, "team-a"), PodKey("team-a", "seldon-scheduler"), 9004).outcome.value
        == "allowed"
    )


@pytest.mark.parametrize(("one", "other"), list(permutations(NAMES, 2)))
def test_no_object_is_shared(one: str, other: str) -> None:
    identities = [
        {(obj["kind"], obj["metadata"].get("namespace"), obj["metadata"]["name"]) for obj in objects(tenant)}
        for tenant in (one, other)
    ]
    assert identities[0] and not identities[0] & identities[1]
