# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How much is shown of one text of others, and of a list."""

from __future__ import annotations

from collections.abc import Iterable

from ..diagnosis.quoting import printable

LONGEST = 600


def one_line(text: str) -> str:
    """Without control, invisible or direction-changing characters, and not endless."""
    cleaned = printable(text)
    return cleaned if len(cleaned) <= LONGEST else f"{cleaned[:LONGEST]} …"


def first_few(values: Iterable[str], most: int = 5) -> str:
    """The first of them, and how many more there are."""
    listed = list(values)
    more = f" and {len(listed) - most} more" if len(listed) > most else ""
    return ", ".join(listed[:most]) + more
