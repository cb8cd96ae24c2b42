# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads parts of objects that may have any shape: what is malformed becomes a finding, never an exception."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .amounts import NOTHING, ONE, Amount, Amounts, rounded_up
from .finding import Finding, plain
from .quantity import QuantityError, billionths_of

MOST_FINDINGS = 20
"""Further ones of the same object are not kept: a hostile object could have any number."""
_THOUSANDTH = ONE // 1000


class Reading:
    """Reads one object; ``findings`` grows with what the API server would refuse."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def refuse(self, field: str, message: str, repair: str = "") -> None:
        """Notes one finding."""
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(Finding(field, message, repair))

    def mapping(self, value: object, field: str) -> Mapping[str, Any]:
        """A mapping; missing or malformed is an empty one."""
        if isinstance(value, (dict, Mapping)):
            return value
        if value is not None:
            self.refuse(field, f"is {type(value).__name__}, expected a mapping")
        return {}

    def mappings(self, value: object, field: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """The mappings of a list, each with its path."""
        if not isinstance(value, (list, tuple)):
            if value is not None:
                self.refuse(field, f"is {type(value).__name__}, expected a list")
            return
        for index, entry in enumerate(value):
            path = f"{field}[{index}]"
            if isinstance(entry, (dict, Mapping)):
                yield path, entry
            else:
                self.refuse(path, f"is {type(entry).__name__}, expected a mapping")

    def amounts(self, value: object, field: str) -> Amounts:
        """Quantities by name, in whole thousandths, to which the API server rounds them up; those that are none, or negative, are left out."""
        if not value and (value is None or isinstance(value, Mapping)):
            return NOTHING
        read: dict[str, Amount] = {}
        for name, entry in self.mapping(value, field).items():
            if not isinstance(name, str):
                self.refuse(field, f"{plain(name)} is not a string")
                continue
            try:
                amount = billionths_of(entry)
            except QuantityError as error:
                self.refuse(f"{field}.{plain(name)}", str(error))
                continue
            if amount < 0:
                self.refuse(f"{field}.{plain(name)}", f"{plain(entry)} is negative")
            else:
                read[name] = rounded_up(amount, _THOUSANDTH)
        return read

    def count(self, value: object, field: str, default: int) -> int:
        """A whole number that is not negative, in 32 bits as the API has it; ``default`` where there is none."""
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**31:
            self.refuse(field, "is not a whole number between 0 and 2147483647")
            return default
        return value

    def text(self, value: object, field: str) -> str:
        """A string; missing or malformed is an empty one."""
        if isinstance(value, str):
            return value
        if value is not None:
            self.refuse(field, f"is {type(value).__name__}, expected a string")
        return ""
