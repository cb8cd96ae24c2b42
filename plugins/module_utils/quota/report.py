# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a check of quotas says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from .amounts import Amount, base_units
from .finding import Finding
from .format_quantity import format_quantity


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

    ``delta``: once the change has settled; ``peak``: at its worst moment, when old and new pods run side by side.
    ``created``: whether anything of it is made anew. ``note`` says why something is not known.
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
        """Use once the change has settled."""
        return None if self.used is None else self.used + self.delta

    @property
    def headroom(self) -> Amount | None:
        """What is free before the change; negative when the quota is over-committed."""
        return None if self.used is None else self.hard - self.used

    @property
    def touched(self) -> bool:
        """Whether the change asks for more of this key, now or at most: others are not compared, however full they are."""
        return self.created or self.peak > 0 or self.delta_at_max is None or self.delta_at_max > 0

    def text(self, amount: Amount) -> str:
        """An amount in the suffix family in which the quota is written."""
        return format_quantity(base_units(amount), self.written)


@dataclass(frozen=True)
class Fit:
    """How far one demand could grow beside all others as they are now.

    ``largest``: the most replicas that fit all quotas whose use is known; None when no quota limits it. ``first_refused``: the ordinal,
    from 0, of the first replica that is refused on the way to the replicas at most; None when all fit.
    """

    subject: str
    replicas: int
    replicas_at_max: int | None
    largest: int | None
    first_refused: int | None


@dataclass(frozen=True)
class Subjected:
    """A finding, and what it is about: ``Server mlserver``, ``ResourceQuota tenant-quota``."""

    subject: str
    finding: Finding


@dataclass(frozen=True)
class Report:
    """``lines``: all keys of all quotas, in their order. ``invalid``: what would be refused whatever is free. ``unknown`` and
    ``notes``: subject and reason.
    """

    verdict: Verdict
    lines: tuple[Line, ...]
    fits: tuple[Fit, ...]
    invalid: tuple[Subjected, ...] = ()
    unknown: tuple[tuple[str, str], ...] = ()
    notes: tuple[tuple[str, str], ...] = ()

    def failing(self) -> tuple[Line, ...]:
        """Every key that is exceeded, now or at most."""
        return tuple(line for line in self.lines if line.verdict in (Verdict.EXCEEDS, Verdict.FITS_NOW_NOT_AT_MAX))
