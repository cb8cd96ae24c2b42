# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a live object still has all wanted fields."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

_QUANTITY = re.compile(r"^([+-]?(?:\d+\.?\d*|\.\d+))(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?\d+))?$")
_SUFFIXES = {
    "n": Decimal("1e-9"),
    "u": Decimal("1e-6"),
    "m": Decimal("1e-3"),
    **{suffix: Decimal(1000) ** power for power, suffix in enumerate("kMGTPE", 1)},
    **{f"{suffix}i": Decimal(1024) ** power for power, suffix in enumerate("KMGTPE", 1)},
}


def carries(live: Any, wanted: Any) -> bool:
    """Whether live has every field of wanted. Defaults of the API server and omitted empty values do not count."""
    if _empty(wanted):
        return True
    if isinstance(wanted, dict):
        return isinstance(live, dict) and all(carries(live.get(key), value) for key, value in wanted.items())
    if isinstance(wanted, list):
        return (
            isinstance(live, list)
            and len(live) == len(wanted)
            and all(carries(one, other) for one, other in zip(live, wanted, strict=True))
        )
    return bool(live == wanted) or _same_quantity(live, wanted)


def _empty(value: Any) -> bool:
    """Whether the value is one that Go omits from JSON (omitempty)."""
    return value is None or value == "" or value == [] or value == {} or value is False


def _same_quantity(one: Any, other: Any) -> bool:
    left, right = _number(one), _number(other)
    return left is not None and left == right


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return None
    match = _QUANTITY.match(str(value))
    if not match:
        return None
    number, suffix, exponent = match.groups()
    if exponent:
        return Decimal(number) * Decimal(10) ** int(exponent)
    return Decimal(number) * _SUFFIXES.get(suffix or "", Decimal(1))
