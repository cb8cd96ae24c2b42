# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Decides, object by object, what a set will do: pure, from the wanted and the live objects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from ..kube.resource import Resource
from ..kube.types import KubeObject
from .compare import FieldChange, compare, show_path
from .fields import foreign_managers_of_intent, is_ours, ownerships
from .inventory import PART_OF_LABEL, Inventory, Member
from .objects import ObjectKey


class Action(str, Enum):
    """What happens to one object."""

    CREATE = "created"
    UPDATE = "updated"
    TAKE_OVER = "taken over"
    UNCHANGED = "unchanged"
    LEAVE = "left alone"
    REMOVE = "removed"
    KEEP = "kept"


class Conflicts(str, Enum):
    """What to do with an object, or a field of it, that another manager owns."""

    FAIL = "fail"
    LEAVE = "leave"
    TAKE_OVER = "take_over"


@dataclass(frozen=True)
class Wanted:
    """One object of the set as it is to be."""

    resource: Resource
    key: ObjectKey
    intent: KubeObject
    conflicts: Conflicts = Conflicts.FAIL


@dataclass(frozen=True)
class Step:
    """What happens to one object, and why where that is not plain."""

    action: Action
    resource: Resource
    key: ObjectKey
    intent: KubeObject | None
    live: KubeObject | None
    changes: tuple[FieldChange, ...] = ()
    reason: str = ""

    @property
    def writes(self) -> bool:
        """Whether this step sends a write request."""
        return self.action in (Action.CREATE, Action.UPDATE, Action.TAKE_OVER, Action.REMOVE)


@dataclass(frozen=True)
class Plan:
    """All steps, and the problems that keep the set from being applied at all."""

    steps: tuple[Step, ...]
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = field(default=())

    @property
    def changed(self) -> bool:
        """Whether anything would be written."""
        return any(step.writes for step in self.steps)


def make_plan(
    wanted: Sequence[Wanted],
    live: Mapping[ObjectKey, KubeObject],
    inventory: Inventory,
    *,
    manager: str,
    prune: bool,
) -> Plan:
    """The plan for ``wanted``; ``live`` holds every object that exists of the wanted and the inventory's keys."""
    steps, problems = [], []
    for item in wanted:
        member = inventory.members.get(item.key)
        step, problem = _step(item, live.get(item.key), member, manager)
        steps.append(step)
        problems += [problem] if problem else []
    wanted_keys = {item.key for item in wanted}
    for key, member in inventory.members.items():
        if key not in wanted_keys and key in live:
            steps.append(_removal(member, live[key], manager, inventory.id, prune))
    kept = [f"{step.key} is no longer wanted but was kept: {step.reason}" for step in steps if step.action is Action.KEEP]
    return Plan(tuple(steps), tuple(problems), tuple(kept))


def _step(
    item: Wanted, live: KubeObject | None, member: Member | None, manager: str
) -> tuple[Step, str | None]:
    def step(action: Action, changes: Sequence[FieldChange] = (), reason: str = "") -> Step:
        return Step(action, item.resource, item.key, item.intent, live, tuple(changes), reason)

    if live is None:
        return step(Action.CREATE), None
    if live["metadata"].get("deletionTimestamp"):
        return step(Action.LEAVE), _being_deleted(item.key, live)
    changes = compare(item.intent, live, manager, member.settled if member else {})
    if not any(is_ours(entry, manager) for entry in ownerships(live)):
        return _foreign(step, item.key, live, changes, item.conflicts)
    contested = [change for change in changes if change.owners]
    if contested and item.conflicts is not Conflicts.TAKE_OVER:
        reason = _contest(contested)
        if item.conflicts is Conflicts.LEAVE:
            return step(Action.LEAVE, changes, reason), None
        return step(Action.LEAVE, changes, reason), (
            f"{item.key}: {reason}. Give the field up in the manifests, or take it over with conflicts: take_over"
        )
    if not changes:
        return step(Action.UNCHANGED), None
    return step(Action.TAKE_OVER if contested else Action.UPDATE, changes), None


def _foreign(
    step: object, key: ObjectKey, live: KubeObject, changes: Sequence[FieldChange], conflicts: Conflicts
) -> tuple[Step, str | None]:
    """An object that this project has never applied."""
    assert callable(step)
    managers = ", ".join(sorted({f'"{e.manager}"' for e in ownerships(live) if not e.subresource})) or "someone else"
    differing = [show_path(change.path) for change in changes if change.is_visible and change.path[:2] != ("metadata", "labels")]
    reason = f"exists already, applied by {managers}" + (
        f"; it differs in {_some(differing)}" if differing else "; its content is as wanted"
    )
    if conflicts is Conflicts.TAKE_OVER:
        return step(Action.TAKE_OVER, changes, reason), None
    if conflicts is Conflicts.LEAVE:
        return step(Action.LEAVE, changes, reason), None
    return step(Action.LEAVE, changes, reason), f"{key} {reason}. Remove it, or take it over with conflicts: take_over"


def _removal(member: Member, live: KubeObject, manager: str, set_id: str, prune: bool) -> Step:
    reason = _why_not_ours(member, live, manager, set_id) if prune else "prune is off"
    action = Action.KEEP if reason else Action.REMOVE
    return Step(action, member.resource, member.key, None, live, reason=reason)


def _why_not_ours(member: Member, live: KubeObject, manager: str, set_id: str) -> str:
    """Empty where the object is provably what this set made and nobody else's by now."""
    metadata = live["metadata"]
    if member.uid and metadata.get("uid") != member.uid:
        return "an object of the same name was made by someone else since"
    if (metadata.get("labels") or {}).get(PART_OF_LABEL) != set_id:
        return f"its label {PART_OF_LABEL} no longer names this set"
    if not any(is_ours(entry, manager) for entry in ownerships(live)):
        return f'"{manager}" no longer owns any field of it'
    foreign = foreign_managers_of_intent(live, manager)
    if foreign:
        return "fields of it belong to " + ", ".join(f'"{name}"' for name in foreign)
    return ""


def _being_deleted(key: ObjectKey, live: KubeObject) -> str:
    finalizers = live["metadata"].get("finalizers") or (live.get("spec") or {}).get("finalizers") or []
    waits = f", held by {', '.join(finalizers)}" if finalizers else ""
    return f"{key} is being deleted{waits}. Wait until it is gone, then run again"


def _contest(contested: Sequence[FieldChange]) -> str:
    by_owner: dict[str, list[str]] = {}
    for change in contested:
        for owner in change.owners:
            by_owner.setdefault(owner, []).append(show_path(change.path))
    return "; ".join(f'{_some(paths)} belongs to "{owner}"' for owner, paths in sorted(by_owner.items()))


def _some(paths: Sequence[str], limit: int = 3) -> str:
    shown = ", ".join(paths[:limit])
    return f"{shown} and {len(paths) - limit} more" if len(paths) > limit else shown
