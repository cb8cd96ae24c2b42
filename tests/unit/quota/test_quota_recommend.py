# SPDX-License-Identifier: GPL-3.0-or-later
"""Recommended quotas and default limits."""

from __future__ import annotations

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.check import check
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.demand import Demand
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.recommend import (
    raised,
    recommended_quota,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.report import Verdict
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.resource_quota import planned_quota
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.workloads import workload_demand
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota_check.seldon_workloads import (
    Scale,
    server_demand,
)
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.quota.builders import BARE, MLSERVER, claim, container

KEYS = [
    "requests.cpu",
    "requests.memory",
    "limits.memory",
    "pods",
    "persistentvolumeclaims",
    "requests.storage",
    "services",
]


def server(now: int, at_max: int | None) -> Demand:
    return server_demand("s", MLSERVER, [{"name": "models", "spec": claim("1Gi")}], Scale(now, at_max), BARE)


def test_a_readable_quota() -> None:
    assert recommended_quota([server(1, 2)], KEYS, 20) == {
        "requests.cpu": "4500m",
        "requests.memory": "4Gi",
        "limits.memory": "4Gi",
        "pods": "3",
        "persistentvolumeclaims": "3",
        "requests.storage": "2560Mi",
        "services": "3",
    }


def test_an_update_of_a_deployment_has_room() -> None:
    obj = {
        "kind": "Deployment",
        "metadata": {"name": "d"},
        "spec": {"replicas": 2, "template": {"spec": {"containers": [container("a", {"cpu": 1})]}}},
    }
    demand = workload_demand(obj, BARE)
    assert demand and recommended_quota([demand], ["pods", "requests.cpu", "services"], 0) == {
        "pods": "3",
        "requests.cpu": "3",
        "services": "0",
    }


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=3), st.integers(0, 200))
def test_what_is_recommended_fits(scales: list[tuple[int, int]], head_start: int) -> None:
    demands = [server(now, now + more) for now, more in scales]
    quota = planned_quota({"metadata": {"name": "q"}, "spec": {"hard": recommended_quota(demands, KEYS, head_start)}})
    assert check([quota], demands).verdict is Verdict.FITS


@pytest.mark.parametrize(
    ("requests", "limits", "expected"),
    [
        ({"cpu": "3"}, {}, "3"),
        ({"cpu": "3"}, {"cpu": "4"}, "2"),
        ({"cpu": "1"}, {}, "2"),
        ({"cpu": "nonsense"}, {}, "2"),
        ({"memory": "3"}, {}, "2"),
        ({"cpu": 2.5}, {}, "2.5"),
    ],
)
def test_a_default_limit_is_at_least_every_request_without_a_limit(
    requests: dict[str, object], limits: dict[str, object], expected: str
) -> None:
    assert raised({"cpu": "2"}, [(requests, limits)]) == {"cpu": expected}
