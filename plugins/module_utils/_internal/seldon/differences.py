# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The differences between two canonical forms, as paths for messages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..kube.json_equality import same

_NAME = re.compile(r"[A-Za-z0-9_.-]{1,80}", re.ASCII)


def differing_paths(left: object, right: object, root: str = "") -> tuple[str, ...]:
    """The fields that differ, such as ``podSpec.containers[agent].image``, in the order of their names; empty if there
    are none.

    Entries of lists are compared by their names where all have one; otherwise by their positions.
    """
    return tuple(_walk(left, right, root))


def _walk(left: Any, right: Any, path: str) -> Iterator[str]:
    if same(left, right):
        return
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        for key in sorted({*left, *right}, key=str):
            inner = f"{path}.{_part(key)}" if path else _part(key)
            if key not in left or key not in right:
                yield inner
            else:
                yield from _walk(left[key], right[key], inner)
    elif isinstance(left, list) and isinstance(right, list):
        yield from _lists(left, right, path)
    else:
        yield path


def _lists(left: Sequence[Any], right: Sequence[Any], path: str) -> Iterator[str]:
    names, others = _names(left), _names(right)
    if names is None or others is None:
        for number in range(max(len(left), len(right))):
            inner = f"{path}[{number}]"
            if number >= len(left) or number >= len(right):
                yield inner
            else:
                yield from _walk(left[number], right[number], inner)
        return
    by_name, others_by_name = dict(zip(names, left)), dict(zip(others, right))
    for name in [*names, *(name for name in others if name not in by_name)]:
        inner = f"{path}[{name}]"
        if name not in by_name or name not in others_by_name:
            yield inner
        else:
            yield from _walk(by_name[name], others_by_name[name], inner)
    if [name for name in names if name in others_by_name] != [name for name in others if name in by_name]:
        yield f"{path} (order)"


def _names(entries: Sequence[Any]) -> list[str] | None:
    """The names of all entries; None unless each has a printable name and all names differ."""
    names = [entry.get("name") if isinstance(entry, Mapping) else None for entry in entries]
    valid = [name for name in names if isinstance(name, str) and _NAME.fullmatch(name)]
    return valid if len(valid) == len(names) and len(set(valid)) == len(valid) else None


def _part(key: object) -> str:
    """A key as part of a path: unchanged where it is printable, else quoted and cut."""
    text = str(key)
    return text if _NAME.fullmatch(text) else ascii(text[:80])


def shortened(paths: Sequence[str], most: int = 5) -> str:
    """``a, b and 2 more``."""
    more = len(paths) - most
    return ", ".join(paths[:most]) + (f" and {more} more" if more > 0 else "")
