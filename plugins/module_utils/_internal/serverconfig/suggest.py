# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a reference that leads nowhere probably meant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..kube.names import is_dns_subdomain

MOST = 3
_STOCK = ("mlserver", "mlserver-config", "triton", "triton-config")
_SKELETON = (("rn", "m"), ("vv", "w"), ("0", "o"), ("1", "l"), ("i", "l"), ("5", "s"), ("_", "-"))
_LONGEST = 253


@dataclass(frozen=True)
class Suggestion:
    """A name that exists, and where."""

    name: str
    namespace: str


def suggest(wanted: str, candidates: Iterable[tuple[str, str]], own: str) -> tuple[Suggestion, ...]:
    """At most three of ``candidates`` (namespace, name), each name once: the own namespace's first, then the likest,
    then by name.
    """
    if not wanted or len(wanted) > _LONGEST:
        return ()
    scored = []
    seen: dict[str, tuple[int, int] | None] = {}
    for namespace, name in candidates:
        if name not in seen:
            seen[name] = score(wanted, name) if is_dns_subdomain(name) else None
        likeness = seen[name]
        if likeness is not None and (name != wanted or namespace != own):
            scored.append((namespace != own, likeness, name, namespace))
    first: dict[str, str] = {}
    for _other, _score, name, namespace in sorted(scored):
        first.setdefault(name, namespace)
    return tuple(Suggestion(name, namespace) for name, namespace in list(first.items())[:MOST])


def score(wanted: str, name: str) -> tuple[int, int] | None:
    """How alike two names are, least first; None when they are not: letter case, look-alikes, typing errors, an affix,
    stock names.
    """
    if wanted.casefold() == name.casefold():
        return (0, 0)
    if skeleton(wanted) == skeleton(name):
        return (1, 0)
    distance = typing_distance(wanted.casefold(), name, max(1, len(wanted) // 4))
    if distance is not None:
        return (2, distance)
    if _affix(wanted.casefold(), name):
        return (3, abs(len(wanted) - len(name)))
    if name in _STOCK and wanted.casefold()[:3] == name[:3]:
        return (4, 0)
    return None


def skeleton(name: str) -> str:
    """The name with look-alikes made one."""
    text = name.casefold()
    for written, meant in _SKELETON:
        text = text.replace(written, meant)
    return text


def typing_distance(one: str, other: str, limit: int) -> int | None:
    """Insertions, deletions, replacements and swaps of neighbours (Damerau-Levenshtein); None when there are more than
    ``limit``.
    """
    if abs(len(one) - len(other)) > limit:
        return None
    before: list[int] = []
    row = list(range(len(other) + 1))
    for number, letter in enumerate(one, 1):
        earlier, before, row = before, row, [number]
        for place, against in enumerate(other, 1):
            cost = min(before[place] + 1, row[place - 1] + 1, before[place - 1] + (letter != against))
            if number > 1 and place > 1 and letter == other[place - 2] and one[number - 2] == against:
                cost = min(cost, earlier[place - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return None
    return row[-1] if row[-1] <= limit else None


def _affix(wanted: str, name: str) -> bool:
    """One of them is the other with a part before or behind: mlserver, mlserver-config, team-mlserver."""
    short, long = sorted((wanted, name), key=len)
    return len(short) >= 3 and (long.startswith(f"{short}-") or long.endswith(f"-{short}"))
