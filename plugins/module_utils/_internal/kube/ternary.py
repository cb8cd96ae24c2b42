# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Answers with three values: True, False, or None for unknown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Optional

Ternary = Optional[bool]


def all_of(answers: Iterable[Ternary]) -> Ternary:
    """False if an answer is False, else None if one is unknown, else True; True for no answers."""
    result: Ternary = True
    for answer in answers:
        if answer is False:
            return False
        if answer is None:
            result = None
    return result


def any_of(answers: Iterable[Ternary]) -> Ternary:
    """True if an answer is True, else None if one is unknown, else False; False for no answers."""
    result: Ternary = False
    for answer in answers:
        if answer is True:
            return True
        if answer is None:
            result = None
    return result
