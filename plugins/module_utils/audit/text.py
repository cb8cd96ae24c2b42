# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How much is shown of one text of others."""

from __future__ import annotations

from ..kube.shown import printable

LONGEST = 600


def plain(text: str) -> str:
    """One line without control, invisible or direction-changing characters, and not endless."""
    cleaned = printable(text)
    return cleaned if len(cleaned) <= LONGEST else f"{cleaned[:LONGEST]} …"
