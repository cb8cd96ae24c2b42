# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects of any shape never cause an exception or much time, and a malformed amount never counts as a fit."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.diagnosis.subject import Subject
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.amounts import whole
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.check import check
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.limit_ranges import read_limit_ranges
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.lint import (
    lint_limit_range,
    lint_quota,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.object_usage import (
    Admission,
    object_charge,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.pod import read_pod
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.pod_usage import pod_charges, unstated
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.reading import MOST_FINDINGS, Reading
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.report import Verdict
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.resource_quota import (
    live_quota,
    planned_quota,
    revised_quota,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.workloads import (
    Before,
    object_demand,
    workload_demand,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota_check.seldon_workloads import (
    Scale,
    runtime_demand,
    server_demand,
    server_scale,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.quota.builders import BARE, MLSERVER, SPECIFIED, Json, claim, container, limit_range, quota
from tests.unit.quota_check.effective import runtime_of

WRONG: list[Any] = [
    None,
    True,
    0,
    -1,
    1.5,
    float("nan"),
    "",
    "x",
    "1e999999999",
    "\x00\u202e",
    [],
    [None],
    [[]],
    {},
    {"": {}},
    {1: 2},
    {"name": []},
    1 << 20_000,
    b"x",
]
POD: Json = {
    "containers": [container("a", {"cpu": 1, "nvidia.com/gpu": 1}, {"cpu": 1, "nvidia.com/gpu": 1})],
    "initContainers": [container("i", restartPolicy="Always")],
    "resources": {"requests": {"cpu": 1}, "limits": {"cpu": 2}},
    "overhead": {"cpu": "1m"},
    "activeDeadlineSeconds": 1,
    "priorityClassName": "p",
    "affinity": {
        "podAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [{"podAffinityTerm": {"namespaces": ["x"]}}]}
    },
}
WORKLOADS: list[Json] = [
    {
        "kind": kind,
        "metadata": {"name": "w"},
        "spec": {
            "replicas": 2,
            "template": {"spec": POD},
            "strategy": {"rollingUpdate": {"maxSurge": "25%"}},
            "volumeClaimTemplates": [{"metadata": {"name": "v"}, "spec": claim("1Gi", "c")}],
            "ordinals": {"start": 0},
            "parallelism": 1,
            "completions": 2,
            "jobTemplate": {"spec": {"template": {"spec": POD}}},
        },
    }
    for kind in ("StatefulSet", "Deployment", "ReplicaSet", "Job", "CronJob", "DaemonSet")
]
QUOTA = quota(
    {"pods": "1", "requests.cpu": "1", "limits.cpu": "2"},
    scopeSelector={"matchExpressions": [{"scopeName": "PriorityClass", "operator": "In", "values": ["p"]}]},
)
LIMITS = limit_range(
    {
        "type": "Container",
        "default": {"cpu": 2},
        "min": {"cpu": 1},
        "max": {"cpu": 2},
        "maxLimitRequestRatio": {"cpu": 2},
    }
)
RUNTIME: Json = {
    "metadata": {"name": "seldon"},
    "spec": {
        "overrides": [{"name": "hodometer", "replicas": 1, "serviceType": "x", "podSpec": POD}],
        "config": {"serviceConfig": {"serviceType": "x"}},
    },
}
CONFIG: Json = {
    "spec": {
        "components": [
            {"name": "hodometer", "podSpec": POD},
            {"name": "seldon-scheduler", "podSpec": POD, "volumeClaimTemplates": []},
        ]
    }
}


def mutations(value: Any) -> Iterator[Any]:
    """The value with one part, at any depth, replaced by something wrong."""
    yield from WRONG
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        for wrong in mutations(part):
            copy = value.copy()
            copy[key] = wrong
            yield copy


def judged(demand: Any) -> None:
    if demand is not None:
        check([live_quota(QUOTA), planned_quota(QUOTA)], [demand])


@pytest.mark.parametrize("obj", WORKLOADS, ids=lambda obj: obj["kind"])
def test_workloads_of_any_shape(obj: Json) -> None:
    for wrong in mutations(obj):
        judged(workload_demand(wrong, BARE, Before(claims=frozenset({"v-w-1"}))))


def test_servers_of_any_shape() -> None:
    for wrong in mutations(POD):
        judged(server_demand("s", wrong, wrong, Scale(1, None), BARE, deployments=False))
    for wrong in mutations([{"name": "v", "spec": claim("1Gi", "c")}]):
        judged(server_demand("s", POD, wrong, Scale(1, 2), BARE))
        judged(server_demand("s", POD, None, Scale(1, 2), BARE, deployments=True, strategy=wrong))
    for wrong in mutations({"replicas": 1, "minReplicas": 1, "maxReplicas": 1}):
        server_scale(wrong, autoscaling=True)


def test_runtimes_of_any_shape() -> None:
    for wrong in mutations(RUNTIME):
        for demand in runtime_demand(runtime_of(wrong, CONFIG), BARE)[-1:]:
            judged(demand)
    for wrong in mutations(CONFIG):
        runtime_demand(runtime_of(RUNTIME, wrong, (2, 9, 1)), BARE)


def test_quotas_of_any_shape() -> None:
    demand = server_demand("s", MLSERVER, None, Scale(1, 2), BARE)
    for wrong in mutations(QUOTA):
        check(
            [live_quota(wrong), planned_quota(wrong), revised_quota(QUOTA, wrong), revised_quota(wrong, QUOTA)],
            [demand],
        )
        lint_quota(wrong, (), {"x"}, [wrong])


def test_limit_ranges_of_any_shape() -> None:
    for wrong in mutations(LIMITS):
        lint_limit_range(wrong)
        judged(server_demand("s", POD, None, Scale(1, 1), Admission(read_limit_ranges([wrong, LIMITS]))))


@pytest.mark.parametrize("resource", ["pods", "services", "persistentvolumeclaims", "configmaps"])
def test_objects_of_any_shape(resource: str) -> None:
    spec: Json = {"pods": POD, "services": {"type": "LoadBalancer", "ports": [{"nodePort": 1}]}}.get(
        resource, claim("1Gi", "c")
    )
    for wrong in mutations(
        {
            "metadata": {"annotations": {"volume.beta.kubernetes.io/storage-class": "x"}},
            "spec": spec,
            "status": {"allocatedResources": {"storage": 1}},
        }
    ):
        judged(object_demand(Subject("Thing", "t"), wrong, resource, BARE))
        object_charge(wrong, resource, BARE, Reading())


@settings(deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "spec",
                        "template",
                        "containers",
                        "resources",
                        "requests",
                        "cpu",
                        "name",
                        "replicas",
                        "kind",
                        "hard",
                    ]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=20,
    )
)
def test_anything(obj: Any) -> None:
    judged(workload_demand(obj, BARE))
    judged(server_demand("s", obj, obj, server_scale(obj, autoscaling=True), BARE))
    lint_quota(obj)
    check([live_quota(obj)], [])


@pytest.mark.parametrize("amount", ["ten", "-1", "1e999999999", "1" * 70, [], {}, True])
def test_a_malformed_amount_never_passes_for_a_fit(amount: Any) -> None:
    spec = {"containers": [container("a", {"cpu": amount})]}
    assert (
        check([live_quota(quota({"pods": "9"}))], [server_demand("s", spec, None, Scale(1, 1), BARE)]).verdict
        is Verdict.INVALID
    )
    assert check(
        [live_quota(quota({"pods": amount}))], [server_demand("s", MLSERVER, None, Scale(1, 1), BARE)]
    ).verdict in (
        Verdict.INVALID,
        Verdict.UNKNOWN,
    )


def test_a_hundred_thousand_containers_in_bounded_time() -> None:
    """Each has its own resource, every other one is a sidecar: no step may take quadratic time."""
    sizes = [{"cpu": "1m", f"example.com/r{index}": 1} for index in range(100_000)]
    many = [
        container("c", size, **({"restartPolicy": "Always"} if index % 2 else {})) for index, size in enumerate(sizes)
    ]
    before = time.process_time()
    found = read_pod({"containers": [], "initContainers": many}, Reading())
    assert pod_charges(found)["requests.cpu"] == whole(50)
    assert len(unstated(found, ["limits.cpu"])["limits.cpu"]) == 100_000
    assert time.process_time() - before < 15


def test_findings_are_few_however_many_there_are() -> None:
    reading = Reading()
    read_pod({"containers": [container("a", {"cpu": "x" * 1000})] * 10_000}, reading)
    assert len(reading.findings) == MOST_FINDINGS and all(len(finding.message) < 400 for finding in reading.findings)


def test_huge_numbers_of_replicas_in_bounded_time() -> None:
    before = time.process_time()
    demand = server_demand(
        "s",
        MLSERVER,
        [{"name": "v", "spec": claim("1Gi")}],
        server_scale({"replicas": 2**31 - 1}, autoscaling=True),
        BARE,
    )
    assert check([live_quota(quota({"pods": "1e30", "requests.cpu": "1n"}))], [demand]).verdict is Verdict.EXCEEDS
    assert time.process_time() - before < 0.5


def test_a_server_is_checked_in_far_less_than_a_millisecond() -> None:
    hard = {**SPECIFIED, "pods": "50"}
    rules = Admission(
        read_limit_ranges([limit_range({"type": "Container", "default": {"cpu": 2, "memory": "2Gi"}})]), "standard"
    )
    live, templates = quota(hard), [{"name": "v", "spec": claim("1Gi")}]

    def tenant() -> None:
        scale = server_scale({"replicas": 1, "maxReplicas": 3}, autoscaling=True)
        demands = [
            server_demand(name, MLSERVER, templates, scale, rules, Before(claims=frozenset({f"v-{name}-0"})))
            for name in ("a", "b")
        ]
        check([live_quota(live)], demands)

    tenant()
    best = min(_timed(tenant) for _ in range(20))
    assert best / 2 < 0.003, f"{best / 2 * 1000:.2f} ms a Server"


def _timed(function: Any) -> float:
    before = time.process_time()
    function()
    return time.process_time() - before
