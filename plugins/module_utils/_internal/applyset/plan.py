# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Decides from the wanted and the live objects what happens to each object of a set. No requests."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from ..kube.resource import Resource
from ..kube.types import KubeObject
from .autoscaling import replica_ranges
from .decision import Terms, decide
from .execution import Execution
from .inventory import Inventory
from .objects import ObjectKey
from .removal import removal, spare_containers
from .step import Action, Step, Wanted, set_of


@dataclass(frozen=True)
class Plan:
    """All steps, and the problems that keep the set from being applied at all."""

    steps: tuple[Step, ...]
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = field(default=())
    meanwhile: tuple[Wanted, ...] = ()
    """Objects that exist only while others of their kinds are written."""
    executions: Mapping[ObjectKey, Execution] = field(default_factory=dict)
    """Of the objects that are finished."""

    @property
    def changed(self) -> bool:
        """Whether anything would be written."""
        return any(step.writes for step in self.steps)

    @property
    def differs(self) -> bool:
        """Whether an object stays different from what is wanted because others own it, or fields of it."""
        return any(step.differing for step in self.steps)


def make_plan(
    wanted: Sequence[Wanted],
    live: Mapping[ObjectKey, KubeObject],
    inventory: Inventory,
    *,
    manager: str,
    prune: bool,
    yielding: Collection[Resource] = (),
    set_titles: Mapping[str, str] | None = None,
    take_over: str = "conflicts: take_over",
) -> Plan:
    """The plan for ``wanted``; ``live`` holds every object that exists of the wanted and the inventory's keys.

    An object of a ``yielding`` kind that is no longer wanted and that others have changed is handed over to them; of
    any other kind it is kept. ``set_titles`` has the names of the sets whose ids :func:`other_sets` returns;
    ``take_over`` is the option that takes objects over, as messages name it.
    """
    terms = Terms(inventory, manager, set_titles or {}, take_over, replica_ranges(wanted))
    decided = [decide(item, live.get(item.key), terms) for item in wanted]
    wanted_keys = {item.key for item in wanted}
    removals = [
        removal(member, live[key], manager, inventory.id, prune, yielding)
        for key, member in inventory.members.items()
        if key not in wanted_keys and key in live
    ]
    steps = [step for step, problem in decided] + spare_containers(removals, whole_set=not wanted)
    kept = [
        f"{step.key} is no longer wanted but was kept: {step.reason}" for step in steps if step.action is Action.KEEP
    ]
    return Plan(tuple(steps), tuple(problem for step, problem in decided if problem), tuple(kept))


def other_sets(wanted: Sequence[Wanted], live: Mapping[ObjectKey, KubeObject], inventory: Inventory) -> set[str]:
    """The ids of other sets that wanted objects belong to."""
    return {set_of(live[item.key]) for item in wanted if item.key in live} - {"", inventory.id}
