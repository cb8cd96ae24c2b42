# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads parts of objects that may have any shape. Malformed parts become findings, never exceptions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..diagnosis.diagnostic import Diagnostic
from ..diagnosis.quoting import escaped
from ..kube.amounts import NOTHING, ONE, Amount, Amounts, rounded_up
from ..kube.quantity import QuantityError, billionths_of
from .finding import finding

MOST_FINDINGS = 20
"""Per object; further findings are dropped, because a hostile object can have any number."""
_THOUSANDTH = ONE // 1000


class Reading:
    """Reads one object; ``findings`` has the reasons for which the API server would refuse it."""

    def __init__(self) -> None:
        self.findings: list[Diagnostic] = []

    def refuse(self, field: str, message: str, next_step: str = "") -> None:
        """Adds one finding."""
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(finding(field, message, next_step))

    def mapping(self, value: object, field: str) -> Mapping[str, Any]:
        """A mapping; empty where it is missing or malformed."""
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
        """Amounts by name. The API server rounds them up to thousandths. Values that are not quantities, or are negative,
        are left out.
        """
        if not value and (value is None or isinstance(value, Mapping)):
            return NOTHING
        read: dict[str, Amount] = {}
        for name, entry in self.mapping(value, field).items():
            if not isinstance(name, str):
                self.refuse(field, f"{escaped(name)} is not a string")
                continue
            try:
                amount = billionths_of(entry)
            except QuantityError as error:
                self.refuse(f"{field}.{escaped(name)}", str(error))
                continue
            if amount < 0:
                self.refuse(f"{field}.{escaped(name)}", f"{escaped(entry)} is negative")
            else:
                read[name] = rounded_up(amount, _THOUSANDTH)
        return read

    def count(self, value: object, field: str, default: int) -> int:
        """A whole number from 0 to 2^31-1; ``default`` where it is missing or malformed."""
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**31:
            self.refuse(field, "is not a whole number between 0 and 2147483647")
            return default
        return value

    def text(self, value: object, field: str) -> str:
        """A string; empty where it is missing or malformed."""
        if isinstance(value, str):
            return value
        if value is not None:
            self.refuse(field, f"is {type(value).__name__}, expected a string")
        return ""
