# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the wait knows of a write, and the changes whose arrival nothing can prove."""

from __future__ import annotations

from collections.abc import Iterable

from ..seldon.status_evidence import is_reported, needs_evidence, unreported_fields
from .execute import Done
from .patience import Written
from .step import first_few


def written(done: Done | None) -> Written | None:
    """The object before and after a step; None for a step that was not carried out, or that removed it."""
    return None if done is None or done.stored is None else Written(done.step.live, done.stored)


def unproven(done: Iterable[Done]) -> list[str]:
    """One line per object with a change that the operator does not report: what was waited for instead."""
    return [
        f"{entry.step.key}: Seldon does not report when a change of {first_few(unreported_fields(change.before, change.after))} "
        "has arrived, so the run has waited only for Ready, which may be older than the change"
        for entry in done
        if (change := written(entry))
        and change.before is not None
        and needs_evidence(change.before, change.after)
        and not is_reported(change.before, change.after)
    ]
