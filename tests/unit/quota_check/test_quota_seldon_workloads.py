# SPDX-License-Identifier: GPL-3.0-or-later
"""The quota use of Servers and SeldonRuntimes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.amounts import ONE, whole
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.demand import Demand
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.workloads import Before
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota_check.seldon_workloads import (
    Scale,
    runtime_demand,
    server_demand,
    server_scale,
)

from tests.unit.quota.builders import BARE, MLSERVER, Json, admission, claim, container
from tests.unit.quota_check.effective import runtime_of

VCT = [{"name": "models", "spec": claim("1Gi")}]
NEW, OLD = (2, 10, 2), (2, 9, 1)


def total(demands: tuple[Demand, ...], key: str) -> int:
    return sum(demand.taken(demand.replicas).get(key, 0) for demand in demands) // ONE


@pytest.mark.parametrize("replicas", [0, 1, 3])
def test_a_server_takes_one_service_a_replica_S07(replicas: int) -> None:
    taken = server_demand("s", MLSERVER, VCT, Scale(replicas, replicas), BARE).taken(replicas)
    expected = {
        "services": replicas,
        "pods": replicas,
        "persistentvolumeclaims": replicas,
        "count/statefulsets.apps": 1,
        "services.nodeports": 0,
    }
    assert {key: taken.get(key, 0) for key in expected} == {key: whole(number) for key, number in expected.items()}


def test_claims_of_a_server_that_exist() -> None:
    found = server_demand(
        "s", MLSERVER, VCT, Scale(3, 5), BARE, Before(claims=frozenset({"models-s-0", "models-s-1", "models-s-4"}))
    )
    assert found.taken(3)["persistentvolumeclaims"] == whole(1) and found.taken(5)["persistentvolumeclaims"] == whole(2)


def test_servers_as_deployments_have_neither_claims_nor_services() -> None:
    taken = server_demand("s", MLSERVER, VCT, Scale(2, 2), BARE, deployments=True).taken(2)
    assert (
        taken["pods"] == whole(2)
        and taken["count/deployments.apps"] == whole(1)
        and not taken.keys() & {"services", "persistentvolumeclaims", "count/statefulsets.apps"}
    )


@pytest.mark.parametrize(
    ("spec", "autoscaling", "now", "at_max"),
    [
        ({}, False, 1, 1),
        ({}, True, 1, None),
        ({"replicas": 3}, True, 3, None),
        ({"replicas": 1, "maxReplicas": 4}, True, 1, 4),
        ({"maxReplicas": 4}, False, 1, 4),
    ]
    + [({"replicas": 2, "minReplicas": 2, "maxReplicas": 2}, True, 2, 2), (None, False, 1, 1)],
)
def test_replicas(spec: Json | None, autoscaling: bool, now: int, at_max: int | None) -> None:
    found = server_scale(spec, autoscaling=autoscaling)
    assert (found.now, found.at_max, found.findings) == (now, at_max, ()) and bool(found.notes) is (at_max is None)


def test_replicas_by_an_autoscaler_and_contradictions() -> None:
    assert server_scale({}, autoscaling=False, most=7).at_max == 7
    assert [
        finding.field
        for finding in server_scale({"replicas": 3, "maxReplicas": 2, "minReplicas": 4}, autoscaling=True).findings
    ] == [
        "spec.maxReplicas",
        "spec.minReplicas",
    ]
    assert server_scale({"replicas": "three"}, autoscaling=True).findings


def component(name: str, cpu: str = "100m", **more: object) -> Json:
    return {
        "name": name,
        "replicas": 9,
        "podSpec": {"containers": [container(name, {"cpu": cpu, "memory": "1G"}, {"memory": "1G"})]},
        **more,
    }


CONFIG: Json = {
    "spec": {
        "components": [
            component("seldon-scheduler", volumeClaimTemplates=[{"name": "scheduler-state", "spec": claim("1Gi")}]),
            component("seldon-envoy"),
            component("hodometer"),
            component("something-else"),
        ]
    }
}


def runtime(*overrides: Json, config: Json | None = None) -> Json:
    return {"metadata": {"name": "seldon"}, "spec": {"overrides": list(overrides), "config": config}}


@pytest.mark.parametrize(("release", "services"), [(NEW, 2), (OLD, 3)])
def test_a_default_runtime_takes_two_load_balancers_S06(release: tuple[int, ...], services: int) -> None:
    found = runtime_demand(runtime_of(runtime(), CONFIG, release), BARE)
    keys = (
        "services",
        "services.loadbalancers",
        "services.nodeports",
        "pods",
        "persistentvolumeclaims",
        "count/deployments.apps",
        "count/statefulsets.apps",
    )
    assert [total(found, key) for key in keys] == [services, 2, 8, 3, 1, 2, 1]
    assert total(found, "configmaps") == (4 if release == NEW else 3)


@pytest.mark.parametrize(
    ("overrides", "config", "balancers", "node_ports"),
    [
        ([{"name": "seldon-envoy"}], None, 1, 6),
        (
            [
                {"name": "seldon-envoy", "serviceType": "ClusterIP"},
                {"name": "seldon-scheduler", "serviceType": "NodePort"},
            ],
            None,
            0,
            6,
        ),
        ([], {"serviceConfig": {"serviceType": "ClusterIP"}}, 0, 0),
        (
            [{"name": "seldon-envoy", "disable": True, "serviceType": "LoadBalancer"}],
            {"serviceConfig": {"serviceType": "ClusterIP"}},
            1,
            2,
        ),
    ],
)
def test_types_of_services(overrides: list[Json], config: Json | None, balancers: int, node_ports: int) -> None:
    found = runtime_demand(runtime_of(runtime(*overrides, config=config), CONFIG), BARE)
    assert (total(found, "services.loadbalancers"), total(found, "services.nodeports")) == (balancers, node_ports)


def test_overrides_of_replicas_and_resources() -> None:
    more = {
        "containers": [
            {"name": "seldon-envoy", "resources": {"requests": {"cpu": "2"}}},
            container("extra", {"cpu": "1"}),
        ]
    }
    found = runtime_demand(
        runtime_of(
            runtime(
                {"name": "seldon-envoy", "replicas": 2, "podSpec": more},
                {"name": "hodometer", "replicas": 0},
                {"name": "seldon-scheduler", "disable": True},
            ),
            CONFIG,
        ),
        BARE,
    )
    assert (
        total(found, "pods") == 2 and total(found, "requests.cpu") == 6 and total(found, "requests.memory") == 2 * 10**9
    )
    assert total(found, "count/statefulsets.apps") == 0 and total(found, "count/deployments.apps") == 2


def test_a_component_without_pod_spec_breaks_the_operator() -> None:
    found = runtime_demand(runtime_of(runtime(), {"spec": {"components": [{"name": "hodometer"}]}}), BARE)
    assert [finding.field for demand in found for finding in demand.findings] == ["spec.components[0].podSpec"]


def test_what_is_wrong_with_pods_that_never_run_is_of_no_account() -> None:
    rules = admission({"type": "Container", "max": {"cpu": "50m"}})
    assert any(demand.findings for demand in runtime_demand(runtime_of(runtime(), CONFIG), rules))
    none = runtime(*({"name": name, "replicas": 0} for name in ("hodometer", "seldon-envoy", "seldon-scheduler")))
    assert not any(demand.findings for demand in runtime_demand(runtime_of(none, CONFIG), rules))


def test_what_the_runtime_holds_is_credited() -> None:
    shared = runtime_demand(runtime_of(runtime(), CONFIG), BARE)[-1]
    again = runtime_demand(
        runtime_of(runtime(), CONFIG), BARE, {"": Before(tuple(item.charge for item in shared.fixed))}
    )[-1]
    assert not any(again.taken(1).values()) and replace(again, held=()) == shared


@pytest.mark.parametrize(
    ("base", "over", "field"),
    [
        ({"containers": "x"}, {"nodeSelector": {"a": "b"}}, "spec.components[0].podSpec.containers"),
        ({"containers": [1]}, {"nodeSelector": {"a": "b"}}, "spec.components[0].podSpec.containers[0]"),
        ({}, {"containers": {"name": "a"}}, "overrides[seldon-envoy].podSpec.containers"),
        ({}, "x", "overrides[seldon-envoy].podSpec"),
        ({"initContainers": "x"}, {}, "spec.components[0].podSpec.initContainers"),
    ],
)
def test_malformed_parts_are_told_though_the_merge_leaves_them_out(base: Json, over: object, field: str) -> None:
    config = {"spec": {"components": [{"name": "seldon-envoy", "podSpec": base}]}}
    found = runtime_demand(runtime_of(runtime({"name": "seldon-envoy", "podSpec": over}), config), BARE)
    assert [finding.field for finding in found[0].findings] == [field]
