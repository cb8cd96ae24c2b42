# SPDX-License-Identifier: GPL-3.0-or-later
"""Services, claims, and other objects as quotas count them."""

from __future__ import annotations

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.object_usage import (
    Admission,
    object_charge,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.reading import Reading

from tests.unit.quota.builders import BARE, Json, amounts, claim, container

GOLD = Admission(storage_class="gold")
SERVICE = {"services": 1, "count/services": 1}
CLAIM = {"persistentvolumeclaims": 1, "count/persistentvolumeclaims": 1}
BY_CLASS = ".storageclass.storage.k8s.io/"


def used(obj: Json, resource: str, admission: Admission = BARE) -> object:
    reading = Reading()
    found = object_charge(obj, resource, admission, reading).amounts
    assert not reading.findings
    return found


def ports(number: int) -> list[Json]:
    return [{"port": port} for port in range(1, number + 1)]


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        pytest.param(
            {"type": "LoadBalancer", "ports": ports(1)},
            {"services.loadbalancers": 1, "services.nodeports": 1},
            id="S01",
        ),
        pytest.param({"type": "NodePort", "ports": ports(2)}, {"services.nodeports": 2}, id="S02"),
        pytest.param(
            {"type": "LoadBalancer", "ports": ports(2)},
            {"services.loadbalancers": 1, "services.nodeports": 2},
            id="S03",
        ),
        pytest.param({"type": "ExternalName", "externalName": "x"}, {}, id="S04"),
        pytest.param(
            {
                "type": "LoadBalancer",
                "allocateLoadBalancerNodePorts": False,
                "ports": [*ports(2), {"port": 9, "nodePort": 30000}],
            },
            {"services.loadbalancers": 1, "services.nodeports": 1},
            id="S05",
        ),
        pytest.param({"clusterIP": "None", "ports": ports(3)}, {}, id="headless"),
    ],
)
def test_services(spec: Json, expected: dict[str, int]) -> None:
    assert used({"spec": spec}, "services") == amounts({**SERVICE, **expected})


@pytest.mark.parametrize(
    ("obj", "expected"),
    [
        pytest.param(
            {"spec": claim("1Gi")},
            {
                "requests.storage": "1Gi",
                f"gold{BY_CLASS}requests.storage": "1Gi",
                f"gold{BY_CLASS}persistentvolumeclaims": 1,
            },
            id="V01",
        ),
        pytest.param({"spec": claim("1Gi", "")}, {"requests.storage": "1Gi"}, id="V02"),
        pytest.param(
            {"spec": claim("1Gi", "bronze")},
            {
                "requests.storage": "1Gi",
                f"bronze{BY_CLASS}requests.storage": "1Gi",
                f"bronze{BY_CLASS}persistentvolumeclaims": 1,
            },
            id="V03",
        ),
        pytest.param(
            {
                "metadata": {"annotations": {"volume.beta.kubernetes.io/storage-class": "old"}},
                "spec": claim("1Gi", "new"),
            },
            {
                "requests.storage": "1Gi",
                f"old{BY_CLASS}requests.storage": "1Gi",
                f"old{BY_CLASS}persistentvolumeclaims": 1,
            },
            id="beta-annotation",
        ),
        pytest.param({"spec": claim("1.5", "")}, {"requests.storage": 2}, id="V05"),
        pytest.param(
            {"spec": claim("2Gi", ""), "status": {"allocatedResources": {"storage": "1Gi"}}},
            {"requests.storage": "2Gi"},
            id="V06-expansion",
        ),
        pytest.param(
            {"spec": claim("1Gi", ""), "status": {"allocatedResources": {"storage": "2Gi"}}},
            {"requests.storage": "2Gi"},
            id="allocated",
        ),
    ],
)
def test_claims(obj: Json, expected: dict[str, str | int]) -> None:
    assert used(obj, "persistentvolumeclaims", GOLD) == amounts({**CLAIM, **expected})


@pytest.mark.parametrize(
    ("phase", "expected"),
    [
        ("Succeeded", {"count/pods": 1}),
        ("Failed", {"count/pods": 1}),
        ("Running", {"count/pods": 1, "pods": 1, "cpu": 1, "requests.cpu": 1}),
    ],
)
def test_a_terminal_pod_is_an_object_only_P23(phase: str, expected: dict[str, int]) -> None:
    assert used({"spec": {"containers": [container("a", {"cpu": 1})]}, "status": {"phase": phase}}, "pods") == amounts(
        expected
    )


def test_other_kinds_count_by_number() -> None:
    assert used({}, "models.mlops.seldon.io") == amounts({"count/models.mlops.seldon.io": 1})
    assert used({}, "configmaps") == amounts({"count/configmaps": 1, "configmaps": 1})
