# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What stands against a run, one line each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing to put right. ``where`` is an option, a file or an object; ``expected`` may be empty."""

    where: str
    what: str
    expected: str
    next_step: str

    def __str__(self) -> str:
        parts = [f"{self.where}: {self.what}", f"expected {self.expected}" if self.expected else "", self.next_step]
        return " ".join("; ".join(part for part in parts if part).split())


def report(problems: Sequence[str]) -> str:
    """All of them in one message."""
    if len(problems) == 1:
        return problems[0]
    return "\n".join([f"{len(problems)} problems, and nothing was written:", *(f"  {text}" for text in problems)])
