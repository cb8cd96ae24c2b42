# SPDX-License-Identifier: GPL-3.0-or-later
"""Scopes of quotas."""

from __future__ import annotations

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.diagnosis.subject import Subject
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.check import check
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.demand import Demand, Times
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.reading import Reading
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.report import Verdict
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.resource_quota import (
    live_quota,
    planned_quota,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.scopes import read_scopes, selects

from tests.unit.quota.builders import Json, charge, container, pod, quota


def selected(spec: Json, pod_spec: Json) -> bool:
    reading = Reading()
    scopes = read_scopes(spec, reading)
    assert not reading.findings
    return selects(scopes, pod(pod_spec))


def expression(scope: str, operator: str, *values: str) -> Json:
    return {"scopeSelector": {"matchExpressions": [{"scopeName": scope, "operator": operator, "values": list(values)}]}}


BARE = {"containers": [container("a")]}
SIZED = {"containers": [container("a", {"cpu": "600m"})]}
ENDING = {**SIZED, "activeDeadlineSeconds": 3600}
HIGH = {**SIZED, "priorityClassName": "high"}
ACROSS = {
    **SIZED,
    "affinity": {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [{"namespaces": ["other"]}]}},
}


@pytest.mark.parametrize(
    ("spec", "pod_spec", "expected"),
    [
        pytest.param({"scopes": ["BestEffort"]}, BARE, True, id="C01-best-effort"),
        pytest.param({"scopes": ["BestEffort"]}, SIZED, False, id="C01-not"),
        pytest.param(
            {"scopes": ["BestEffort"]}, {"containers": [container("a", {"cpu": 0})]}, True, id="zero-is-best-effort"
        ),
        pytest.param(
            {"scopes": ["NotBestEffort"]},
            {"containers": [container("a")], "resources": {"limits": {"cpu": 1}}},
            True,
            id="pod-level",
        ),
        pytest.param({"scopes": ["Terminating"]}, ENDING, True, id="C02-terminating"),
        pytest.param({"scopes": ["NotTerminating"]}, ENDING, False, id="C03"),
        pytest.param({"scopes": ["NotTerminating"]}, SIZED, True, id="C03-not"),
        pytest.param(expression("PriorityClass", "In", "high"), SIZED, False, id="C06"),
        pytest.param(expression("PriorityClass", "In", "high"), HIGH, True, id="C06-high"),
        pytest.param(expression("PriorityClass", "NotIn", "high"), SIZED, True, id="C07"),
        pytest.param(expression("PriorityClass", "NotIn", "high"), HIGH, False, id="C07-high"),
        pytest.param(expression("PriorityClass", "Exists"), SIZED, False, id="exists"),
        pytest.param(expression("PriorityClass", "DoesNotExist"), SIZED, True, id="does-not-exist"),
        pytest.param({"scopes": ["NotBestEffort", "Terminating"]}, SIZED, False, id="C08-and"),
        pytest.param({"scopes": ["NotBestEffort", "Terminating"]}, ENDING, True, id="C08-both"),
        pytest.param(
            {"scopes": ["Terminating"], **expression("PriorityClass", "In", "high")}, ENDING, False, id="C08-selector"
        ),
        pytest.param({"scopes": ["CrossNamespacePodAffinity"]}, ACROSS, True, id="across"),
        pytest.param({"scopes": ["CrossNamespacePodAffinity"]}, SIZED, False, id="not-across"),
        pytest.param({"scopes": ["Nonsense"]}, SIZED, False, id="unknown-scope"),
    ],
)
def test_selection(spec: Json, pod_spec: Json, expected: bool) -> None:
    assert selected(spec, pod_spec) is expected


def test_a_best_effort_pod_is_refused_by_the_other_quota_C01() -> None:
    quotas = [
        live_quota(quota({"pods": "0"}, name="be", scopes=["BestEffort"])),
        live_quota(quota({"requests.cpu": "2"}, name="nt", scopes=["NotTerminating"])),
    ]
    report = check(quotas, [Demand(Subject("Pod", "p"), fixed=(Times(charge(BARE)),))])
    assert report.verdict is Verdict.INVALID
    assert [entry.message for entry in report.invalid] == ["failed quota: nt: must specify requests.cpu for: a"]
    assert [line.quota for line in report.lines if line.verdict is Verdict.EXCEEDS] == ["be"]


@pytest.mark.parametrize(("cpu", "verdict"), [("600m", Verdict.EXCEEDS), ("400m", Verdict.FITS)])
def test_only_the_quota_whose_scope_matches_counts_C02_C03(cpu: str, verdict: Verdict) -> None:
    quotas = [
        live_quota(quota({"requests.cpu": "500m"}, name=scope, scopes=[scope]))
        for scope in ("Terminating", "NotTerminating")
    ]
    spec = {"containers": [container("a", {"cpu": cpu})], "activeDeadlineSeconds": 3600}
    report = check(quotas, [Demand(Subject("Pod", "p"), fixed=(Times(charge(spec)),))])
    assert report.verdict is verdict
    assert [line.delta > 0 for line in report.lines] == [True, False]


@pytest.mark.parametrize(
    ("scopes", "key", "sound"),
    [
        ("BestEffort", "pods", True),
        ("BestEffort", "requests.cpu", False),
        ("NotTerminating", "count/pods", True),
        ("NotBestEffort", "limits.memory", True),
    ]
    + [
        ("NotBestEffort", "requests.nvidia.com/gpu", True),
        ("Terminating", "persistentvolumeclaims", False),
        ("Terminating", "services", False),
    ]
    + [("NotTerminating", "requests.ephemeral-storage", False)],
)
def test_what_a_scope_can_limit_C04(scopes: str, key: str, sound: bool) -> None:
    assert (planned_quota(quota({key: "1"}, scopes=[scopes])).findings == ()) is sound


@pytest.mark.parametrize("pair", [["BestEffort", "NotBestEffort"], ["Terminating", "NotTerminating"]])
def test_conflicting_scopes_C05(pair: list[str]) -> None:
    [finding] = planned_quota(quota({"pods": "1"}, scopes=pair)).findings
    assert "conflicting scopes" in finding.message


@pytest.mark.parametrize(
    "selector", [expression("PriorityClass", "In"), expression("BestEffort", "In", "x"), expression("Terminating", "?")]
)
def test_malformed_selectors(selector: Json) -> None:
    assert planned_quota(quota({"pods": "1"}, **selector)).findings
