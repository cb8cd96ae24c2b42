# SPDX-License-Identifier: GPL-3.0-or-later
"""Defaults and limits of LimitRanges."""

from __future__ import annotations

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.amounts import whole
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.defaulting import defaulted
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.lint import lint_limit_range
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.object_usage import (
    admitted,
    claim_charge,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.pod_usage import (
    effective_limits,
    effective_requests,
    pod_charges,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.reading import Reading

from tests.unit.quota.builders import BARE, MLSERVER, Json, admission, amounts, claim, container, limit_range, pod


def refused(spec: Json, *limits: Json) -> list[str]:
    reading = Reading()
    admitted(spec, admission(*limits), reading)
    return [finding.message for finding in reading.findings]


def pod_with(requests: Json | None = None, limits: Json | None = None, **more: object) -> Json:
    return {"containers": [container("a", requests, limits)], **more}


DEFAULTS = {"type": "Container", "default": {"cpu": "500m", "memory": "512Mi"}, "defaultRequest": {"cpu": "250m"}}


def test_a_request_defaults_to_the_default_limit_L01() -> None:
    found = defaulted(pod(pod_with()), admission(DEFAULTS).rules)
    assert effective_requests(found) == amounts({"cpu": "250m", "memory": "512Mi"})
    assert effective_limits(found) == amounts({"cpu": "500m", "memory": "512Mi"})


def test_a_request_defaults_to_the_containers_own_limit_first_L02() -> None:
    assert effective_requests(defaulted(pod(pod_with(limits={"cpu": "1"})), admission(DEFAULTS).rules))["cpu"] == whole(
        1
    )


def test_a_default_limit_below_the_request_makes_the_pod_invalid_L03() -> None:
    [message] = refused(pod_with({"cpu": "1"}), DEFAULTS)
    assert message == "container a requests 1 cpu, more than its limit of 500m"


def test_the_ratio_of_limit_to_request_L04() -> None:
    limits = {"type": "Container", "maxLimitRequestRatio": {"cpu": "4"}}
    [message] = refused(pod_with({"cpu": "100m"}, {"cpu": "1"}), limits)
    assert message == "container a limits 1 cpu; LimitRange limits demands at most 4 times its request"
    assert not refused(pod_with({"cpu": "250m"}, {"cpu": "1"}), limits)


def test_a_zero_limit_breaks_minimum_and_ratio_L05() -> None:
    messages = refused(
        pod_with(limits={"cpu": "0"}),
        {"type": "Container", "min": {"cpu": "50m"}, "maxLimitRequestRatio": {"cpu": "4"}},
    )
    assert any("at least 50m" in message for message in messages) and any("4 times" in message for message in messages)


def test_init_containers_get_defaults_too_L06() -> None:
    found = defaulted(pod({"containers": [], "initContainers": [container("i")]}), admission(DEFAULTS).rules)
    assert effective_limits(found) == amounts({"cpu": "500m", "memory": "512Mi"})


@pytest.mark.parametrize(("size", "sound"), [("500Mi", False), ("6Gi", False), ("1Gi", True), ("5Gi", True)])
def test_the_size_of_claims_L07(size: str, sound: bool) -> None:
    reading = Reading()
    claim_charge(
        claim(size),
        admission({"type": "PersistentVolumeClaim", "min": {"storage": "1Gi"}, "max": {"storage": "5Gi"}}),
        reading,
    )
    assert (not reading.findings) is sound


@pytest.mark.parametrize(
    "limits",
    [
        {"defaultRequest": {"cpu": 2}, "default": {"cpu": 1}},
        {"default": {"cpu": 2}, "max": {"cpu": 1}},
        {"min": {"cpu": 2}, "max": {"cpu": 1}},
    ],
)
def test_a_limit_range_that_the_api_server_refuses_L08(limits: Json) -> None:
    assert lint_limit_range(limit_range({"type": "Container", **limits}))
    assert not lint_limit_range(limit_range(DEFAULTS))


def test_maximum_and_minimum_are_defaults_where_none_is_stated() -> None:
    found = defaulted(
        pod(pod_with()), admission({"type": "Container", "max": {"cpu": "2"}, "min": {"memory": "64Mi"}}).rules
    )
    assert effective_limits(found) == amounts({"cpu": 2}) and effective_requests(found) == amounts(
        {"cpu": 2, "memory": "64Mi"}
    )


def test_limits_of_the_pod_as_a_whole() -> None:
    limits = {"type": "Pod", "max": {"cpu": "1"}}
    spec = {"containers": [container("a", limits={"cpu": "600m"}), container("b", limits={"cpu": "600m"})]}
    assert refused(spec, limits) == ["the pod requests 1200m cpu; LimitRange limits demands at most 1"] + [
        "the pod limits 1200m cpu; LimitRange limits demands at most 1"
    ]
    assert refused(pod_with({"cpu": "1"}), limits) == ["the pod limits no cpu; LimitRange limits demands at most 1"]


def test_requests_of_the_pod_default_to_its_limits_P17() -> None:
    found = defaulted(pod(pod_with(resources={"limits": {"cpu": "3", "memory": "3Gi"}})), ())
    assert effective_requests(found) == amounts({"cpu": "3", "memory": "3Gi"})
    partly = defaulted(pod(pod_with({"cpu": "1"}, resources={"limits": {"cpu": "3", "memory": "3Gi"}})), ())
    assert effective_requests(partly) == amounts({"cpu": "1", "memory": "3Gi"})


def test_a_pod_that_requests_less_than_its_containers_is_refused_P30() -> None:
    assert refused(pod_with({"cpu": "2"}, resources={"requests": {"cpu": "1"}}))


def test_devices_need_a_limit() -> None:
    assert refused(pod_with({"nvidia.com/gpu": 1})) and not refused(pod_with(limits={"nvidia.com/gpu": 1}))


def test_a_stock_server_under_a_default_of_two_cores_P27() -> None:
    reading = Reading()
    sizes = [
        ("rclone", "200m", "100M", {"memory": "256M"}),
        ("agent", "500m", "500M", None),
        ("mlserver", "1", "1G", None),
    ]
    spec = {
        "containers": [container(name, {"cpu": cpu, "memory": memory}, limits) for name, cpu, memory, limits in sizes]
    }
    found = pod_charges(
        admitted(spec, admission({"type": "Container", "default": {"cpu": 2, "memory": "2Gi"}}), reading)
    )
    assert not reading.findings
    expected = amounts(
        {"limits.cpu": 6, "limits.memory": "4550967296", "requests.cpu": "1700m", "requests.memory": "1600M"}
    )
    assert {key: found[key] for key in expected} == expected


def test_without_rules_nothing_is_added() -> None:
    assert effective_limits(defaulted(pod(MLSERVER), BARE.rules)) == amounts({"memory": "1600M"})
