# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Copies of objects that may have any shape, as JSON values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .types import KubeObject

DEEPEST = 64
"""No object of Kubernetes nests deeper. Deeper parts are cut off, so that recursion cannot exhaust the stack."""
_SCALARS = frozenset((str, int, float, bool))


def json_copy(value: object, depth: int = DEEPEST) -> Any:
    """A deep copy as decoded JSON, without nulls (Go reads a null as an absent field). Values that are not JSON become
    text.
    """
    # Most entries are scalars, so they are copied without a call: that saves most of the time.
    if isinstance(value, (dict, Mapping)):
        if depth <= 0:
            return {}
        copied = {}
        for key, entry in value.items():
            if entry is not None:
                copied[str(key)] = entry if type(entry) in _SCALARS else json_copy(entry, depth - 1)
        return copied
    if isinstance(value, (list, tuple)):
        return (
            [entry if type(entry) in _SCALARS else json_copy(entry, depth - 1) for entry in value if entry is not None]
            if depth > 0
            else []
        )
    return value if value is None or isinstance(value, (str, int, float)) else str(value)


def without_nulls(value: Any) -> Any:
    """A copy without null entries of mappings, at any depth: a null field is an absent field. Items of lists stay, because
    the others would move up.
    """
    if isinstance(value, Mapping):
        return {key: without_nulls(entry) for key, entry in value.items() if entry is not None}
    if isinstance(value, list):
        return [without_nulls(entry) for entry in value]
    return value


def json_mapping(value: object) -> KubeObject:
    """The copy of a mapping; an empty one for anything else."""
    copied = json_copy(value) if isinstance(value, Mapping) else {}
    return copied if isinstance(copied, dict) else {}


def texts(value: object) -> dict[str, str]:
    """The entries of a mapping whose keys and values are strings, as of labels and annotations."""
    return (
        {key: entry for key, entry in value.items() if isinstance(key, str) and isinstance(entry, str)}
        if isinstance(value, Mapping)
        else {}
    )


def strings(value: object) -> list[str]:
    """The strings of a list; empty if it is not a list."""
    return [entry for entry in value if isinstance(entry, str)] if isinstance(value, list) else []


def whole(value: object) -> int | None:
    """The value if it is an integer, else None. A bool is not an integer."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None
