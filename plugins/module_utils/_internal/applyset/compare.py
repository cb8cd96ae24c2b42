# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which fields an apply would change on a live object, computed without a request.

Server-side apply changes an object where a value differs, where the manager does not own a field yet,
and where it owns a field that the intent no longer has. Each of the three is a :class:`FieldChange`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..kube.json_equality import same
from ..kube.types import KubeObject
from ..ownership.managed_fields import Fields, Ownership, is_ours, ownerships

Path = tuple[str, ...]
Settled = dict[str, list[str]]
"""Path to the digests of what was sent and of what the server stored in its place."""


class ListItem(str):
    """The label of a list item in a path, such as ``[name="agent"]``, with the item's position in the intent."""

    position: int

    def __new__(cls, label: str, position: int) -> ListItem:
        item = super().__new__(cls, label)
        item.position = position
        return item


class Missing:
    """The absence of a field, as opposed to a null."""

    def __repr__(self) -> str:
        return "(absent)"


MISSING = Missing()
_GRANULAR = {(), ("metadata",), ("metadata", "labels"), ("metadata", "annotations")}
"""Maps that every kind merges by name, whether anybody owns a field of them or not."""
_UNTRACKED = {("apiVersion",), ("kind",), ("metadata", "name"), ("metadata", "namespace")}


@dataclass(frozen=True)
class FieldChange:
    """One field that an apply would set, take up ownership of, or remove (``after`` is MISSING)."""

    path: Path
    before: Any
    after: Any
    owners: tuple[str, ...] = ()
    """Other managers that own the field with another value: server-side apply answers 409."""

    @property
    def is_visible(self) -> bool:
        """Whether the object's content changes, not only who owns it."""
        return bool(self.before is MISSING or self.after is MISSING or not same(self.before, self.after))


def show_path(path: Path) -> str:
    """``.spec.podSpec.containers[name="agent"].image``, as the API server writes it."""
    return "".join(part if part.startswith("[") else f".{part}" for part in path)


def compare(intent: KubeObject, live: KubeObject, manager: str, settled: Settled) -> list[FieldChange]:
    """The changes that applying ``intent`` as ``manager`` would make on ``live``, in the intent's order.

    ``settled`` names differences that the server itself made from the very same intent (a quantity in another
    notation, a default inside an atomic list). They do not count as changes while both sides are as recorded.
    """
    entries = ownerships(live)
    ours = next((entry.fields for entry in entries if is_ours(entry, manager)), None)
    others = [entry for entry in entries if not is_ours(entry, manager)]
    found = _walk(intent, live, _Owned(ours, [(other, other.fields) for other in others]), ())
    changes = [(change, is_settled(change, settled)) for change in found]
    if all(is_same for change, is_same in changes):
        return []
    # Once there is something to write, the server looks at contested fields again, settled or not.
    return [change for change, is_same in changes if change.owners or not is_same]


def settle(intent: KubeObject, stored: KubeObject, manager: str) -> Settled:
    """The differences right after an apply: values that the server stores in another form."""
    return as_settled(compare(intent, stored, manager, {}))


def as_settled(changes: Iterable[FieldChange]) -> Settled:
    """The record of these differences."""
    return {show_path(change.path): _digests(change) for change in changes}


def is_settled(change: FieldChange, settled: Settled) -> bool:
    """Whether the difference is the recorded one: the live value is what the server made of the very same intent."""
    return settled.get(show_path(change.path)) == _digests(change)


def _digests(change: FieldChange) -> list[str]:
    return [_digest(change.after), _digest(change.before)]


def _digest(value: Any) -> str:
    if value is MISSING:
        return "-"
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


_Others = list[tuple[Ownership, Fields]]


@dataclass(slots=True)
class _Owned:
    """The owners of the fields below one path. ``mine`` is None where we own nothing, and empty where we own a leaf."""

    mine: Fields | None
    others: _Others

    def below(self, field: str) -> _Owned:
        mine = self.mine.get(field) if self.mine else None
        others = [(entry, fields[field]) for entry, fields in self.others if field in fields] if self.others else []
        return _Owned(mine, others)

    @property
    def fields(self) -> list[str]:
        """Every field that somebody owns, ours first. Their form tells how the server merges: by name, by key, or not."""
        names = dict.fromkeys(self.mine or {})
        for _manager, fields in self.others:
            names.update(dict.fromkeys(fields))
        return list(names)

    @property
    def managers(self) -> tuple[str, ...]:
        return tuple(sorted({entry.manager for entry, owned in self.others}))


def _walk(intent: Any, live: Any, owned: _Owned, path: Path) -> Iterator[FieldChange]:
    if isinstance(intent, dict) and isinstance(live, dict) and (path in _GRANULAR or _has(owned.fields, "f:")):
        yield from _walk_map(intent, live, owned, path)
    elif isinstance(intent, list) and isinstance(live, list) and _has(owned.fields, "k:", "v:"):
        yield from _walk_list(intent, live, owned, owned.fields, path)
    elif not same(intent, live):
        yield FieldChange(path, live, intent, owned.managers)
    elif owned.mine is None:
        yield FieldChange(path, live, intent)


def _walk_map(intent: Mapping[str, Any], live: Mapping[str, Any], owned: _Owned, path: Path) -> Iterator[FieldChange]:
    for name, wanted in intent.items():
        inner = (*path, name)
        if inner in _UNTRACKED:
            continue
        below = owned.below(f"f:{name}")
        if name not in live:
            yield FieldChange(inner, MISSING, wanted, _leaf_owners(below))
        elif not _is_settled_leaf(wanted, live[name], below):
            yield from _walk(wanted, live[name], below, inner)
    for field in owned.mine or ():
        name = field[2:]
        if field.startswith("f:") and name not in intent and (*path, name) not in _UNTRACKED and name in live:
            yield from _given_up((*path, name), live[name], owned.below(field))


def _is_settled_leaf(intent: Any, live: Any, owned: _Owned) -> bool:
    """Whether the field is a scalar that we own and that has the wanted value. Most are, so this saves a recursive call."""
    return owned.mine is not None and not isinstance(intent, (dict, list)) and same(intent, live)


def _walk_list(
    intent: list[Any], live: list[Any], owned: _Owned, fields: Sequence[str], path: Path
) -> Iterator[FieldChange]:
    items = [(field, json.loads(field[2:])) for field in fields if field[:2] in ("k:", "v:")]
    claimed = _claims(intent, live, items)
    positions = []
    for number, item in enumerate(intent):
        if number not in claimed:
            yield FieldChange((*path, ListItem(_item_label(item, items), number)), MISSING, item)
            continue
        field, key, position = claimed[number]
        positions.append(position)
        label = ListItem(f"[{item_label(field, key)}]", number)
        yield from _walk(item, live[position], owned.below(field), (*path, label))
    wanted_fields = {claim[0] for claim in claimed.values()}
    for field, key in items:
        if field in (owned.mine or ()) and field not in wanted_fields:
            leftover = _position(field, key, live)
            if leftover is not None:
                yield from _given_up((*path, f"[{item_label(field, key)}]"), live[leftover], owned.below(field))
    if positions != sorted(positions):
        yield FieldChange(path, live, intent)


def _given_up(path: Path, live: Any, owned: _Owned) -> Iterator[FieldChange]:
    """A field of ours that is no longer wanted. The server removes what only we own below it, and keeps what others own."""
    mine = list(owned.mine or ())
    if not owned.others:
        yield FieldChange(path, live, MISSING)
    elif isinstance(live, dict) and _has(mine, "f:"):
        yield from _walk_map({}, live, owned, path)
    elif isinstance(live, list) and _has(mine, "k:", "v:"):
        yield from _walk_list([], live, owned, owned.fields, path)
    else:
        yield FieldChange(path, live, live)


def _leaf_owners(owned: _Owned) -> tuple[str, ...]:
    """The managers that own the field as a whole although it is absent: an empty map or list, which the server does not store."""
    return tuple(sorted({entry.manager for entry, fields in owned.others if not fields}))


def _has(fields: Sequence[str], *prefixes: str) -> bool:
    return any(field[:2] in prefixes for field in fields)


_Claim = tuple[str, Any, int]
"""The field, its key and the live position of a list item."""


def _claims(intent: list[Any], live: list[Any], items: Sequence[tuple[str, Any]]) -> dict[int, _Claim]:
    """Which live item each item of the intent means, by its number.

    A key that an item leaves out was defaulted by the server (a port's protocol). So full keys choose first.
    """
    claimed: dict[int, _Claim] = {}
    taken: set[str] = set()
    for exactly in (True, False):
        for number, item in enumerate(intent):
            if number in claimed:
                continue
            for field, key in items:
                position = (
                    _position(field, key, live) if field not in taken and _means(item, field, key, exactly) else None
                )
                if position is not None:
                    claimed[number] = (field, key, position)
                    taken.add(field)
                    break
    return claimed


def _means(item: Any, field: str, key: Any, exactly: bool) -> bool:
    if field.startswith("v:"):
        return same(key, item)
    if not isinstance(item, dict):
        return False
    named = [name for name in key if name in item]
    return (len(named) == len(key) if exactly else bool(named)) and all(same(item[name], key[name]) for name in named)


def _position(field: str, key: Any, live: list[Any]) -> int | None:
    for position, item in enumerate(live):
        if field.startswith("v:"):
            if same(item, key):
                return position
        elif isinstance(item, dict) and all(name in item and same(item[name], v) for name, v in key.items()):
            return position
    return None


def item_label(field: str, key: Any) -> str:
    """``name="agent"`` for the key of a list item in FieldsV1, ``="value"`` for a value."""
    if field.startswith("v:"):
        return f"={json.dumps(key)}"
    return ",".join(f"{name}={json.dumps(value)}" for name, value in key.items())


def _item_label(item: Any, items: Sequence[tuple[str, Any]]) -> str:
    names: list[str] = next((list(key) for field, key in items if field.startswith("k:")), [])
    if isinstance(item, dict):
        return "[" + ",".join(f"{name}={json.dumps(item[name])}" for name in names if name in item) + "]"
    return f"[={json.dumps(item)}]"
