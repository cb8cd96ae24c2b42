# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Decides what happens to one wanted object, and which problem prevents it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ..kube.types import KubeObject
from ..ownership.made_by_kubernetes import is_nobodys, is_restored
from ..ownership.managed_fields import is_ours, ownerships
from .compare import FieldChange, compare, show_path
from .inventory import Inventory
from .operator_writes import REPLICAS, are_replicas_the_operators, split_rewritten, without_operator
from .step import Action, Conflicts, Step, Wanted, first_few, set_of, titled
from .takeover import taken_over


@dataclass(frozen=True)
class Terms:
    """Settings that are the same for all objects of the set.

    ``set_titles`` has the names of other sets by their ids. ``take_over`` is the option that takes an object over, as
    messages name it.
    """

    inventory: Inventory
    manager: str
    set_titles: Mapping[str, str]
    take_over: str


def decide(item: Wanted, live: KubeObject | None, terms: Terms) -> tuple[Step, str]:
    """The step, and the problem that keeps it from being done (empty if none)."""
    step, problem = _step(item, live, terms)
    return replace(step, origin=item.origin), problem


def _step(item: Wanted, live: KubeObject | None, terms: Terms) -> tuple[Step, str]:
    manager = terms.manager
    if is_restored(item.resource, item.key.namespace, item.key.name, live):
        left = Step(Action.LEAVE, item.resource, item.key, item.intent, live, reason=_RESTORED)
        return left, "" if item.conflicts is Conflicts.LEAVE else f"{titled(item.origin, item.key)} {_RESTORED}"
    if live is None:
        return Step(Action.CREATE, item.resource, item.key, item.intent, None), ""
    if live["metadata"].get("deletionTimestamp"):
        return _left(item, live, (), ""), _being_deleted(item, live)
    member = terms.inventory.members.get(item.key)
    overrides = False
    changes = compare(item.intent, live, manager, member.settled if member else {})
    if any(is_ours(entry, manager) for entry in ownerships(live)):
        if are_replicas_the_operators(item.resource, changes):
            item = replace(item, intent=_without_replicas(item.intent))
            changes = [change for change in changes if change.path != REPLICAS]
        rewritten, changes = split_rewritten(item.resource, changes)
        uncontested = without_operator(item.resource, changes)
        overrides = uncontested != changes or any(change.owners for change in rewritten)
        changes = uncontested
    obstacle = _obstacle(item, live, changes, terms)
    if not obstacle:
        if item.conflicts is Conflicts.LEAVE and not any(change.is_visible for change in changes):
            changes = []  # a field that somebody else set to the very same value stays theirs
        action = Action.UPDATE if changes else Action.UNCHANGED
        return Step(
            action, item.resource, item.key, item.intent, live, tuple(changes), overrides_rewriting=overrides
        ), ""
    free = is_nobodys(item.resource, live)
    if item.conflicts is Conflicts.LEAVE and not free:
        return _left(item, live, changes, obstacle.reason), ""
    if item.conflicts is Conflicts.FAIL and not free:
        return _left(item, live, changes, obstacle.reason), f"{titled(item.origin, item.key)}{obstacle.problem}"
    taken = compare(item.intent, taken_over(live, item.intent, manager), manager, {})
    return Step(Action.TAKE_OVER, item.resource, item.key, item.intent, live, tuple(taken), obstacle.reason), ""


_RESTORED = "is written by Kubernetes itself, which restores it after a change. Remove it from the manifests, or choose another name"


def _without_replicas(intent: KubeObject) -> KubeObject:
    return {**intent, "spec": {name: value for name, value in intent["spec"].items() if name != "replicas"}}


def _left(item: Wanted, live: KubeObject, changes: Sequence[FieldChange], reason: str) -> Step:
    return Step(Action.LEAVE, item.resource, item.key, item.intent, live, tuple(changes), reason)


@dataclass(frozen=True)
class _Obstacle:
    """Why an object cannot be changed as it is: the reason for the result, and the message with the next step."""

    reason: str
    problem: str


def _obstacle(item: Wanted, live: KubeObject, changes: Sequence[FieldChange], terms: Terms) -> _Obstacle | None:
    if not any(is_ours(entry, terms.manager) for entry in ownerships(live)):
        reason = _who_applied(live, changes)
        return _Obstacle(reason, f" {reason}. Remove it, or take it over with {terms.take_over}")
    other = set_of(live)
    if other not in ("", terms.inventory.id):
        reason = f"belongs to the set {terms.set_titles.get(other, other)}"
        step = f"Take it out of one of the two sets, or move it to this one with {terms.take_over}"
        return _Obstacle(reason, f" {reason}. {step}")
    contested = [change for change in changes if change.owners]
    if contested:
        reason = _contest(contested)
        return _Obstacle(
            reason, f": {reason}. Remove the field from the manifests, or take it over with {terms.take_over}"
        )
    return None


def _who_applied(live: KubeObject, changes: Sequence[FieldChange]) -> str:
    """An object that this project has never applied."""
    managers = ", ".join(sorted({f'"{e.manager}"' for e in ownerships(live) if not e.subresource})) or "someone else"
    differing = [
        show_path(change.path) for change in changes if change.is_visible and change.path[:2] != ("metadata", "labels")
    ]
    return f"exists already, applied by {managers}" + (
        f"; it differs in {first_few(differing)}" if differing else "; it already has the wanted content"
    )


def _being_deleted(item: Wanted, live: KubeObject) -> str:
    finalizers = live["metadata"].get("finalizers") or (live.get("spec") or {}).get("finalizers") or []
    waits = f", held by finalizer {', '.join(finalizers)}" if finalizers else ""
    return f"{titled(item.origin, item.key)} is being deleted{waits}. Wait until it is gone, then run again"


def _contest(contested: Sequence[FieldChange]) -> str:
    by_owner: dict[str, list[str]] = {}
    for change in contested:
        for owner in change.owners:
            by_owner.setdefault(owner, []).append(show_path(change.path))
    return "; ".join(f'{first_few(paths)} belongs to "{owner}"' for owner, paths in sorted(by_owner.items()))
