# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The error for a set of manifests that cannot be used."""

from __future__ import annotations

from collections.abc import Iterable

from ..diagnosis.diagnostic import Diagnostic
from ..diagnosis.grouping import one_per_cause
from ..diagnosis.next_step import NextStep
from ..diagnosis.place import Place
from ..diagnosis.render import as_line
from ..diagnosis.subject import UNNAMED


class ManifestError(Exception):
    """``problems`` are all reasons, in the order of the files; ``str()`` has one line per cause."""

    def __init__(self, problems: Iterable[Diagnostic]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(as_line, one_per_cause(self.problems))))


def of_file(file: str, message: str, next_step: NextStep, line: int | None = None) -> Diagnostic:
    """A diagnostic about a file or directory, not about an object in it."""
    return Diagnostic(UNNAMED, message, next_steps=(next_step,), place=Place(file, line))
