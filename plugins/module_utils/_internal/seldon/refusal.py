# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Why the scheduler or the operator does not accept an object."""

from __future__ import annotations

from typing import NamedTuple


class Refusal(NamedTuple):
    """``reason`` are words about ``field``; ``next_step`` is empty where a name of ``names`` was probably meant instead of
    ``wanted``.
    """

    field: str
    reason: str
    next_step: str = ""
    wanted: str = ""
    names: tuple[str, ...] = ()


DOT = ("has a dot, which the scheduler refuses", "rename it: lower-case letters, digits and -")
"""The reason and the next step for a name of a Model or a Pipeline."""
