# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Decides, object by object, what a set will do: pure, from the wanted and the live objects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

from ..kube.known import CUSTOM_RESOURCE_DEFINITION, NAMESPACE, SELDON_GROUP
from ..kube.resource import Resource
from ..kube.types import KubeObject
from .compare import FieldChange, compare, show_path
from .fields import foreign_managers_of_intent, is_ours, ownerships
from .inventory import PART_OF_LABEL, Inventory, Member
from .objects import ObjectKey
from .operator_writes import OPERATOR, REPLICAS, are_replicas_the_operators, split_rewritten
from .takeover import taken_over


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
    """One object of the set as it is to be; ``origin`` is its file and line (empty if unknown)."""

    resource: Resource
    key: ObjectKey
    intent: KubeObject
    conflicts: Conflicts = Conflicts.FAIL
    origin: str = ""


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
    origin: str = ""
    overrides_rewriting: bool = False
    """Whether fields are in the way that belong to Seldon's operator only because it wrote them otherwise."""

    @property
    def title(self) -> str:
        """The object as messages name it, after the place where it is written."""
        return titled(self.origin, self.key)

    @property
    def forced(self) -> bool:
        """Whether the apply has to take fields from their managers."""
        return self.action is Action.TAKE_OVER or self.overrides_rewriting

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
    set_titles: Mapping[str, str] | None = None,
) -> Plan:
    """The plan for ``wanted``; ``live`` holds every object that exists of the wanted and the inventory's keys.

    ``set_titles`` says for the ids of :func:`other_sets` what people call these sets.
    """
    titles = set_titles or {}
    decided = [_decide(item, live.get(item.key), inventory, manager, titles) for item in wanted]
    wanted_keys = {item.key for item in wanted}
    removals = [
        _removal(member, live[key], manager, inventory.id, prune)
        for key, member in inventory.members.items()
        if key not in wanted_keys and key in live
    ]
    steps = [step for step, _ in decided] + _spare_containers(removals, whole_set=not wanted)
    kept = [f"{step.key} is no longer wanted but was kept: {step.reason}" for step in steps if step.action is Action.KEEP]
    return Plan(tuple(steps), tuple(problem for _, problem in decided if problem), tuple(kept))


def other_sets(wanted: Sequence[Wanted], live: Mapping[ObjectKey, KubeObject], inventory: Inventory) -> set[str]:
    """The ids of other sets that wanted objects belong to."""
    return {_set_of(live[item.key]) for item in wanted if item.key in live} - {"", inventory.id}


def _set_of(live: KubeObject) -> str:
    return str((live["metadata"].get("labels") or {}).get(PART_OF_LABEL) or "")


def titled(origin: str, key: ObjectKey) -> str:
    """``k8s/base/server.yaml:12  Server fraud-detection/mlserver``, or the object alone."""
    return f"{origin}  {key}" if origin else str(key)


def _decide(
    item: Wanted, live: KubeObject | None, inventory: Inventory, manager: str, titles: Mapping[str, str]
) -> tuple[Step, str]:
    step, problem = _step(item, live, inventory, manager, titles)
    return replace(step, origin=item.origin), problem


def _step(
    item: Wanted, live: KubeObject | None, inventory: Inventory, manager: str, titles: Mapping[str, str]
) -> tuple[Step, str]:
    """The step, and the problem that keeps it from being done (empty if none)."""
    if live is None:
        return Step(Action.CREATE, item.resource, item.key, item.intent, None), ""
    if live["metadata"].get("deletionTimestamp"):
        return _left(item, live, (), ""), _being_deleted(item, live)
    member = inventory.members.get(item.key)
    rewritten: list[FieldChange] = []
    changes = compare(item.intent, live, manager, member.settled if member else {})
    if any(is_ours(entry, manager) for entry in ownerships(live)):
        if are_replicas_the_operators(item.resource, changes):
            item = replace(item, intent=_without_replicas(item.intent))
            changes = [change for change in changes if change.path != REPLICAS]
        rewritten, changes = split_rewritten(item.resource, changes)
    obstacle = _obstacle(item, live, changes, inventory, manager, titles)
    if not obstacle:
        if item.conflicts is Conflicts.LEAVE and not any(change.is_visible for change in changes):
            changes = []  # a field that somebody else set to the very same value stays theirs
        action = Action.UPDATE if changes else Action.UNCHANGED
        overrides = any(change.owners for change in rewritten)
        return Step(action, item.resource, item.key, item.intent, live, tuple(changes), overrides_rewriting=overrides), ""
    if item.conflicts is Conflicts.LEAVE:
        return _left(item, live, changes, obstacle.reason), ""
    if item.conflicts is Conflicts.FAIL:
        return _left(item, live, changes, obstacle.reason), f"{titled(item.origin, item.key)}{obstacle.problem}"
    taken = compare(item.intent, taken_over(live, item.intent, manager), manager, {})
    return Step(Action.TAKE_OVER, item.resource, item.key, item.intent, live, tuple(taken), obstacle.reason), ""


def _without_replicas(intent: KubeObject) -> KubeObject:
    return {**intent, "spec": {name: value for name, value in intent["spec"].items() if name != "replicas"}}


def _left(item: Wanted, live: KubeObject, changes: Sequence[FieldChange], reason: str) -> Step:
    return Step(Action.LEAVE, item.resource, item.key, item.intent, live, tuple(changes), reason)


@dataclass(frozen=True)
class _Obstacle:
    """Why an object is not simply ours to change: a reason for the result, and its problem with the next step."""

    reason: str
    problem: str


def _obstacle(
    item: Wanted,
    live: KubeObject,
    changes: Sequence[FieldChange],
    inventory: Inventory,
    manager: str,
    titles: Mapping[str, str],
) -> _Obstacle | None:
    if not any(is_ours(entry, manager) for entry in ownerships(live)):
        reason = _who_applied(live, changes)
        return _Obstacle(reason, f" {reason}. Remove it, or take it over with conflicts: take_over")
    other = _set_of(live)
    if other not in ("", inventory.id):
        reason = f"belongs to the set {titles.get(other, other)}"
        return _Obstacle(
            reason, f" {reason}. Take it out of one of the two sets, or move it to this one with conflicts: take_over"
        )
    contested = [change for change in changes if change.owners]
    if contested:
        reason = _contest(contested)
        return _Obstacle(
            reason, f": {reason}. Give the field up in the manifests, or take it over with conflicts: take_over"
        )
    return None


def _who_applied(live: KubeObject, changes: Sequence[FieldChange]) -> str:
    """An object that this project has never applied."""
    managers = ", ".join(sorted({f'"{e.manager}"' for e in ownerships(live) if not e.subresource})) or "someone else"
    differing = [show_path(change.path) for change in changes if change.is_visible and change.path[:2] != ("metadata", "labels")]
    return f"exists already, applied by {managers}" + (
        f"; it differs in {_some(differing)}" if differing else "; its content is as wanted"
    )


def _removal(member: Member, live: KubeObject, manager: str, set_id: str, prune: bool) -> Step:
    reason = _why_not_ours(member, live, manager, set_id) if prune else "prune is off"
    action = Action.KEEP if reason else Action.REMOVE
    return Step(action, member.resource, member.key, None, live, reason=reason)


def _why_not_ours(member: Member, live: KubeObject, manager: str, set_id: str) -> str:
    """Empty where the object is provably what this set made and nobody else's by now."""
    if is_another(member, live):
        return "an object of the same name was made by someone else since"
    if _set_of(live) != set_id:
        return f"its label {PART_OF_LABEL} no longer names this set"
    if not any(is_ours(entry, manager) for entry in ownerships(live)):
        return f'"{manager}" no longer owns any field of it'
    foreign = set(foreign_managers_of_intent(live, manager))
    if member.resource.group == SELDON_GROUP:
        foreign.discard(OPERATOR)
    if foreign:
        return "fields of it belong to " + ", ".join(f'"{name}"' for name in sorted(foreign))
    return ""


def is_another(member: Member, live: KubeObject) -> bool:
    """Whether the member's object is gone, and another one has its name."""
    return bool(member.uid) and live["metadata"].get("uid") != member.uid


def _spare_containers(removals: Sequence[Step], *, whole_set: bool) -> list[Step]:
    """Removing a namespace or a definition removes everything in it, whoever put that there.

    So both go only with the whole set, and not while an object in them has to be kept.
    """
    spared = []
    for step in removals:
        reason = ""
        if step.action is Action.REMOVE and step.resource in (NAMESPACE, CUSTOM_RESOURCE_DEFINITION):
            inside = [kept.key for kept in removals if kept.action is Action.KEEP and _contains(step, kept.key)]
            if inside:
                reason = f"{_some([str(key) for key in inside])} in it is kept"
            elif not whole_set:
                reason = "what others have in it would go with it. Delete it by hand, or remove the whole set (state: absent)"
        spared.append(replace(step, action=Action.KEEP, reason=reason) if reason else step)
    return spared


def _contains(container: Step, key: ObjectKey) -> bool:
    if container.resource == NAMESPACE:
        return key.namespace == container.key.name
    spec = (container.live or {}).get("spec") or {}
    return (key.group, key.kind) == (spec.get("group"), (spec.get("names") or {}).get("kind"))


def _being_deleted(item: Wanted, live: KubeObject) -> str:
    finalizers = live["metadata"].get("finalizers") or (live.get("spec") or {}).get("finalizers") or []
    waits = f", held by {', '.join(finalizers)}" if finalizers else ""
    return f"{titled(item.origin, item.key)} is being deleted{waits}. Wait until it is gone, then run again"


def _contest(contested: Sequence[FieldChange]) -> str:
    by_owner: dict[str, list[str]] = {}
    for change in contested:
        for owner in change.owners:
            by_owner.setdefault(owner, []).append(show_path(change.path))
    return "; ".join(f'{_some(paths)} belongs to "{owner}"' for owner, paths in sorted(by_owner.items()))


def _some(paths: Sequence[str], limit: int = 3) -> str:
    shown = ", ".join(paths[:limit])
    return f"{shown} and {len(paths) - limit} more" if len(paths) > limit else shown
