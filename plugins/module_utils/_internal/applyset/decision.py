# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Decides what happens to one wanted object, and which problem prevents it.

Objects that others created are decided about as a whole, all other objects field by field.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..kube.resources import NAMESPACE
from ..kube.terminating import until_gone
from ..kube.types import KubeObject
from ..ownership.made_by_kubernetes import is_nobodys, is_restored
from ..ownership.managed_fields import ownerships
from ..ownership.owners import owned_by
from .autoscaling import REPLICAS, ReplicaRange
from .compare import MISSING, FieldChange, Settled, compare, is_settled, show_path
from .held import NOTATION, HeldField, without
from .inventory import Inventory
from .objects import ObjectKey
from .operator_writes import is_scaling, split_rewritten, without_operator
from .step import PART_OF, Action, Conflicts, Step, Wanted, difference, first_few, set_of, titled
from .takeover import taken_over

_KEEPS = (Conflicts.LEAVE, Conflicts.JOIN)
_RESTORED = "is written by Kubernetes itself, which restores it after a change. Remove it from the manifests, or choose another name"


@dataclass(frozen=True)
class Terms:
    """Settings that are the same for all objects of the set.

    ``set_titles`` has the names of other sets by their ids. ``take_over`` is the option that takes an object over, as
    messages name it. ``ranges`` has the numbers of replicas that the set allows.
    """

    inventory: Inventory
    manager: str
    set_titles: Mapping[str, str]
    take_over: str
    ranges: Mapping[ObjectKey, ReplicaRange] = field(default_factory=dict)


def decide(item: Wanted, live: KubeObject | None, terms: Terms) -> tuple[Step, str]:
    """The step, and the problem that keeps it from being done (empty if none)."""
    step, problem = _step(item, live, terms)
    return replace(step, origin=item.origin), problem


def _step(item: Wanted, live: KubeObject | None, terms: Terms) -> tuple[Step, str]:
    if is_restored(item.resource, item.key.namespace, item.key.name, live):
        left = Step(Action.LEAVE, item.resource, item.key, item.intent, live, reason=_RESTORED)
        return left, "" if item.conflicts is Conflicts.LEAVE else f"{titled(item.origin, item.key)} {_RESTORED}"
    if live is None:
        return Step(Action.CREATE, item.resource, item.key, item.intent, None), ""
    if live["metadata"].get("deletionTimestamp"):
        return Step(Action.LEAVE, item.resource, item.key, item.intent, live), _being_deleted(item, live)
    if _may_apply(item, live, terms):
        return _by_field(item, live, terms)
    differing = _differing(item, live, terms)
    obstacle = _obstacle(item, live, differing, terms)
    if is_nobodys(item.resource, live):
        return _with_force(replace(item, conflicts=Conflicts.TAKE_OVER), live, obstacle, terms)
    if item.conflicts in _KEEPS:
        held = _held(item, differing, {}, terms, _managers(live))
        reason, wanted = obstacle.reason, item.intent
        return Step(Action.LEAVE, item.resource, item.key, wanted, live, (), reason, held=held, wanted=wanted), ""
    return _with_force(item, live, obstacle, terms)


def _by_field(item: Wanted, live: KubeObject, terms: Terms) -> tuple[Step, str]:
    """The step for an object of this set: fields of others stay, are a problem, or are taken over."""
    member = terms.inventory.members.get(item.key)
    settled = member.settled if member else {}
    rewritten, real = split_rewritten(item.resource, compare(item.intent, live, terms.manager, settled))
    uncontested = without_operator(item.resource, real)
    overrides = uncontested != real or any(change.owners for change in rewritten)
    contested = [change for change in uncontested if change.owners]
    kept = [change for change in contested if item.conflicts in _KEEPS or is_scaling(item.resource, change)]
    held = _held(item, kept, settled, terms)
    wanted, item = item.intent, replace(item, intent=without(item.intent, [change.path for change in kept]))
    in_dispute = [change for change in contested if change not in kept]
    if in_dispute:
        reason = _contest(in_dispute)
        step = f"Use its value, or take the field over with {terms.take_over}"
        forced, problem = _with_force(item, live, _Obstacle(reason, f": {reason}. {step}"), terms)
        return replace(forced, held=held, wanted=wanted), problem
    applied = [change for change in uncontested if change not in kept]
    if item.conflicts in _KEEPS and not any(change.is_visible for change in applied):
        applied = []  # a field that somebody else set to the very same value stays theirs
    action = Action.UPDATE if applied else Action.UNCHANGED
    return Step(
        action,
        item.resource,
        item.key,
        item.intent,
        live,
        tuple(applied),
        overrides_rewriting=overrides,
        held=held,
        wanted=wanted,
    ), ""


def _with_force(item: Wanted, live: KubeObject, obstacle: _Obstacle, terms: Terms) -> tuple[Step, str]:
    """The step that takes the object over, or the problem if that was not asked for."""
    if item.conflicts is not Conflicts.TAKE_OVER:
        step = Step(Action.LEAVE, item.resource, item.key, item.intent, live, (), obstacle.reason)
        return step, f"{titled(item.origin, item.key)}{obstacle.problem}"
    changes = compare(item.intent, taken_over(live, item.intent, terms.manager), terms.manager, {})
    reason = f"{obstacle.reason}{_replaced(changes)}"
    return Step(Action.TAKE_OVER, item.resource, item.key, item.intent, live, tuple(changes), reason), ""


def _replaced(changes: Sequence[FieldChange]) -> str:
    """``; the run replaces .a, .b``: the fields whose values are lost by a take-over."""
    lost = [show_path(change.path) for change in changes if change.is_visible and change.before is not MISSING]
    return f"; the run replaces {first_few(lost)}" if lost else ""


def _held(
    item: Wanted, changes: Sequence[FieldChange], settled: Settled, terms: Terms, creators: tuple[str, ...] = ()
) -> tuple[HeldField, ...]:
    """The changes that are not made. ``creators`` own what nobody else does."""
    return tuple(
        HeldField(change, change.owners or creators, _allowed_by(item, change, settled, terms)) for change in changes
    )


def _allowed_by(item: Wanted, change: FieldChange, settled: Settled, terms: Terms) -> str:
    if is_settled(change, settled):
        return NOTATION
    allowed = terms.ranges.get(item.key) if change.path == REPLICAS else None
    return allowed.source if allowed is not None and allowed.contains(change.before) else ""


@dataclass(frozen=True)
class _Obstacle:
    """Why an object cannot be changed as it is: the reason for the result, and the message with the next step."""

    reason: str
    problem: str


def _differing(item: Wanted, live: KubeObject, terms: Terms) -> list[FieldChange]:
    """The visible changes of an object that this set has not applied, apart from the label that makes it a member."""
    intent = without(item.intent, [PART_OF])
    return [change for change in compare(intent, live, terms.manager, {}) if change.is_visible]


def _may_apply(item: Wanted, live: KubeObject, terms: Terms) -> bool:
    """Whether the object is decided about field by field."""
    is_ours = item.conflicts is Conflicts.JOIN or owned_by(live, terms.manager)
    return is_ours and set_of(live) in ("", terms.inventory.id)


def _obstacle(item: Wanted, live: KubeObject, differing: Sequence[FieldChange], terms: Terms) -> _Obstacle:
    """Of an object that this set has not applied."""
    if item.conflicts is not Conflicts.JOIN and not owned_by(live, terms.manager):
        managers = ", ".join(f'"{name}"' for name in _managers(live)) or "someone else"
        reason = f"exists already, applied by {managers}"
        fields = [show_path(change.path) for change in differing]
        step = f"Remove it, or take it over with {terms.take_over}"
        return _Obstacle(reason, f" {reason}; {difference(fields)}. {step}")
    other = set_of(live)
    reason = f"belongs to the set {terms.set_titles.get(other, other)}"
    step = f"Take it out of one of the two sets, or move it to this one with {terms.take_over}"
    return _Obstacle(reason, f" {reason}. {step}")


def _managers(live: KubeObject) -> tuple[str, ...]:
    return tuple(sorted({entry.manager for entry in ownerships(live) if not entry.subresource}))


def _being_deleted(item: Wanted, live: KubeObject) -> str:
    finalizers = live["metadata"].get("finalizers") or (live.get("spec") or {}).get("finalizers") or []
    waits = f", held by finalizer {', '.join(finalizers)}" if finalizers else ""
    title = f"{titled(item.origin, item.key)} is being deleted{waits}"
    if item.resource == NAMESPACE:
        return f"{title}; {until_gone(item.key.name)}"
    return f"{title}. Wait until it is gone, then run again"


def _contest(contested: Sequence[FieldChange]) -> str:
    by_owner: dict[str, list[str]] = {}
    for change in contested:
        for owner in change.owners:
            by_owner.setdefault(owner, []).append(show_path(change.path))
    return "; ".join(f'{first_few(paths)} belongs to "{owner}"' for owner, paths in sorted(by_owner.items()))
