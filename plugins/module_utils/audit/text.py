# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Text of others as it may be shown: names and messages come from whoever could write the object."""

from __future__ import annotations

import unicodedata

LONGEST = 600


def plain(text: str) -> str:
    """One line without control, invisible or direction-changing characters, and not endless."""
    cleaned = text if text.isascii() and text.isprintable() else "".join(map(_shown, text))
    return cleaned if len(cleaned) <= LONGEST else f"{cleaned[:LONGEST]} …"


def _shown(character: str) -> str:
    if character in "\n\t\r\N{LINE SEPARATOR}\N{PARAGRAPH SEPARATOR}":
        return " "
    return "\N{REPLACEMENT CHARACTER}" if unicodedata.category(character).startswith("C") else character
