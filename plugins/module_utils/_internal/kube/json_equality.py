# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Equality of JSON values."""

from __future__ import annotations

from typing import Any


def same(left: Any, right: Any) -> bool:
    """Equality of JSON values: 1 equals 1.0, but neither equals true."""
    return bool(left == right) and _same_booleans(left, right)


def _same_booleans(left: Any, right: Any) -> bool:
    """Whether two equal values have booleans at the same places (Python takes 1 for True)."""
    if left is right or isinstance(left, str):
        return True
    if isinstance(left, dict):
        return all(_same_booleans(value, right[name]) for name, value in left.items() if not isinstance(value, str))
    if isinstance(left, list):
        return all(map(_same_booleans, left, right))
    return isinstance(left, bool) == isinstance(right, bool)
