# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a lint of quotas and LimitRanges is: one entry with its id, its texts, and the function that finds its faults."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Generic, NamedTuple, TypeVar

from ..diagnosis.diagnostic import Diagnostic, Severity
from .finding import finding

Judged = TypeVar("Judged")
"""What the finder of a lint looks at: a key, a quota, or an entry of a LimitRange."""


class Hit(NamedTuple):
    """A field at fault. ``message`` and ``repair``: empty where the lint's own texts tell all."""

    field: str
    message: str = ""
    repair: str = ""


@dataclass(frozen=True)
class Lint(Generic[Judged]):
    """``id`` never changes its meaning; diagnostics have it as their ``code``.

    ``title`` says what is wrong, so that it can follow object and field; ``why`` what it leads to, ``repair`` what to
    do about it, which is empty where that depends.
    """

    id: str
    severity: Severity
    title: str
    why: str
    repair: str
    finder: Callable[[Judged], Iterable[Hit]]

    def find(self, judged: Judged) -> Iterator[Diagnostic]:
        """Every fault."""
        for hit in self.finder(judged):
            diagnostic = finding(hit.field, hit.message or self.title, hit.repair or self.repair)
            yield replace(diagnostic, code=self.id, severity=self.severity)


def lint(
    id: str, severity: Severity, *, title: str, why: str, repair: str = ""
) -> Callable[[Callable[[Judged], Iterable[Hit]]], Lint[Judged]]:
    """Makes a lint of the finder that follows."""
    return lambda finder: Lint(id, severity, title, why, repair, finder)
