# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which writes Seldon's operator still has to report in the status, also those of an earlier run, and which it never does."""

from __future__ import annotations

from collections.abc import Iterable

from ..kube.types import KubeObject
from ..seldon.status_evidence import is_reported, needs_evidence, unreported_fields
from .execute import Done
from .inventory import Member
from .step import Step, first_few


def unreported(step: Step, done: Done | None, recorded: Member | None) -> KubeObject | None:
    """The object as stored by a write that the operator has to report, and has not as far as this run knows.

    ``recorded``: the object's entry in the inventory before this run.
    """
    before = step.live
    if done is None or done.stored is None:
        return before if before is not None and _is_awaited(before, recorded) else None
    stored = done.stored
    if before is None:
        return None
    expected = needs_evidence(before, stored) and is_reported(before, stored)
    return stored if expected or _is_awaited(before, recorded) else None


def awaited_version(step: Step, done: Done | None, recorded: Member | None) -> str:
    """The resourceVersion of that object, as the inventory records it; empty if there is none. While the object still has
    it, nobody has written anything since.
    """
    found = unreported(step, done, recorded)
    return "" if found is None else str(found["metadata"].get("resourceVersion", ""))


def never_reported(done: Iterable[Done]) -> list[str]:
    """One line per object with a change that the operator never reports: what was waited for instead."""
    lines = []
    for entry in done:
        before, stored = entry.step.live, entry.stored
        if before and stored and needs_evidence(before, stored) and not is_reported(before, stored):
            fields = first_few(unreported_fields(before, stored))
            lines.append(
                f"{entry.step.key}: Seldon does not report when a change of {fields} has arrived, so the run has waited "
                "only for Ready, which may be older than the change"
            )
    return lines


def _is_awaited(live: KubeObject, recorded: Member | None) -> bool:
    version = live["metadata"].get("resourceVersion")
    return recorded is not None and bool(recorded.awaits) and recorded.awaits == version
