# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One object of a set: its wanted content, and what happens to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from ..kube.resource import Resource
from ..kube.types import KubeObject
from .compare import FieldChange
from .held import HeldField
from .inventory import PART_OF_LABEL
from .objects import ObjectKey

PART_OF = ("metadata", "labels", PART_OF_LABEL)
"""The field that names the set. Every object that others created lacks it."""


class Action(str, Enum):
    """The change of one object, as results name it."""

    CREATE = "created"
    UPDATE = "updated"
    TAKE_OVER = "taken over"
    UNCHANGED = "unchanged"
    LEAVE = "left alone"
    REMOVE = "removed"
    HAND_OVER = "handed over"
    KEEP = "kept"
    FINISHED = "finished"


class Conflicts(str, Enum):
    """How to treat an object that others created, and a field that another manager owns with another value.

    LEAVE and JOIN keep such a field and apply all others. LEAVE does not change an object that we have never applied; JOIN
    applies to it the fields that nobody else owns.
    """

    FAIL = "fail"
    LEAVE = "leave"
    JOIN = "join"
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
    """The action for one object. ``reason``: why, where the action does not explain itself.

    ``intent`` is what is applied. ``held`` are the fields that it lacks because they stay as others wrote them.
    """

    action: Action
    resource: Resource
    key: ObjectKey
    intent: KubeObject | None
    live: KubeObject | None
    changes: tuple[FieldChange, ...] = ()
    reason: str = ""
    origin: str = ""
    overrides_rewriting: bool = False
    """Whether Seldon's operator owns some of the fields only because it rewrote them in another notation."""
    held: tuple[HeldField, ...] = ()
    wanted: KubeObject | None = None
    """The intent with the held fields; None where nothing is held."""

    @property
    def differing(self) -> tuple[HeldField, ...]:
        """The held fields whose live values nothing in the intent allows."""
        return tuple(entry for entry in self.held if not entry.allowed_by)

    @property
    def intended(self) -> KubeObject:
        """The intent of a step that has one: of all but removals, and of what is only handed over."""
        if self.intent is None:
            raise AssertionError(f"{self.title} is {self.action.value} without an intent")
        return self.intent

    @property
    def live_object(self) -> KubeObject:
        """The live object of a step about one."""
        if self.live is None:
            raise AssertionError(f"{self.title} is {self.action.value} without a live object")
        return self.live

    @property
    def title(self) -> str:
        """The object as messages name it, after the place where it is written."""
        return titled(self.origin, self.key)

    @property
    def forced(self) -> bool:
        """Whether the apply has to take fields from their managers."""
        return self.action is Action.TAKE_OVER or self.overrides_rewriting

    @property
    def applies(self) -> bool:
        """Whether this step sends the intent."""
        return self.action in (Action.CREATE, Action.UPDATE, Action.TAKE_OVER)

    @property
    def writes(self) -> bool:
        """Whether this step sends a write request."""
        return self.applies or self.gives_up

    @property
    def gives_up(self) -> bool:
        """Whether the object leaves the set by this step."""
        return self.action in (Action.REMOVE, Action.HAND_OVER)


def titled(origin: str, key: ObjectKey) -> str:
    """``k8s/base/server.yaml:12  Server fraud-detection/mlserver``, or the object alone."""
    return f"{origin}  {key}" if origin else str(key)


def set_of(live: KubeObject) -> str:
    """The id of the set that the object says it belongs to; empty for none."""
    return str((live["metadata"].get("labels") or {}).get(PART_OF_LABEL) or "")


def first_few(names: Sequence[str], limit: int = 3) -> str:
    """``a, b, c and 2 more``."""
    shown = ", ".join(names[:limit])
    return f"{shown} and {len(names) - limit} more" if len(names) > limit else shown


def difference(fields: Sequence[str]) -> str:
    """How an object that stays as it is compares with the intent."""
    return f"it differs in {first_few(fields)}" if fields else "it already has the wanted content"
