# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The result of a check of quotas."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from ..diagnosis.diagnostic import Diagnostic
from ..diagnosis.subject import Subject
from ..kube.amounts import Amount, base_units
from ..kube.format_quantity import format_quantity


class Verdict(str, Enum):
    """From good to bad."""

    FITS = "fits"
    FITS_NOW_NOT_AT_MAX = "fits_now_not_at_max"
    UNKNOWN = "unknown"
    EXCEEDS = "exceeds"
    INVALID = "invalid"


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """FITS when there are none."""
    order = list(Verdict)
    return max(verdicts, key=order.index, default=Verdict.FITS)


@dataclass(frozen=True)
class Line:
    """One key of one quota. Amounts are exact; ``used`` is None when not known, ``delta_at_max`` when without bound.

    ``delta``: after the change; ``peak``: during the change, when old and new pods run at the same time. ``created``:
    whether objects with this key are created. ``note``: why a value is unknown.
    """

    quota: str
    key: str
    hard: Amount
    used: Amount | None
    delta: Amount
    delta_at_max: Amount | None
    peak: Amount
    created: bool
    verdict: Verdict
    written: str
    note: str = ""

    @property
    def after(self) -> Amount | None:
        """The use after the change."""
        return None if self.used is None else self.used + self.delta

    @property
    def headroom(self) -> Amount | None:
        """The free amount before the change; negative when the quota is exceeded."""
        return None if self.used is None else self.hard - self.used

    @property
    def touched(self) -> bool:
        """Whether the change uses more of this key, now or at its maximum. Other keys are not compared."""
        return self.created or self.peak > 0 or self.delta_at_max is None or self.delta_at_max > 0

    def text(self, amount: Amount) -> str:
        """An amount in the suffix family in which the quota is written."""
        return format_quantity(base_units(amount), self.written)


@dataclass(frozen=True)
class Fit:
    """How many replicas one demand could have while all others stay as they are.

    ``largest``: the most replicas that fit all quotas whose use is known; None when no quota limits it.
    ``first_refused``: the ordinal, from 0, of the first replica that is refused on the way to ``replicas_at_max``; None
    when all fit.
    """

    subject: Subject
    replicas: int
    replicas_at_max: int | None
    largest: int | None
    first_refused: int | None


@dataclass(frozen=True)
class Report:
    """``lines``: all keys of all quotas, in their order. ``invalid``: objects that are refused for other reasons than
    quota. ``unknown``: objects and keys that could not be judged, with the reason.
    """

    verdict: Verdict
    lines: tuple[Line, ...]
    fits: tuple[Fit, ...]
    invalid: tuple[Diagnostic, ...] = ()
    unknown: tuple[Diagnostic, ...] = ()
    notes: tuple[Diagnostic, ...] = ()
