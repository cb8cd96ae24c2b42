# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs that ran to their end and were removed by Kubernetes: when they are created again, and when they are not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.execution import (
    Execution,
    Outcome,
    execution_of,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.finished import (
    ended,
    ending,
    is_repeated,
    with_finished,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.inventory import (
    Inventory,
    Member,
    parse_inventory,
    render_inventory,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.job_events import end_of
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.objects import ObjectKey
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.plan import Plan, make_plan
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.step import Action, Wanted
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube import resources as known
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.resource import Resource

KEY = ObjectKey("batch", "Job", "n", "j")
CREATED, ENDED, REMOVABLE = "2026-01-01T10:00:00Z", "2026-01-01T10:05:00Z", "2026-01-01T10:05:20Z"
LATER = datetime(2026, 1, 2, tzinfo=UTC)
NAMESPACES = {"n": {"metadata": {"name": "n", "creationTimestamp": "2025-12-31T00:00:00Z"}}}
INTENT: dict[str, Any] = {
    "metadata": {"name": "j", "namespace": "n"},
    "spec": {"ttlSecondsAfterFinished": 20, "template": {"spec": {"containers": []}}},
}


def live(condition: str = "", **metadata: str) -> dict[str, Any]:
    conditions = [{"type": condition, "status": "True", "lastTransitionTime": ENDED}] if condition else []
    stamps = {"creationTimestamp": CREATED, "uid": "u", **metadata}
    return {**INTENT, "metadata": {**INTENT["metadata"], **stamps}, "status": {"conditions": conditions}}


def execution(condition: str = "Complete") -> Execution:
    found = execution_of(known.JOB, INTENT, live(condition))
    assert found
    return found


def planned(
    recorded: Execution | None,
    *,
    intent: Mapping[str, Any] = INTENT,
    now: datetime = LATER,
    namespaces: Mapping[str, Any] = NAMESPACES,
    existing: Mapping[ObjectKey, Any] | None = None,
) -> Plan:
    wanted = [Wanted(known.JOB, KEY, dict(intent))]
    inventory = Inventory("s", "n", {KEY: Member(known.JOB, KEY, "u", execution=recorded)})
    going = ending(wanted, existing or {}, inventory)
    there = {key: obj for key, obj in (existing or {}).items() if key not in going}
    gone = ended(wanted, there, inventory, namespaces, now)
    plan = make_plan(wanted, there, inventory, manager="m", prune=True)
    return with_finished(plan, {key: entry for key, entry in {**gone, **going}.items() if not is_repeated(entry)})


def action(recorded: Execution | None, **options: Any) -> Action:
    return planned(recorded, **options).steps[0].action


def test_a_completed_job_that_was_removed_is_neither_created_nor_a_change() -> None:
    plan = planned(execution())
    assert (plan.changed, plan.steps[0].action, plan.warnings) == (False, Action.FINISHED, ())
    assert plan.steps[0].reason == (
        "completed, and Kubernetes removed it after its end. To run it again, change its name or its spec"
    )


def test_an_end_that_nobody_has_seen_is_a_warning_and_not_run_again() -> None:
    plan = planned(execution(""))
    assert plan.steps[0].action is Action.FINISHED
    assert plan.warnings == (
        "Job n/j no longer exists, and no run has seen whether it completed or failed. It is not created again. "
        "To run it again, change its name or its spec",
    )


CHANGED = {**INTENT, "spec": {**INTENT["spec"], "parallelism": 2}}
LABELLED = {**INTENT, "metadata": {**INTENT["metadata"], "labels": {"commit": "abc"}}}
NEW_NAMESPACE = {"n": {"metadata": {"name": "n", "creationTimestamp": "2026-01-01T20:00:00Z"}}}


@pytest.mark.parametrize(
    ("recorded", "options", "expected"),
    [
        (None, {}, Action.CREATE),
        (execution("Failed"), {}, Action.CREATE),
        (replace(execution(""), outcome=Outcome.DELETED), {}, Action.CREATE),
        (execution(), {"intent": CHANGED}, Action.CREATE),
        (execution(), {"intent": LABELLED}, Action.FINISHED),
        (execution(), {"namespaces": NEW_NAMESPACE}, Action.CREATE),
        (execution(), {"namespaces": {}}, Action.CREATE),
        (execution(), {"now": datetime(2026, 1, 1, 10, 5, 19, tzinfo=UTC)}, Action.CREATE),
        (execution(), {"now": datetime(2026, 1, 1, 10, 5, 20, tzinfo=UTC)}, Action.FINISHED),
        (execution(""), {"now": datetime(2026, 1, 1, 10, 0, 19, tzinfo=UTC)}, Action.CREATE),
    ],
)
def test_what_runs_again(recorded: Execution | None, options: dict[str, Any], expected: Action) -> None:
    assert action(recorded, **options) is expected


def test_a_job_that_kubernetes_is_just_removing_is_finished() -> None:
    going = {KEY: live("Complete", deletionTimestamp=REMOVABLE)}
    assert action(execution(""), existing=going) is Action.FINISHED
    plan = planned(execution(""), existing=going, intent=CHANGED)
    assert plan.problems == ("Job n/j is being deleted. Wait until it is gone, then run again",)
    assert planned(execution(""), existing={KEY: live(deletionTimestamp=REMOVABLE)}).problems


def test_the_earliest_removal_is_after_the_end() -> None:
    assert execution().removable == REMOVABLE
    assert execution("").removable == "2026-01-01T10:00:20Z"


@pytest.mark.parametrize(
    ("resource", "obj", "expected"),
    [
        (known.JOB, {**live("Complete"), "spec": {}}, None),
        (known.CRON_JOB, live("Complete"), None),
        (known.POD, {**live(), "status": {"phase": "Succeeded"}}, Outcome.COMPLETE),
        (known.POD, {**live(), "status": {"phase": "Failed"}}, None),
        (known.POD, {**live(), "status": {"phase": "Running"}}, None),
    ],
)
def test_which_objects_disappear_after_their_end(
    resource: Resource, obj: dict[str, Any], expected: Outcome | None
) -> None:
    found = execution_of(resource, INTENT, obj)
    assert (found.outcome if found else None) is expected


def test_an_execution_is_read_as_it_was_recorded() -> None:
    members = [Member(known.JOB, KEY, "u", {}, execution())]
    read = parse_inventory("s", "n", render_inventory("s", "n", members))
    assert list(read.members.values()) == members


def event(reason: str, uid: str = "u") -> dict[str, Any]:
    return {"reason": reason, "message": "words", "involvedObject": {"uid": uid}}


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([], Outcome.UNSEEN),
        ([event("Completed", "another")], Outcome.UNSEEN),
        ([event("SuccessfulCreate"), event("Completed")], Outcome.COMPLETE),
        ([event("SuccessfulCreate"), event("BackoffLimitExceeded")], Outcome.FAILED),
        ([event("SuccessfulCreate")], Outcome.DELETED),
        ([event("FailedCreate")], Outcome.UNSEEN),
    ],
)
def test_events_report_the_end_of_a_job_that_is_gone(events: list[dict[str, Any]], expected: Outcome) -> None:
    assert end_of("u", events).outcome is expected
