# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Plain YAML scalars as Kubernetes reads them (sigs.k8s.io/yaml: YAML 1.1 words, no dates, no sexagesimals).

PyYAML's resolver differs: it reads 12:30 as 750, 2026-01-01 as a date and 1e3 as a string.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Union

Scalar = Union[str, int, float, bool, None]

_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
}
_NOT_JSON = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_INTEGER = re.compile(r"([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]([0-7]+)|(0[0-7]*)|([1-9][0-9]*))", re.ASCII)
_BASES = (16, 2, 8, 8, 10)
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", re.ASCII)
_POINT_FLOAT = re.compile(r"\.[0-9]+(_[0-9]+)*([eE][-+]?[0-9]+(_[0-9]+)*)?", re.ASCII)
_MAX_DIGITS = 4000
_EXACT = 10**21


class NotRepresentable(ValueError):
    """Infinity or not-a-number: values of YAML, but not of JSON and so not of Kubernetes."""


def resolve_plain(text: str) -> Scalar:
    """The value of an unquoted scalar. Raises NotRepresentable for .inf and .nan."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "+-.0123456789":
        return text
    if _NOT_JSON.fullmatch(text):
        raise NotRepresentable(text)
    if text[0] == ".":
        return _float(text.replace("_", ""), text) if _POINT_FLOAT.fullmatch(text) else text
    digits = text.replace("_", "")
    integer = _integer(digits)
    if integer is not None:
        return integer
    return _float(digits, text) if _FLOAT.fullmatch(digits) else text


def _integer(digits: str) -> int | None:
    match = _INTEGER.fullmatch(digits)
    if match is None or len(digits) > _MAX_DIGITS:
        return None
    sign, *bodies = match.groups()
    body, base = next((body, base) for body, base in zip(bodies, _BASES, strict=True) if body is not None)
    value = int(body, base)
    if sign == "-":
        return -value if value <= 2**63 else None
    return value if value < (2**63 if sign else 2**64) else None


def _float(digits: str, text: str) -> Scalar:
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        return text
    # Go writes 1e3 as 1000 into JSON, which an integer field accepts. Like repr, it writes the shortest digits.
    return int(Decimal(repr(value))) if value.is_integer() and abs(value) < _EXACT else value
