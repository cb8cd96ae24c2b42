# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The options of the tenant's operator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ...diagnosis.reading import Reading


@dataclass(frozen=True)
class OperatorOptions:
    """``resources`` is laid over the resources of the central operator's container: requests and limits by resource
    name.
    """

    resources: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def read_operator(reading: Reading, value: object, path: str) -> OperatorOptions:
    given = reading.mapping(value, path)
    reading.refuse_unknown_keys(given, path + ".", ("resources",))
    return OperatorOptions(read_resources(reading, given.get("resources"), path + ".resources"))


def read_resources(reading: Reading, value: object, path: str) -> dict[str, dict[str, str]]:
    """A container's ``requests`` and ``limits``."""
    given = reading.mapping(value, path)
    reading.refuse_unknown_keys(given, path + ".", ("requests", "limits"))
    return {
        key: reading.quantities(given[key], f"{path}.{key}")
        for key in ("requests", "limits")
        if given.get(key) is not None
    }
