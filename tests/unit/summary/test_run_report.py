# SPDX-License-Identifier: GPL-3.0-or-later
"""The machine-readable report of a run: complete, short, and only about hosts of the run."""

from __future__ import annotations

import json
from typing import Any

from ansible_collections.ml_platform.seldon.plugins.filter.run_report import run_report
from ansible_collections.ml_platform.seldon.plugins.plugin_utils._summary.report import LENGTH, STOPPED

GOOD = {
    "changed": False,
    "waited": True,
    "models": ["a", "b"],
    "capacity": {"quotas": [{"key": "pods", "percent": 20}, {"key": "cpu", "percent": None}]},
}


def host(checked: Any = None, applied: Any = None) -> dict[str, Any]:
    found = {"__tenant_namespace_checked": checked, "__tenant_namespace_applied": applied}
    return {name: value for name, value in found.items() if value is not None}


def report(hostvars: dict[str, Any], failed: set[str] = frozenset(), check_mode: bool = False) -> dict[str, Any]:  # type: ignore[assignment]
    return run_report(hostvars, hostvars, {*hostvars} - failed, check_mode)


def test_each_host_is_in_its_place() -> None:
    refused = {"failed": True, "msg": "t: no such quota\nand more"}
    found = report(
        {
            "same": host(GOOD, GOOD),
            "changed": host(
                GOOD,
                {**GOOD, "changed": True, "models": ["c"], "capacity": {"quotas": [{"key": "pods", "percent": 120}]}},
            ),
            "unwaited": host(GOOD, {**GOOD, "waited": False, "differs": True}),
            "checked": host(GOOD),
            "refused": host(refused),
            "failed": host(GOOD, {"failed": True, "msg": "m" * 1000}),
            "invalid": host(),
            "elsewhere": host(),
        },
        failed={"refused", "failed", "invalid"},
    )
    assert found == {
        "check_mode": False,
        "tenants": 7,
        "ready": ["same", "changed"],
        "changed": ["changed"],
        "differs": ["unwaited"],
        "only_checked": ["checked"],
        "refused": {"refused": "t: no such quota and more", "invalid": STOPPED},
        "failed": {"failed": "m" * LENGTH + "..."},
        "metrics": {
            "models_in_team_namespaces": 7,
            "tenants_within_quota": 3,
            "fullest_quota": {"tenant": "changed", "key": "pods", "percent": 120},
        },
    }
    assert json.loads(json.dumps(found)) == found


def test_a_prediction_makes_nothing_ready() -> None:
    found = report({"a": host(GOOD, {**GOOD, "changed": True})}, check_mode=True)
    assert (found["ready"], found["changed"]) == ([], ["a"])


def test_a_host_that_failed_after_its_task_is_not_ready() -> None:
    assert report({"a": host(GOOD, GOOD)}, failed={"a"})["failed"] == {"a": STOPPED}


def test_a_skipped_task_is_no_result_and_no_tenants_are_no_report() -> None:
    assert report({"a": host({"skipped": True})})["tenants"] == 0
    assert report({})["metrics"] == {"models_in_team_namespaces": 0, "tenants_within_quota": 0, "fullest_quota": {}}
