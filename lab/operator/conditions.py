# SPDX-License-Identifier: GPL-3.0-or-later
"""Knative's living condition set: one aggregate "Ready" over dependents (facts 1.8).

A status is JSON; functions return a new status and never touch times of conditions that stay the same.
"""

from __future__ import annotations

from typing import Any, NamedTuple

Json = dict[str, Any]
READY = "Ready"


class ConditionSet(NamedTuple):
    dependents: tuple[str, ...]


class Condition(NamedTuple):
    type: str
    status: str  # "True", "False", "Unknown"
    reason: str = ""
    message: str = ""


def find(status: Json, kind: str) -> Json | None:
    return next((condition for condition in status.get("conditions") or [] if condition["type"] == kind), None)


def is_true(status: Json, kind: str = READY) -> bool:
    condition = find(status, kind)
    return condition is not None and condition["status"] == "True"


def initialized(status: Json, conditions: ConditionSet, now: str) -> Json:
    """The status with Ready and all dependents. A new dependent is Unknown, or True if Ready is already True."""
    result = status
    if find(result, READY) is None:
        result = _put(result, conditions, Condition(READY, "Unknown"), now)
    default = "True" if is_true(result) else "Unknown"
    for kind in conditions.dependents:
        if find(result, kind) is None:
            result = _put(result, conditions, Condition(kind, default), now)
    return result


def with_condition(status: Json, conditions: ConditionSet, new: Condition, now: str) -> Json:
    """The status with one condition set and Ready computed again."""
    result = _put(status, conditions, new, now)
    if new.status == "False":
        if new.type in conditions.dependents:
            result = _put(result, conditions, new._replace(type=READY), now)
        return result
    unhappy = _unhappy(result, conditions)
    if unhappy is not None:
        return _put(result, conditions, unhappy._replace(type=READY), now)
    if _severity(conditions, new.type) == "":
        return _put(result, conditions, Condition(READY, "True"), now)
    return result


def _unhappy(status: Json, conditions: ConditionSet) -> Condition | None:
    """The newest False, else the newest Unknown, of all conditions that count.

    Every stored condition without a severity counts, including types that this release no longer sets.
    """
    counting = [
        condition
        for condition in status.get("conditions") or []
        if condition["type"] != READY and not condition.get("severity")
    ]
    counting.sort(key=lambda condition: str(condition.get("lastTransitionTime", "")), reverse=True)
    for value in ("False", "Unknown"):
        for condition in counting:
            if condition["status"] == value:
                return Condition(condition["type"], value, condition.get("reason", ""), condition.get("message", ""))
    if len(conditions.dependents) > len(counting):
        return Condition(READY, "Unknown")
    return None


def _severity(conditions: ConditionSet, kind: str) -> str:
    return "" if kind == READY or kind in conditions.dependents else "Info"


def _put(status: Json, conditions: ConditionSet, new: Condition, now: str) -> Json:
    fields: Json = {"type": new.type, "status": new.status}
    for key, value in (
        ("severity", _severity(conditions, new.type)),
        ("reason", new.reason),
        ("message", new.message),
    ):
        if value:
            fields[key] = value
    old = find(status, new.type)
    if old is not None and {key: value for key, value in old.items() if key != "lastTransitionTime"} == fields:
        return status
    fields["lastTransitionTime"] = now
    others = [condition for condition in status.get("conditions") or [] if condition["type"] != new.type]
    return {**status, "conditions": sorted([*others, fields], key=lambda condition: str(condition["type"]))}
