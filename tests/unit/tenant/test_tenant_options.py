# SPDX-License-Identifier: GPL-3.0-or-later
"""Options as users write them: all problems at once, each with its field and the next step."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.diagnosis.render import as_text
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.options.quota import (
    SPECIFICATION_QUOTA,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.options.tenant_options import (
    KEYS,
    OptionsError,
    parse_options,
)
from hypothesis import given
from hypothesis import strategies as st

ANYTHING: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8) | st.integers(), inner, max_size=3),
    max_leaves=8,
)


def problems(**options: Any) -> dict[str, str]:
    with pytest.raises(OptionsError) as caught:
        parse_options({"name": "t", **options})
    return {str(problem.subject): as_text(problem) for problem in caught.value.problems}


def test_only_the_name_is_required() -> None:
    options = parse_options({"name": "fraud-detection"})
    assert options.quota == SPECIFICATION_QUOTA
    assert (options.pod_security.enforce, options.pod_security.audit, options.pod_security.warn) == (
        "baseline",
        "restricted",
        "restricted",
    )
    assert (
        options.limit_range.default["cpu"]
        and options.runtime.service_type == "ClusterIP"
        and options.runtime.pipelines == "auto"
    )


def test_none_means_the_default() -> None:
    assert parse_options({key: "t" if key == "name" else None for key in KEYS}) == parse_options({"name": "t"})


def test_all_problems_are_told_at_once() -> None:
    found = problems(
        name="Default", qouta={}, quota={"pods": -1}, access={"owners": {"groups": ["system:masters"]}}, adopt="yes"
    )
    assert set(found) == {
        "tenant_namespace_name",
        "tenant_namespace_qouta",
        "tenant_namespace_quota.pods",
        "tenant_namespace_access.owners.groups[0]",
        "tenant_namespace_adopt",
    }


def test_unknown_keys_get_the_nearest_one() -> None:
    found = problems(
        qouta={}, runtime={"pipeline": True}, limit_range={"defaultRequests": {}}, pod_security={"enforced": "baseline"}
    )
    assert 'did you mean "tenant_namespace_quota"?' in found["tenant_namespace_qouta"]
    assert 'did you mean "tenant_namespace_runtime.pipelines"?' in found["tenant_namespace_runtime.pipeline"]
    assert "defaultRequest" in found["tenant_namespace_limit_range.defaultRequests"]
    assert "enforce" in found["tenant_namespace_pod_security.enforced"]


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("requests.memory", "10GB", "expected 10G or 10Gi"),
        ("requests.memory", "-1Gi", "is negative"),
        ("requests.memory", True, "is not a quantity"),
        ("requests.memory", None, "is not a quantity"),
        ("requests.cpu", float("inf"), "is not a quantity"),
        ("pods", "1.5", "is not a whole number"),
        ("pods", "500m", "is not a whole number"),
        ("count/models.mlops.seldon.io", "0.5", "is not a whole number"),
        ("nvidia.com/gpu", 1, 'did you mean "requests.nvidia.com/gpu"?'),
        ("limits.nvidia.com/gpu", 1, 'did you mean "requests.nvidia.com/gpu"?'),
        ("request.cpu", 1, 'did you mean "requests.cpu"?'),
        ("service.loadbalancers", 1, 'did you mean "services.loadbalancers"?'),
        ("count/foo", 1, "count/models.mlops.seldon.io"),
        ("limits.hugepages-2Mi", "4Mi", "is not a quota key"),
    ],
)
def test_quota_entries_that_mean_nothing(key: str, value: object, words: str) -> None:
    assert words in problems(quota={key: value})[f"tenant_namespace_quota.{key}"]


@pytest.mark.parametrize(
    "key",
    [
        "pods",
        "requests.nvidia.com/gpu",
        "count/models.mlops.seldon.io",
        "count/deployments.apps",
        "gold.storageclass.storage.k8s.io/requests.storage",
        "hugepages-2Mi",
        "requests.storage",
        "count/secrets",
    ],
)
def test_quota_keys_that_kubernetes_enforces(key: str) -> None:
    assert parse_options({"name": "t", "quota": {key: 3}}).quota == {key: "3"}


def test_an_empty_quota_is_refused_and_a_given_one_replaces_the_default() -> None:
    assert "is empty" in problems(quota={})["tenant_namespace_quota"]
    assert parse_options({"name": "t", "quota": {"requests.cpu": 0.5}}).quota == {"requests.cpu": "0.5"}


def test_a_quota_with_cpu_limits_needs_a_default_limit() -> None:
    assert (
        "limits.cpu" in problems(limit_range={"default": {"memory": "1Gi"}})["tenant_namespace_limit_range.default.cpu"]
    )
    parse_options({"name": "t", "quota": {"pods": 5}, "limit_range": {"default": {}, "defaultRequest": {}}})


def test_a_quota_with_requests_needs_a_default_request() -> None:
    found = problems(quota={"requests.cpu": 1}, limit_range={"default": {}, "defaultRequest": {}})
    assert set(found) == {"tenant_namespace_limit_range.defaultRequest.cpu"}


def test_the_rungs_of_a_limit_range_are_in_order() -> None:
    found = problems(limit_range={"default": {"cpu": "1"}, "defaultRequest": {"cpu": "1500m"}, "max": {"cpu": "0.5"}})
    assert {"tenant_namespace_limit_range.defaultRequest.cpu", "tenant_namespace_limit_range.default.cpu"} <= set(found)


def test_the_rungs_of_a_limit_range_may_be_equal() -> None:
    same = {"cpu": "1", "memory": "1Gi"}
    limits = parse_options(
        {"name": "t", "limit_range": {"default": same, "defaultRequest": same, "min": same, "max": same}}
    ).limit_range
    assert limits.min == limits.max == same


def test_load_balancers_need_node_ports_if_the_quota_names_those() -> None:
    key = "tenant_namespace_quota.services.nodeports"
    assert "no LoadBalancer" in problems(quota={"services.loadbalancers": 2, "services.nodeports": 0})[key]
    found = problems(
        quota={"services.loadbalancers": 2, "services.nodeports": 1}, runtime={"service_type": "LoadBalancer"}
    )
    assert "takes 2" in found[key]
    parse_options({"name": "t", "quota": {"services.loadbalancers": 0, "services.nodeports": 0}})
    assert "tenant_namespace_quota.services.loadbalancers" in problems(
        quota={"services.loadbalancers": 0}, runtime={"service_type": "LoadBalancer"}
    )


def test_what_belongs_together_is_compared_only_when_each_part_is_sound() -> None:
    assert set(problems(quota={"services.loadbalancers": 2, "services.nodeports": "two"})) == {
        "tenant_namespace_quota.services.nodeports"
    }
    assert len(problems(quota={"limits.cpu": "ten"}, limit_range={"default": {"memory": "1Gi"}})) == 1


def test_privileged_pods_and_unpinned_levels_are_refused() -> None:
    assert (
        "take over its node"
        in problems(pod_security={"enforce": "privileged"})["tenant_namespace_pod_security.enforce"]
    )
    assert "is not a string" in problems(pod_security={"version": 1.34})["tenant_namespace_pod_security.version"]
    assert "release" in problems(pod_security={"version": "1.34"})["tenant_namespace_pod_security.version"]


@pytest.mark.parametrize(
    "key",
    [
        "pod-security.kubernetes.io/enforce",
        "kubernetes.io/metadata.name",
        "ml-platform.seldon/tenant",
        "app.kubernetes.io/managed-by",
    ],
)
def test_labels_that_decide_something_are_not_for_everyone(key: str) -> None:
    assert f"tenant_namespace_labels.{key}" in problems(labels={key: "x"})


def test_labels_and_annotations_have_kubernetes_form() -> None:
    assert "is not a string" in problems(labels={"cost": 5})["tenant_namespace_labels.cost"]
    assert "label's value" in problems(labels={"cost": "a b"})["tenant_namespace_labels.cost"]
    assert "not valid" in problems(annotations={"a b": "x"})["tenant_namespace_annotations"]
    assert parse_options(
        {"name": "t", "labels": {"example.com/cost": ""}, "annotations": {"note": "a b: c"}}
    ).annotations == {"note": "a b: c"}


@pytest.mark.parametrize(
    ("override", "field", "words"),
    [
        ({"name": "seldon-schedular"}, "name", 'did you mean "seldon-scheduler"?'),
        ({}, "name", "is not one of"),
        ({"name": "hodometer", "disable": True}, "disable", "replicas: 0"),
        ({"name": "seldon-scheduler", "serviceType": "LoadBalancer"}, "serviceType", "control ports"),
        ({"name": "seldon-envoy", "replicas": 0}, "replicas", "expected 1 or more"),
        ({"name": "seldon-envoy", "replicas": "2"}, "replicas", "number of replicas"),
        ({"name": "hodometer", "serviceType": "ClusterIP"}, "serviceType", "no effect"),
        ({"name": "hodometer", "podSpec": []}, "podSpec", "not a mapping"),
    ],
)
def test_overrides_that_would_not_work(override: dict[str, Any], field: str, words: str) -> None:
    assert words in problems(runtime={"overrides": [override]})[f"tenant_namespace_runtime.overrides[0].{field}"]


@given(st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=6), ANYTHING, max_size=4))
def test_anything_is_options_or_an_explained_error(options: dict[str, Any]) -> None:
    try:
        parse_options(options)
    except OptionsError as error:
        assert error.problems and all(
            str(problem.subject).startswith("tenant_namespace") and problem.message for problem in error.problems
        )
