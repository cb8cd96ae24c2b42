# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from lab.operator.conditions import Condition, ConditionSet, find, initialized, is_true, with_condition

SET = ConditionSet(("A", "B"))


def _after(*conditions: Condition) -> dict:
    status = initialized({}, SET, "t0")
    for number, condition in enumerate(conditions, 1):
        status = with_condition(status, SET, condition, f"t{number}")
    return status


def test_a_dependent_that_is_never_set_leaves_ready_unknown() -> None:
    status = _after(Condition("A", "True", "fine"))
    assert find(status, "Ready")["status"] == "Unknown"
    assert find(status, "A")["reason"] == "fine"


def test_ready_needs_all_and_names_the_reason_of_the_one_that_fails() -> None:
    assert is_true(_after(Condition("A", "True"), Condition("B", "True")))
    status = _after(Condition("A", "True"), Condition("B", "False", "broken", "text"))
    assert find(status, "Ready") == {
        "type": "Ready",
        "status": "False",
        "reason": "broken",
        "message": "text",
        "lastTransitionTime": "t2",
    }


def test_an_informational_false_does_not_count() -> None:
    status = _after(Condition("X", "False", "old error"), Condition("A", "True"), Condition("B", "True"))
    assert find(status, "X")["severity"] == "Info"
    assert is_true(status)


def test_a_stale_condition_of_an_older_release_keeps_ready_false_until_it_is_removed() -> None:
    stale = {"type": "StatefulSetReady", "status": "False", "reason": "old", "lastTransitionTime": "t0"}
    known = ConditionSet(("StatefulSetOrDeploymentReady",))
    good = Condition("StatefulSetOrDeploymentReady", "True", "matches")
    status = with_condition(initialized({"conditions": [stale]}, known, "t1"), known, good, "t2")
    assert find(status, "Ready")["status"] == "False"
    cured = {"conditions": [one for one in status["conditions"] if one["type"] != "StatefulSetReady"]}
    assert is_true(with_condition(cured, known, good, "t3"))


def test_setting_the_same_again_changes_nothing() -> None:
    status = _after(Condition("A", "True", "fine"), Condition("B", "False", "broken"))
    again = with_condition(initialized(status, SET, "t9"), SET, Condition("B", "False", "broken"), "t9")
    assert again == status


def test_conditions_are_sorted_by_type() -> None:
    types = [condition["type"] for condition in _after(Condition("B", "True"), Condition("A", "True"))["conditions"]]
    assert types == ["A", "B", "Ready"]
