# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The message of a run that is refused before it writes anything."""

from __future__ import annotations

from collections.abc import Sequence


def report(problems: Sequence[str]) -> str:
    """One message with all problems."""
    if len(problems) == 1:
        return problems[0]
    return "\n".join([f"{len(problems)} problems, and nothing was written:", *(f"  {text}" for text in problems)])
