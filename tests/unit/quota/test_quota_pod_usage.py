# SPDX-License-Identifier: GPL-3.0-or-later
"""Effective requests and limits of pods, against the API server's own arithmetic."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.amounts import add, whole
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.pod_usage import (
    effective_limits,
    effective_requests,
    pod_charges,
    unstated,
)
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.quota.builders import MLSERVER, Json, amounts, charge, container, pod, sidecar

ONE = {"cpu": "1"}
OVERHEAD = {"cpu": "250m", "memory": "120Mi"}


def cpu(amount: str) -> Json:
    return {"cpu": amount}


def pod_spec(*containers: Json, init: list[Json] | None = None, **more: Any) -> Json:
    return {"containers": list(containers), "initContainers": init or [], **more}


VECTORS = {
    "P01": (
        pod_spec(container("a", {"cpu": "100m", "memory": "128Mi"}, {"cpu": "1", "memory": "1Gi"})),
        {"cpu": "100m", "memory": "128Mi"},
        {"cpu": "1", "memory": "1Gi"},
    ),
    "P02": (pod_spec(container("a")), {}, {}),
    "P03": (pod_spec(container("a", ONE, ONE), container("b", cpu("500m"))), cpu("1500m"), ONE),
    "P04": (
        pod_spec(
            container("a", {"cpu": "1", "memory": "2Gi"}),
            container("b", {"cpu": "1", "memory": "2Gi"}),
            init=[container("i", {"cpu": "4", "memory": "1Gi"})],
        ),
        {"cpu": "4", "memory": "4Gi"},
        {},
    ),
    "P05": (pod_spec(container("a", ONE), init=[container("i", cpu("3")), container("j", cpu("2"))]), cpu("3"), {}),
    "P06": (
        pod_spec(container("a", {"cpu": "2", "memory": "2Gi"}), init=[sidecar("s", {"cpu": "1", "memory": "1Gi"})]),
        {"cpu": "3", "memory": "3Gi"},
        {},
    ),
    "P07": (pod_spec(container("a", cpu("2")), init=[sidecar("s", ONE), container("i", cpu("5"))]), cpu("6"), {}),
    "P08": (pod_spec(container("a", cpu("2")), init=[container("i", cpu("5")), sidecar("s", ONE)]), cpu("5"), {}),
    "P09": (
        pod_spec(container("a", ONE), init=[sidecar("s", ONE), container("i", cpu("4")), sidecar("t", cpu("3"))]),
        cpu("5"),
        {},
    ),
    "P10": (
        pod_spec(container("a", {"cpu": "1", "memory": "1Gi"}), overhead=OVERHEAD),
        {"cpu": "1250m", "memory": "1144Mi"},
        {},
    ),
    "P11": (
        pod_spec(container("a", {"cpu": "1", "memory": "1Gi"}, cpu("2")), overhead=OVERHEAD),
        {"cpu": "1250m", "memory": "1144Mi"},
        cpu("2250m"),
    ),
    "P12": (pod_spec(container("a"), overhead=OVERHEAD), OVERHEAD, {}),
    "P13": (pod_spec(container("a", cpu("0"), cpu("0")), overhead=cpu("250m")), cpu("250m"), cpu("0")),
    "P14": (
        pod_spec(
            container("a", {"cpu": "500m", "memory": "1Gi"}),
            container("b"),
            resources={"requests": {"cpu": "2", "memory": "4Gi"}, "limits": {"cpu": "4", "memory": "8Gi"}},
        ),
        {"cpu": "2", "memory": "4Gi"},
        {"cpu": "4", "memory": "8Gi"},
    ),
    "P15": (
        pod_spec(
            container("a", {"cpu": "500m", "memory": "1Gi"}),
            container("b", {"memory": "1Gi"}),
            resources={"requests": cpu("2")},
        ),
        {"cpu": "2", "memory": "2Gi"},
        {},
    ),
    "P16": (
        pod_spec(container("a"), resources={"requests": cpu("2"), "limits": cpu("3")}, overhead=cpu("100m")),
        cpu("2100m"),
        cpu("3100m"),
    ),
    "P17": (
        pod_spec(container("a"), resources={"limits": {"cpu": "3", "memory": "3Gi"}}),
        {},
        {"cpu": "3", "memory": "3Gi"},
    ),
    "P18": (
        pod_spec(container("a", {"nvidia.com/gpu": 1}), resources={"requests": cpu("2")}),
        {"cpu": "2", "nvidia.com/gpu": "1"},
        {},
    ),
    "P19": (
        pod_spec(container("a", {"nvidia.com/gpu": 1}), container("b", {"nvidia.com/gpu": 2})),
        {"nvidia.com/gpu": 3},
        {},
    ),
    "P20": (
        pod_spec(container("a", ONE), init=[container("i", {"nvidia.com/gpu": 1})]),
        {"cpu": 1, "nvidia.com/gpu": 1},
        {},
    ),
    "P21": (pod_spec(container("a", {"cpu": 1, "hugepages-2Mi": "4Mi"})), {"cpu": 1, "hugepages-2Mi": "4Mi"}, {}),
    "P22": (
        pod_spec(container("a", {"ephemeral-storage": "1Gi"}, {"ephemeral-storage": "2Gi"})),
        {"ephemeral-storage": "1Gi"},
        {"ephemeral-storage": "2Gi"},
    ),
    "P24": (
        pod_spec(container("a", {"memory": "1Gi"}), container("b", {"memory": "1G"})),
        {"memory": "2073741824"},
        {},
    ),
    "P25": (pod_spec(container("a", cpu("0.1")), container("b", {"cpu": 0.2})), cpu("300m"), {}),
    "P26": (
        pod_spec(container("a", {"example.com/fpga": 3, "foo.kubernetes.io/bar": 1})),
        {"example.com/fpga": 3, "foo.kubernetes.io/bar": 1},
        {},
    ),
    "P27": (MLSERVER, {"cpu": "1700m", "memory": "1600M"}, {"memory": "1600M"}),
    "P28": (
        pod_spec(
            container("a", {"cpu": "1", "memory": "1Gi"}, {"cpu": "2", "memory": "2Gi"}),
            init=[container("i", None, {"cpu": "8", "memory": "16Gi"})],
        ),
        {"cpu": "1", "memory": "1Gi"},
        {"cpu": "8", "memory": "16Gi"},
    ),
    "P29": (
        pod_spec(container("a", {"nvidia.com/gpu": 1}), init=[sidecar("s", {"nvidia.com/gpu": 1})]),
        {"nvidia.com/gpu": 2},
        {},
    ),
    "P30": (pod_spec(container("a", cpu("2")), resources={"requests": ONE}), ONE, {}),
}


@pytest.mark.parametrize("case", VECTORS)
def test_vectors(case: str) -> None:
    spec, requests, limits = VECTORS[case]
    assert effective_requests(pod(spec)) == amounts(requests)
    assert effective_limits(pod(spec)) == amounts(limits)


def test_charges_go_to_every_alias() -> None:
    spec = pod_spec(
        container(
            "a",
            {"cpu": 1, "nvidia.com/gpu": 1, "hugepages-2Mi": "4Mi", "foo.kubernetes.io/bar": 1},
            {"cpu": 2, "nvidia.com/gpu": 1},
        )
    )
    assert pod_charges(pod(spec)) == amounts(
        {
            "pods": 1,
            "count/pods": 1,
            "cpu": 1,
            "requests.cpu": 1,
            "limits.cpu": 2,
            "requests.nvidia.com/gpu": 1,
            "hugepages-2Mi": "4Mi",
            "requests.hugepages-2Mi": "4Mi",
        }
    )


@pytest.mark.parametrize(("amount", "stored"), [("0.0001", "1m"), ("0.1", "100m"), ("1n", "1m"), ("1.0001", "1001m")])
def test_amounts_are_rounded_up_to_thousandths_as_they_are_stored(amount: str, stored: str) -> None:
    assert effective_requests(pod(pod_spec(container("a", cpu(amount))))) == amounts(cpu(stored))


def test_what_a_quota_demands_to_be_stated() -> None:
    spec = pod_spec(container("a", ONE, ONE), container("b", cpu("0")), init=[container("i")])
    keys = ["requests.cpu", "limits.cpu", "pods", "limits.ephemeral-storage", "requests.nvidia.com/gpu", "memory"]
    assert unstated(pod(spec), keys) == {"requests.cpu": ("i",), "limits.cpu": ("b", "i"), "memory": ("a", "b", "i")}
    assert unstated(pod({**spec, "resources": {"requests": ONE}}), keys) == {}


AMOUNTS = st.dictionaries(st.sampled_from(["cpu", "memory", "nvidia.com/gpu"]), st.integers(0, 5))
CONTAINERS = st.lists(AMOUNTS, max_size=4)
INITS = st.lists(st.tuples(AMOUNTS, st.booleans()), max_size=4)


def brute_force(containers: list[dict[str, int]], inits: list[tuple[dict[str, int], bool]], resource: str) -> int:
    """The highest use at any moment, by simulation of all moments."""
    moments, running = [0], 0
    for amounts_, keeps_running in inits:
        moments.append(running + amounts_.get(resource, 0))
        running += amounts_.get(resource, 0) if keeps_running else 0
    return max(*moments, running + sum(amounts_.get(resource, 0) for amounts_ in containers))


@given(CONTAINERS, INITS)
def test_it_is_the_peak_of_the_pods_life(
    containers: list[dict[str, int]], inits: list[tuple[dict[str, int], bool]]
) -> None:
    spec = pod_spec(
        *(container("c", a) for a in containers),
        init=[sidecar("i", a) if keep else container("i", a) for a, keep in inits],
    )
    found = effective_requests(pod(spec))
    for resource in ("cpu", "memory", "nvidia.com/gpu"):
        assert found.get(resource, 0) == whole(brute_force(containers, inits, resource))


@given(CONTAINERS, st.randoms())
def test_the_order_of_containers_is_of_no_account(containers: list[dict[str, int]], random: Any) -> None:
    shuffled = random.sample(containers, len(containers))
    assert (
        charge(pod_spec(*(container("c", a) for a in containers))).amounts
        == charge(pod_spec(*(container("c", a) for a in shuffled))).amounts
    )


@given(CONTAINERS, CONTAINERS)
def test_containers_add_up(some: list[dict[str, int]], others: list[dict[str, int]]) -> None:
    total = effective_requests(pod(pod_spec(*(container("c", a) for a in some))))
    add(total, effective_requests(pod(pod_spec(*(container("c", a) for a in others)))))
    assert total == effective_requests(pod(pod_spec(*(container("c", a) for a in [*some, *others]))))
