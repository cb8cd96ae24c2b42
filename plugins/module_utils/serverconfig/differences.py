# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where two canonical forms differ, as paths for people."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..applyset.compare import same

_NAME = re.compile(r"[A-Za-z0-9_.-]{1,80}", re.ASCII)


def differing_paths(left: object, right: object, root: str = "") -> tuple[str, ...]:
    """The fields that differ, such as ``podSpec.containers[agent].image``, in the order of their names; empty if there are none.

    Entries of lists are known by their names where all have one; otherwise by their numbers.
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
    one, other = dict(zip(names, left)), dict(zip(others, right))
    for name in [*names, *(name for name in others if name not in one)]:
        inner = f"{path}[{name}]"
        if name not in one or name not in other:
            yield inner
        else:
            yield from _walk(one[name], other[name], inner)
    if [name for name in names if name in other] != [name for name in others if name in one]:
        yield f"{path} (order)"


def _names(entries: Sequence[Any]) -> list[str] | None:
    """The names of all entries; None unless each has one that is fit to be shown, and no two the same."""
    names = [entry.get("name") if isinstance(entry, Mapping) else None for entry in entries]
    found = [name for name in names if isinstance(name, str) and _NAME.fullmatch(name)]
    return found if len(found) == len(names) and len(set(found)) == len(found) else None


def _part(key: object) -> str:
    """A key as part of a path: as it is where it is fit for that, else quoted and cut."""
    text = str(key)
    return text if _NAME.fullmatch(text) else ascii(text[:80])
