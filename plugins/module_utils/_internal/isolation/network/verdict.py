# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The answer to one question, with the policy and the rule that decide."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from .policy import Direction


class Outcome(str, Enum):
    """``UNKNOWN`` is never as good as allowed, nor as denied."""

    ALLOWED = "allowed"
    DENIED = "denied"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Side:
    """The decision of the policies of one end.

    ``policies``: the titles of those that decide; for a denial all that select the pod, none of which allows it. Empty
    where no policy does. ``rule``: the one that allows, such as ``egress[2]``. ``reason`` is a sentence's rest.
    """

    direction: Direction
    outcome: Outcome
    reason: str
    policies: tuple[str, ...] = ()
    rule: str = ""

    def text(self) -> str:
        return f"{self.direction.value.lower()} {self.outcome.value}: {self.reason}"


@dataclass(frozen=True)
class Verdict:
    """``egress`` is what the source's policies say, ``ingress`` what the destination's do.

    Both are None where no policy is asked; ``reason`` then says why.
    """

    outcome: Outcome
    egress: Side | None = None
    ingress: Side | None = None
    reason: str = ""

    def text(self) -> str:
        """One line."""
        said = [
            side.text() for side in (self.egress, self.ingress) if side is not None and (side.outcome is self.outcome)
        ]
        return f"{self.outcome.value} ({'; '.join([self.reason] if self.reason else said)})"


def verdict_of(egress: Side, ingress: Side) -> Verdict:
    """Both sides have to allow. One that denies is enough, whatever the other is."""
    outcomes = (egress.outcome, ingress.outcome)
    worst = next((outcome for outcome in (Outcome.DENIED, Outcome.UNKNOWN) if outcome in outcomes), Outcome.ALLOWED)
    return Verdict(worst, egress, ingress)
