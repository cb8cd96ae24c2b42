# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where a ServerConfig was looked for, and what was found there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Scope(str, Enum):
    """The owner of the namespace. OFFERED: the platform's content, as a copy in the tenant's own namespace."""

    OWN = "own"
    OFFERED = "offered"
    SHARED = "shared"
    PLATFORM = "platform"


class Outcome(str, Enum):
    """Only ABSENT, NO_NAMESPACE and NOT_EXPORTED lead on to the next namespace."""

    FOUND = "found"
    ABSENT = "absent"
    NO_NAMESPACE = "no-namespace"
    NOT_EXPORTED = "not-exported"
    UNKNOWN = "unknown"
    DELETING = "deleting"
    DISABLED = "disabled"


@dataclass(frozen=True)
class Step:
    """One look-up. ``detail``: in words, where the outcome alone does not say it."""

    namespace: str
    scope: Scope
    outcome: Outcome
    detail: str = ""

    def words(self) -> str:
        """``fraud-detection (own namespace): absent``."""
        place = {
            Scope.OWN: "own namespace",
            Scope.OFFERED: "own namespace",
            Scope.SHARED: "shared",
            Scope.PLATFORM: "platform",
        }[self.scope]
        outcome = self.outcome.value.replace("-", " ")
        return f"{self.namespace} ({place}): {outcome}" + (f" ({self.detail})" if self.detail else "")
