# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Text of others as it may be shown: whoever could write an object chose its names and messages."""

from __future__ import annotations

import unicodedata

_LONGEST_NAME = 80
_BREAKS = "\n\t\r\N{LINE SEPARATOR}\N{PARAGRAPH SEPARATOR}"


def printable(text: str) -> str:
    """One line without control, invisible or direction-changing characters, so that it forges no other line and moves no cursor."""
    return text if text.isascii() and text.isprintable() else "".join(map(_shown, text))


def shown_name(value: object) -> str:
    """A name as part of a sentence or a path: one line, plain ASCII, cut."""
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= _LONGEST_NAME and text.isprintable() and text.isascii() else ascii(text[:_LONGEST_NAME])


def _shown(character: str) -> str:
    if character in _BREAKS:
        return " "
    return "\N{REPLACEMENT CHARACTER}" if unicodedata.category(character).startswith("C") else character
