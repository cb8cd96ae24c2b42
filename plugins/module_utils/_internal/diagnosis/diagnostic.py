# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The result of every check: what is wrong, where, and the next step. render.py makes texts of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from .next_step import NextStep
from .place import Place
from .subject import Subject


class Severity(str, Enum):
    """ERROR: it does not work, or not as written. WARNING: it works, perhaps not as intended. INFO: a fact without a
    problem. UNKNOWN: not judged.
    """

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One cause.

    ``field`` is the path inside the subject. ``message`` is the problem, in words that follow subject and field;
    ``expected`` the correct value. ``details`` are further facts, such as the namespaces that were searched. ``code`` is a
    stable word for programs; empty where there is none. ``place`` is the file and line of the subject.
    """

    subject: Subject
    message: str
    field: str = ""
    expected: str = ""
    details: tuple[str, ...] = ()
    next_steps: tuple[NextStep, ...] = ()
    severity: Severity = Severity.ERROR
    code: str = ""
    place: Place | None = None

    def about(self, subject: Subject) -> Diagnostic:
        """A copy with another subject."""
        return replace(self, subject=subject)

    def at(self, place: Place | None) -> Diagnostic:
        """A copy with another place."""
        return replace(self, place=place)

    @property
    def next_step(self) -> str:
        """All next steps in one text; empty where there is none."""
        return "; ".join(map(str, self.next_steps))
