# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Answers of which some cannot be given: True, False, or None for not known."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Optional

Known = Optional[bool]


def all_of(answers: Iterable[Known]) -> Known:
    """False as soon as one is False, else None if one is not known. True for none at all."""
    result: Known = True
    for answer in answers:
        if answer is False:
            return False
        if answer is None:
            result = None
    return result


def any_of(answers: Iterable[Known]) -> Known:
    """True as soon as one is True, else None if one is not known. False for none at all."""
    result: Known = False
    for answer in answers:
        if answer is True:
            return True
        if answer is None:
            result = None
    return result
