# SPDX-License-Identifier: GPL-3.0-or-later
"""The grammar of quota keys, and quotas that can never be satisfied."""

from __future__ import annotations

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.keys import Standing, classify
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.limit_ranges import read_limit_ranges
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.lint import lint_quota
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.quota.builders import Json, limit_range, quota

DEFAULTS = read_limit_ranges([limit_range({"type": "Container", "default": {"cpu": 1, "memory": "1Gi"}})])
BY_CLASS = ".storageclass.storage.k8s.io/"


@pytest.mark.parametrize(
    "key",
    [
        "pods",
        "count/pods",
        "cpu",
        "requests.cpu",
        "limits.memory",
        "ephemeral-storage",
        "limits.ephemeral-storage",
        "hugepages-2Mi",
        "requests.hugepages-1Gi",
    ]
    + [
        "requests.nvidia.com/gpu",
        "persistentvolumeclaims",
        "requests.storage",
        f"gold{BY_CLASS}requests.storage",
        f"gold{BY_CLASS}persistentvolumeclaims",
    ]
    + [
        "services",
        "services.nodeports",
        "services.loadbalancers",
        "configmaps",
        "secrets",
        "count/deployments.apps",
        "count/jobs.batch",
        "count/services",
    ],
)
def test_enforced(key: str) -> None:
    assert classify(key).standing is Standing.ENFORCED and not classify(key).meant


@pytest.mark.parametrize(
    ("key", "standing", "meant"),
    [
        ("nvidia.com/gpu", Standing.DEAD, "requests.nvidia.com/gpu"),
        ("limits.nvidia.com/gpu", Standing.DEAD, "requests.nvidia.com/gpu"),
        ("count/foo", Standing.DEAD, ""),
        ("count/deployments", Standing.DEAD, "count/deployments.apps"),
        ("count/statefulset", Standing.DEAD, "count/statefulsets.apps"),
        ("count/models.mlops.seldon.io", Standing.NEEDS_KIND, ""),
        ("count/deployment.apps", Standing.NEEDS_KIND, "count/deployments.apps"),
        (f"gold{BY_CLASS}request.storage", Standing.DEAD, f"gold{BY_CLASS}requests.storage"),
        ("x.io/y", Standing.DEAD, "requests.x.io/y"),
        ("requests.kubernetes.io/batch", Standing.DEAD, ""),
        ("foo", Standing.REFUSED, ""),
        ("storage", Standing.REFUSED, "requests.storage"),
        ("limits.hugepages-2Mi", Standing.REFUSED, ""),
        ("request.cpu", Standing.REFUSED, "requests.cpu"),
        ("persistentvolumeclaim", Standing.REFUSED, "persistentvolumeclaims"),
        ("requests.deviceclass.resource.kubernetes.io/gpu", Standing.UNSUPPORTED, ""),
        ("gpu.deviceclass.resource.k8s.io/devices", Standing.UNSUPPORTED, ""),
        ("count/resourceclaims.resource.k8s.io", Standing.UNSUPPORTED, ""),
        ("", Standing.REFUSED, ""),
        ("a" * 100_000, Standing.REFUSED, ""),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else None,
)
def test_the_rest(key: str, standing: Standing, meant: str) -> None:
    found = classify(key)
    assert found.standing is standing
    assert found.meant == meant or (not meant and standing is Standing.REFUSED)


@given(st.text(max_size=400))
def test_any_text_is_classified_and_every_suggestion_is_sound(text: str) -> None:
    meant = classify(text).meant
    assert not meant or classify(meant).standing in (Standing.ENFORCED, Standing.NEEDS_KIND)


@pytest.mark.parametrize(
    ("hard", "field", "repair"),
    [
        pytest.param({"nvidia.com/gpu": 0}, "spec.hard.nvidia.com/gpu", "requests.nvidia.com/gpu", id="F8-gpu"),
        pytest.param({"count/foo": 1}, "spec.hard.count/foo", "", id="F8-count"),
        pytest.param(
            {"services.loadbalancers": 1, "services.nodeports": 0},
            "spec.hard.services.loadbalancers",
            "allocateLoadBalancerNodePorts",
            id="F9",
        ),
        pytest.param(
            {"count/models.mlops.seldon.io": 5},
            "spec.hard.count/models.mlops.seldon.io",
            "install the kind first",
            id="F7",
        ),
        pytest.param({"pods": "1.5"}, "spec.hard.pods", "whole number", id="fraction"),
        pytest.param({"pods": "-1"}, "spec.hard.pods", "", id="negative"),
        pytest.param({"request.cpu": 1}, "spec.hard.request.cpu", "requests.cpu", id="mistyped"),
        pytest.param({"requests.memory": "10GB"}, "spec.hard.requests.memory", "", id="quantity"),
    ],
)
def test_a_quota_that_cannot_work(hard: Json, field: str, repair: str) -> None:
    [finding] = lint_quota(
        {"metadata": {"name": "q"}, "spec": {"hard": hard}}, DEFAULTS, kinds={"servers.mlops.seldon.io"}
    )
    assert finding.field == field and repair in finding.next_step


def test_limits_without_a_default_F5() -> None:
    hard = {"limits.cpu": 1, "limits.memory": 1, "requests.cpu": 1}
    assert [finding.field for finding in lint_quota(quota(hard))] == [
        "spec.hard.limits.cpu",
        "spec.hard.requests.cpu",
        "spec.hard.limits.memory",
    ]
    assert not lint_quota(quota(hard), DEFAULTS)


def test_a_live_quota_with_a_key_that_is_not_counted_F7() -> None:
    live = quota({"pods": "1", "count/models.mlops.seldon.io": "5"})
    del live["status"]["used"]["count/models.mlops.seldon.io"]
    [finding] = lint_quota(live)
    assert finding.field == "spec.hard.count/models.mlops.seldon.io" and "change the quota's spec" in finding.next_step


def test_scopes_see_no_other_objects() -> None:
    [finding] = lint_quota(quota({"pods": "1", "count/services": "5"}, scopes=["NotTerminating"]))
    assert finding.field == "spec.hard.count/services"


def test_load_balancers_limited_by_another_quota_F9() -> None:
    assert lint_quota(quota({"services.loadbalancers": 2}), quotas=[quota({"services.nodeports": 0})])
    assert not lint_quota(quota({"services.loadbalancers": 2}), quotas=[quota({"services.nodeports": 8})])


def test_a_sound_quota() -> None:
    hard = {"pods": "1k", "requests.cpu": "0.0001", "count/models.mlops.seldon.io": 5, "persistentvolumeclaims": "10"}
    assert not lint_quota(quota(hard), DEFAULTS, kinds={"models.mlops.seldon.io"})
