# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is wrong with a set of manifests: every problem at once, one line each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..kube.shown import printable


@dataclass(frozen=True)
class Problem:
    """One thing to put right. ``line`` counts from 1; parts that are not known are None or empty."""

    file: str
    line: int | None
    object: str
    field: str
    message: str
    next_step: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        said = ": ".join(part for part in (self.object, self.field, self.message) if part)
        text = one_line(f"{said}; {self.next_step}" if self.next_step else said)
        return f"{one_line(place)}  {text}" if place else text


class ManifestError(Exception):
    """A set of manifests that cannot be used; ``problems`` holds every reason, in the order of the files."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def one_line(text: str) -> str:
    """The text without line breaks and unprintable characters, so that it can never forge another line of a report."""
    return printable(" ".join(text.split()))


def shorten(value: object, limit: int = 60) -> str:
    """A value as an error message quotes it."""
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"
