# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Short lines about objects that somebody else wrote."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ...diagnosis.quoting import one_line, shorten

MOST_NAMES = 4
MOST_LINES = 12
WIDTH = 320


def named(names: Iterable[str], most: int = MOST_NAMES) -> str:
    """``a, b and 3 more``."""
    found = list(dict.fromkeys(names))
    return ", ".join(found) if len(found) <= most else f"{', '.join(found[:most])} and {len(found) - most} more"


def counted(number: int, noun: str) -> str:
    """``1 pod``, ``2 pods``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def labels_text(labels: Mapping[str, str]) -> str:
    """``a=b, c=d``."""
    return named(f"{key}={value}" for key, value in sorted(labels.items()))


def bounded(lines: Sequence[str], most: int = MOST_LINES) -> list[str]:
    """The first of them, none of which breaks or moves a terminal's cursor; how many more there are comes last."""
    safe = [shorten(one_line(text), WIDTH) for text in lines]
    return safe if len(safe) <= most else [*safe[: most - 1], f"and {len(safe) - most + 1} more of this kind"]
