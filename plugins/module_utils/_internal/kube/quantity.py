# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Parses Kubernetes quantities exactly as the API server does, without floats.

A quantity is a signed decimal number and a suffix: ``n u m k M G T P E`` (powers of ten), ``Ki Mi Gi Ti Pi Ei`` (powers
of 1024), or ``e3``.
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache

MAX_LENGTH = 64
"""Longer texts are refused: no real quantity needs them."""
MAX_EXPONENT = 1000
"""Larger exponents are refused: they cost time and memory, and mean nothing."""

_GRAMMAR = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?((?:[KMGTPE]i)|[numkMGTPE]?|(?:[eE][+-]?[0-9]+))", re.ASCII)
_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_BILLION = 10**9
_BINARY_CAP = (2**63 - 1) * _BILLION

_LONGEST_NUMBER = 256
"""In bits. A longer number has more digits than a quantity may have, so it is refused before it is converted to text."""
_EXPECTED = "a number and one of the suffixes m k M G T P E Ki Mi Gi Ti Pi Ei, such as 500m, 2 or 4Gi"


class QuantityError(ValueError):
    """``text`` is not a quantity; ``expected`` is a description or a suggestion."""

    def __init__(self, text: str, expected: str) -> None:
        super().__init__(f"{_shown(text)} is not a quantity; expected {expected}")
        self.text = text
        self.expected = expected


def parse_quantity(text: str) -> Fraction:
    """The exact value in base units (cores, bytes, pieces). Raises QuantityError.

    As in the API server, parts of a billionth are rounded away from zero, and values with binary suffixes are at most
    2^63-1.
    """
    return Fraction(_parse(text), _BILLION)


def quantity_of(value: object) -> Fraction:
    """The value of a quantity in YAML or JSON: text, or a number, of which the API server reads the literal. Raises
    QuantityError.
    """
    return Fraction(billionths_of(value), _BILLION)


def quantity_or_none(value: object) -> Fraction | None:
    """The same; None instead of an exception."""
    try:
        return quantity_of(value)
    except QuantityError:
        return None


def billionths_of(value: object) -> int:
    """The value of :func:`quantity_of` in billionths of the base unit: also exact, and faster to calculate with."""
    if isinstance(value, str):
        return _parse(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise QuantityError(type(value).__name__, _EXPECTED)
    if isinstance(value, int) and value.bit_length() > _LONGEST_NUMBER:
        raise QuantityError("a number of several hundred digits", f"at most {MAX_LENGTH} characters")
    return _parse(str(value))


def _parse(text: str) -> int:
    """The value in billionths. Raises QuantityError."""
    if not text:
        raise QuantityError(text, _EXPECTED)
    if len(text) > MAX_LENGTH:
        raise QuantityError(text, f"at most {MAX_LENGTH} characters")
    return _parse_short(text)


@lru_cache(maxsize=4096)
def _parse_short(text: str) -> int:
    match = _GRAMMAR.fullmatch(text)
    if match is None:
        raise QuantityError(text, suggestion(text) or _EXPECTED)
    sign, whole, decimals, suffix = match[1], match[2], match[3] or "", match[4]
    digits = int((whole + decimals) or "0") * _BILLION
    if suffix in _BINARY:
        size = min(_divided(digits << _BINARY[suffix], len(decimals)), _BINARY_CAP)
    else:
        size = _divided(digits, len(decimals) - _exponent(text, suffix))
    return -size if sign == "-" else size


def suggestion(text: str) -> str:
    """The probable meaning of a misspelt quantity: ``10G or 10Gi`` for ``10GB``. Empty when there is none."""
    joined = "".join(text.split()).replace("_", "").replace(",", ".")
    match = re.fullmatch(r"([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+))([A-Za-z]*)", joined, re.ASCII)
    if match is None or len(text) > MAX_LENGTH:
        return ""
    number, unit = match[1], match[2]
    candidates = _units(unit)
    return " or ".join(number + candidate for candidate in candidates)


def _units(unit: str) -> list[str]:
    """The suffixes that a misspelt unit may mean, the literal reading first."""
    if unit in _DECIMAL or unit in _BINARY:
        return [unit]
    letters = unit.lower().removesuffix("ytes").removesuffix("yte").removesuffix("b")
    if letters in ("", "core", "cores", "cpu", "cpus"):
        return [""]
    scale = letters[0].upper()
    if scale not in "KMGTPE" or letters[1:] not in ("", "i"):
        return []
    binary = scale + "i"
    return [binary] if letters[1:] else [scale.lower() if scale == "K" else scale, binary]


def _exponent(text: str, suffix: str) -> int:
    if suffix in _DECIMAL:
        return _DECIMAL[suffix]
    exponent = int(suffix[1:])
    if abs(exponent) > MAX_EXPONENT:
        raise QuantityError(text, f"an exponent between -{MAX_EXPONENT} and {MAX_EXPONENT}")
    return exponent


def _divided(number: int, zeros: int) -> int:
    """``number``, which is not negative, divided by 10 to the power of ``zeros`` and rounded up."""
    power: int = 10 ** abs(zeros)
    return -(-number // power) if zeros > 0 else number * power


def _shown(text: str) -> str:
    """The text in quotes, on one line, cut, and with anything but plain ASCII escaped."""
    cut = text if len(text) <= MAX_LENGTH else text[:MAX_LENGTH] + "..."
    return '"' + cut.encode("unicode_escape").decode("ascii") + '"'
