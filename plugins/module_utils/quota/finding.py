# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is wrong with an object, in a form for people and machines."""

from __future__ import annotations

from dataclasses import dataclass

_LONGEST = 80


@dataclass(frozen=True)
class Finding:
    """``field`` is the path inside the object; ``repair`` is the next step, or empty."""

    field: str
    message: str
    repair: str = ""


def plain(text: object) -> str:
    """Text from outside as it may be printed: one line, plain ASCII, cut."""
    shown = (
        text
        if isinstance(text, (str, float)) or (isinstance(text, int) and text.bit_length() < 256)
        else type(text).__name__
    )
    escaped = str(shown)[: _LONGEST + 1].encode("unicode_escape").decode("ascii")
    return escaped if len(escaped) <= _LONGEST else escaped[:_LONGEST] + "..."
