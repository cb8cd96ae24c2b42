# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The name that a reference to nothing probably meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from ...serverconfig.suggest import suggest

_LONGEST = 253


def did_you_mean(wanted: str, names: Iterable[str], otherwise: str) -> str:
    """The question with the nearest name; ``otherwise`` where none is near."""
    every = sorted(set(names) - {wanted})
    near = [suggestion.name for suggestion in suggest(wanted, (("", name) for name in every), "")]
    near = near or (get_close_matches(wanted, every, n=1) if len(wanted) <= _LONGEST else [])
    return f'did you mean "{near[0]}"?' if near else otherwise
