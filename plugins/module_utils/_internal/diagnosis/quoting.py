# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Makes texts of others safe in messages: users choose the names and values of objects and options.

================  ==============================================================================
``printable``     a finished line
``one_line``      a text of several lines, such as what a program printed
``shorten``       a value in a sentence, where the whole line is made printable afterwards
``quoted``        a value in a sentence, in double quotes
``shown_name``    the name of an object in a sentence or a path; unchanged if it is a valid name
``escaped``       the same for other values, such as a number or a key
================  ==============================================================================
"""

from __future__ import annotations

import json
import unicodedata

_LONGEST = 80
_LONGEST_NUMBER = 256
"""In bits. Python refuses to convert much longer numbers to text."""
_BREAKS = "\n\t\r\N{LINE SEPARATOR}\N{PARAGRAPH SEPARATOR}"


def printable(text: str) -> str:
    """The text as one line of the same length, without control, invisible or direction-changing characters, so that it
    cannot look like another line or move the cursor.
    """
    return text if text.isascii() and text.isprintable() else "".join(map(_printable, text))


def one_line(text: str) -> str:
    """A printable text with each white space replaced by one space, without white space at the ends."""
    return printable(" ".join(text.split()))


def shorten(value: object, limit: int = 60) -> str:
    """A text, or the repr of another value, cut to ``limit`` characters."""
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def quoted(value: object) -> str:
    """A value as JSON: one line of ASCII, cut after 80 characters."""
    text = json.dumps(value, default=lambda other: type(other).__name__)
    return text if len(text) <= _LONGEST else text[:_LONGEST] + '..."'


def shown_name(value: object) -> str:
    """One line of ASCII, cut after 80 characters; in quotes where it differs from the value."""
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= _LONGEST and text.isprintable() and text.isascii() else ascii(text[:_LONGEST])


def escaped(value: object) -> str:
    """One line of ASCII, cut after 80 characters; only the type of a value that is neither text nor number."""
    is_short = isinstance(value, (str, float)) or (isinstance(value, int) and value.bit_length() < _LONGEST_NUMBER)
    text = str(value if is_short else type(value).__name__)
    ascii_only = text[: _LONGEST + 1].encode("unicode_escape").decode("ascii")
    return ascii_only if len(ascii_only) <= _LONGEST else ascii_only[:_LONGEST] + "..."


def _printable(character: str) -> str:
    if character in _BREAKS:
        return " "
    return "\N{REPLACEMENT CHARACTER}" if unicodedata.category(character).startswith("C") else character
