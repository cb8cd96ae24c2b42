# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Plain copies of objects that may have any shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..kube.types import KubeObject

DEEPEST = 64
"""No object of Kubernetes nests deeper; what does is cut off, so that nothing here can exhaust the stack."""
_SCALARS = frozenset((str, int, float, bool))


def plain(value: object, depth: int = DEEPEST) -> Any:
    """A deep copy as decoded JSON has it, without nulls (Go reads a null as an absent field). Anything else becomes text."""
    # Most entries are scalars: a call for each would be most of the cost.
    if isinstance(value, (dict, Mapping)):
        if depth <= 0:
            return {}
        found = {}
        for key, one in value.items():
            if one is not None:
                found[str(key)] = one if type(one) in _SCALARS else plain(one, depth - 1)
        return found
    if isinstance(value, (list, tuple)):
        return (
            [one if type(one) in _SCALARS else plain(one, depth - 1) for one in value if one is not None]
            if depth > 0
            else []
        )
    return value if value is None or isinstance(value, (str, int, float)) else str(value)


def plain_mapping(value: object) -> KubeObject:
    """The copy of a mapping; an empty one for anything else."""
    copied = plain(value) if isinstance(value, Mapping) else {}
    return copied if isinstance(copied, dict) else {}


def texts(value: object) -> dict[str, str]:
    """The entries of a map of strings (labels, annotations) that are strings indeed."""
    return (
        {key: entry for key, entry in value.items() if isinstance(key, str) and isinstance(entry, str)}
        if isinstance(value, Mapping)
        else {}
    )


def strings(value: object) -> list[str]:
    """The strings of a list; empty if it is none."""
    return [entry for entry in value if isinstance(entry, str)] if isinstance(value, list) else []


def whole(value: object) -> int | None:
    """The value if it is an integer, and neither a bool nor text."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None
