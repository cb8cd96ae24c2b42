# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Quantities as text, in the form that Go's resource.Quantity prints (apimachinery, CanonicalizeBytes)."""

from __future__ import annotations

import re
from fractions import Fraction

_DECIMAL = {-9: "n", -6: "u", -3: "m", 0: "", 3: "k", 6: "M", 9: "G", 12: "T", 15: "P", 18: "E"}
_BINARY = ("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei")
_EXPONENT = re.compile(r"[0-9.][eE][+-]?[0-9]+\Z")


def format_quantity(value: Fraction, like: str) -> str:
    """The canonical text of ``value``, in the suffix family of the text ``like``: binary, decimal or exponent.

    Pass the first operand of a sum as ``like``: Go keeps its family. Parts of a billionth are rounded away from zero.
    """
    if like.endswith("i") and abs(value) >= 1024 and value.denominator == 1:
        return _binary(value.numerator)
    return _decimal(value, exponent_form=_EXPONENT.search(like) is not None)


def _binary(whole: int) -> str:
    step = 0
    while whole % 1024 == 0 and step < len(_BINARY) - 1:
        whole, step = whole // 1024, step + 1
    return f"{whole}{_BINARY[step]}"


def _decimal(value: Fraction, exponent_form: bool) -> str:
    nanos = -(-abs(value) * 10**9 // 1)
    if nanos == 0:
        return "0"
    highest = 10**6 if exponent_form else 18
    digits, exponent = int(nanos), -9
    while digits % 1000 == 0 and exponent < highest:
        digits, exponent = digits // 1000, exponent + 3
    sign = "-" if value < 0 else ""
    if exponent_form:
        return f"{sign}{digits}" + (f"e{exponent}" if exponent else "")
    return f"{sign}{digits}{_DECIMAL[exponent]}"
