# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The objects that are waited for, and when an error that does not change counts as a failure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..kube.resource import Resource
from ..kube.types import KubeObject
from .arrival import Readiness, State
from .objects import ObjectKey
from .order import phase_of


@dataclass(frozen=True)
class Target:
    """An object to wait for. ``gone``: wait until the object with this ``uid`` no longer exists. ``unreported``:
    the object as stored by a write that the operator has to report, and has not at that time.
    """

    resource: Resource
    key: ObjectKey
    gone: bool = False
    uid: str = ""
    unreported: KubeObject | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Pending:
    """A target that is not ready, with the reason as its status gives it."""

    target: Target
    readiness: Readiness

    def __str__(self) -> str:
        return f"{self.target.key}: {self.readiness.text}"


History = Mapping[Target, tuple[str, float]]
"""The last text of each pending target, and since when it has been the same (seconds of the clock)."""


def judge(pending: Sequence[Pending], history: History, now: float) -> tuple[list[Pending], History]:
    """(the entries, with those FAILED whose error stayed the same for its grace; the new history).

    The clock of an object does not run while one of an earlier phase in its namespace is still on its way: a model
    cannot be scheduled before its server runs.
    """
    judged: list[Pending] = []
    seen: dict[Target, tuple[str, float]] = {}
    for entry in pending:
        target, text, grace = entry.target, entry.readiness.text, entry.readiness.grace
        last_text, since = history.get(target, (text, now))
        if last_text != text or _waits_for_others(entry, pending):
            since = now
        seen[target] = (text, since)
        if grace is not None and now - since >= grace:
            failure = Readiness(State.FAILED, f"{text} (unchanged for {now - since:.0f} s)")
            judged.append(Pending(target, failure))
        else:
            judged.append(entry)
    return judged, seen


def _waits_for_others(entry: Pending, pending: Sequence[Pending]) -> bool:
    phase, namespace = phase_of(entry.target.resource), entry.target.key.namespace
    return any(
        other.target.key.namespace == namespace and phase_of(other.target.resource) < phase and not other.target.gone
        for other in pending
    )


def first_cause(pending: Sequence[Pending]) -> list[Pending]:
    """The entries in the order of cause and effect: failures first, then by phase."""
    return sorted(
        pending, key=lambda entry: (entry.readiness.state is not State.FAILED, phase_of(entry.target.resource))
    )
