# SPDX-License-Identifier: GPL-3.0-or-later
"""The quota use of workloads."""

from __future__ import annotations

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.amounts import ONE, whole
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.demand import Demand, Surge
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.object_usage import counted
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.workloads import (
    Before,
    workload_demand,
)
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.quota.builders import BARE, Json, amounts, charge, claim, container


def spec(cpu: int = 1) -> Json:
    return {"containers": [container("a", {"cpu": cpu})]}


def workload(kind: str, **more: object) -> Json:
    return {"kind": kind, "metadata": {"name": "w"}, "spec": {"template": {"spec": spec()}, **more}}


def demand(obj: Json, before: Before | None = None) -> Demand:
    found = workload_demand(obj, BARE, before or Before())
    assert found is not None and not found.findings
    return found


def picked(found: Demand, replicas: int | None = None) -> dict[str, object]:
    """The demand without alias keys."""
    taken = found.taken(found.replicas if replicas is None else replicas)
    return {
        key: amount // ONE
        for key, amount in taken.items()
        if amount and key not in ("cpu", "count/pods", "count/persistentvolumeclaims")
    }


def test_a_stateful_set_takes_pods_and_claims() -> None:
    obj = workload(
        "StatefulSet", replicas=3, volumeClaimTemplates=[{"metadata": {"name": "data"}, "spec": claim("1Gi")}]
    )
    assert picked(demand(obj)) == {
        "count/statefulsets.apps": 1,
        "pods": 3,
        "requests.cpu": 3,
        "persistentvolumeclaims": 3,
        "requests.storage": 3 * 2**30,
    }


@pytest.mark.parametrize(("first", "new"), [(0, 1), (1, 2)])
def test_claims_that_exist_are_charged_already(first: int, new: int) -> None:
    obj = workload(
        "StatefulSet",
        replicas=3,
        volumeClaimTemplates=[{"metadata": {"name": "data"}, "spec": claim("1Gi")}],
        ordinals={"start": first},
    )
    names = frozenset({"data-w-0", "data-w-1", "data-w-7", "data-w-01", "data-w-x", "other-w-2", "data-w-١"})
    assert picked(demand(obj, Before(claims=names)))["persistentvolumeclaims"] == new


def test_what_is_replaced_is_credited() -> None:
    held = (charge(spec()), charge(spec()), counted("statefulsets.apps"))
    assert picked(demand(workload("StatefulSet", replicas=3), Before(held))) == {"pods": 1, "requests.cpu": 1}


@pytest.mark.parametrize(
    ("strategy", "pods"),
    [
        ({}, 5),
        ({"rollingUpdate": {"maxSurge": "50%"}}, 6),
        ({"rollingUpdate": {"maxSurge": 0}}, 4),
        ({"rollingUpdate": {"maxSurge": "0%"}}, 4),
    ]
    + [({"type": "Recreate"}, 4), ({"rollingUpdate": {"maxSurge": "26%"}}, 6), ({"rollingUpdate": {"maxSurge": 3}}, 7)],
)
def test_an_update_surges(strategy: Json, pods: int) -> None:
    before = Before((*[charge(spec())] * 4,), rolls=True)
    found = demand(workload("Deployment", replicas=4, strategy=strategy), before)
    assert found.taken(4)["pods"] == whole(pods - 4)
    assert found.taken(4)["count/replicasets.apps"] == whole(2)


def test_old_and_new_pods_of_different_size() -> None:
    larger = demand(workload("Deployment", replicas=4), Before((*[charge(spec(3))] * 4,), rolls=True))
    assert larger.taken(4)["requests.cpu"] == whole(4 * 3 + 1 * 1 - 4 * 3)
    smaller = demand(
        workload("Deployment", replicas=4),
        Before((*[charge({"containers": [container("a", {"cpu": "500m"})]})] * 4,), rolls=True),
    )
    assert smaller.taken(4)["requests.cpu"] == whole(4 * 1) + amounts({"x": "500m"})["x"] - whole(2)


def test_a_deployment_that_is_new_does_not_surge() -> None:
    assert picked(demand(workload("Deployment"))) == {
        "count/deployments.apps": 1,
        "count/replicasets.apps": 1,
        "pods": 1,
        "requests.cpu": 1,
    }


@given(st.integers(0, 12), st.integers(1, 12), st.integers(0, 5), st.integers(0, 5), st.integers(0, 4))
def test_the_peak_is_the_worst_moment(replicas: int, before: int, new: int, old: int, surge: int) -> None:
    """Compared with all numbers of old and new pods that the controller can create."""
    obj = workload("Deployment", replicas=replicas, strategy={"rollingUpdate": {"maxSurge": surge}})
    obj["spec"]["template"]["spec"] = spec(new)
    found = demand(obj, Before((*[charge(spec(old))] * before,), rolls=True))
    moments = [(n, o) for n in range(replicas + 1) for o in range(before + 1) if n + o <= max(before, replicas + surge)]
    assert found.taken(replicas)["requests.cpu"] == whole(max(n * new + o * old for n, o in moments) - before * old)
    assert found.taken(replicas + 1)["requests.cpu"] >= found.taken(replicas)["requests.cpu"]


@pytest.mark.parametrize(
    ("surge", "replicas", "pods"),
    [(Surge(), 1, 1), (Surge(), 4, 1), (Surge(), 5, 2), (Surge(), 0, 0), (Surge(2, 0), 5, 2)],
)
def test_surge(surge: Surge, replicas: int, pods: int) -> None:
    assert surge.count(replicas) == pods


@pytest.mark.parametrize(
    ("more", "pods", "objects"),
    [
        ({}, 1, 1),
        ({"parallelism": 3}, 3, 3),
        ({"parallelism": 3, "completions": 10}, 3, 10),
        ({"parallelism": 5, "completions": 2}, 2, 2),
        ({"suspend": True}, 0, 0),
        ({"suspend": True, "completions": 5}, 0, 0),
        ({"parallelism": 0, "completions": 5}, 0, 0),
    ],
)
def test_jobs(more: Json, pods: int, objects: int) -> None:
    found = demand(workload("Job", **more))
    taken = found.taken(found.replicas)
    assert (taken["pods"], taken["count/pods"], taken["count/jobs.batch"]) == (whole(pods), whole(objects), whole(1))


@pytest.mark.parametrize(("policy", "most"), [("Allow", None), (None, None), ("Forbid", 2), ("Replace", 2)])
def test_cron_jobs(policy: str | None, most: int | None) -> None:
    obj = {
        "kind": "CronJob",
        "metadata": {"name": "w"},
        "spec": {"concurrencyPolicy": policy, "jobTemplate": {"spec": workload("Job", parallelism=2)["spec"]}},
    }
    found = demand(obj)
    assert (found.replicas, found.replicas_at_max) == (0, most) and found.notes


def test_the_rest() -> None:
    assert picked(demand(workload("ReplicaSet", replicas=2))) == {
        "count/replicasets.apps": 1,
        "pods": 2,
        "requests.cpu": 2,
    }
    assert picked(demand(workload("ReplicationController"))) == {
        "count/replicationcontrollers": 1,
        "replicationcontrollers": 1,
        "pods": 1,
        "requests.cpu": 1,
    }
    assert demand(workload("DaemonSet")).unknown
    assert workload_demand({"kind": "ConfigMap"}, BARE) is None
