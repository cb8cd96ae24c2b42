# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One diagnostic for one cause that many objects have, such as a wrong namespace in every file of a folder."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from .diagnostic import Diagnostic
from .subject import UNNAMED

SEPARATE = 3
"""So many objects with the same cause keep a line each."""


def one_per_cause(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The diagnostics in their order. Of more than SEPARATE that differ in subject and place only, the first one, which
    names some of the others and their number.
    """
    causes: dict[Diagnostic, list[Diagnostic]] = {}
    for diagnostic in diagnostics:
        causes.setdefault(diagnostic.about(UNNAMED).at(None), []).append(diagnostic)
    found = []
    for same in causes.values():
        found += [_united(same)] if len(same) > SEPARATE else same
    return found


def _united(same: list[Diagnostic]) -> Diagnostic:
    first, *others = same
    shown = ", ".join(map(_title, others[:SEPARATE]))
    rest = f" and {len(others) - SEPARATE} more" if len(others) > SEPARATE else ""
    return replace(first, message=f"{first.message} (the same in {shown}{rest})")


def _title(diagnostic: Diagnostic) -> str:
    return f"{diagnostic.subject} ({diagnostic.place})" if diagnostic.place else str(diagnostic.subject)
