# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The error for a field that the API server would refuse, so that the object's meaning is undefined."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


class Malformed(ValueError):
    """``str()`` is the path of the field and the problem: ``spec.podSelector is not a mapping``."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path} {message}")


def read_mapping(value: object, path: str) -> Mapping[str, Any]:
    """A mapping with string keys; empty for None. Raises Malformed."""
    if value is None:
        return {}
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        raise Malformed(path, "is not a mapping")
    return value


def read_list(value: object, path: str) -> Sequence[Any]:
    """A list; empty for None. Raises Malformed."""
    if value is None:
        return ()
    if not isinstance(value, (list, tuple)):
        raise Malformed(path, "is not a list")
    return value


def refuse_unknown(mapping: Mapping[str, Any], path: str, fields: Sequence[str]) -> None:
    """Raises Malformed for a key that is not in ``fields``: the API server drops it, which changes the object's meaning."""
    for key in mapping:
        if key not in fields:
            raise Malformed(f"{path}.{key}", "is not a field")
