# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What applying an intent would change on a live object, found without asking the server.

Server-side apply changes an object where a value differs, where the manager does not own a field yet,
and where it owns a field that the intent no longer has. Each of the three is a :class:`FieldChange`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..kube.types import KubeObject
from .fields import Fields, Ownership, is_ours, ownerships

Path = tuple[str, ...]
Settled = dict[str, list[str]]
"""Path to the digests of what was sent and of what the server stored in its place."""


class Missing:
    """The absence of a field, as opposed to a null."""

    def __repr__(self) -> str:
        return "(absent)"


MISSING = Missing()
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
        return bool(self.before is MISSING or self.after is MISSING or self.before != self.after)


def show_path(path: Path) -> str:
    """``.spec.podSpec.containers[name="agent"].image``, as the API server writes it."""
    return "".join(part if part.startswith("[") else f".{part}" for part in path)


def compare(intent: KubeObject, live: KubeObject, manager: str, settled: Settled) -> list[FieldChange]:
    """The changes that applying ``intent`` as ``manager`` would make on ``live``, in the intent's order.

    ``settled`` names differences that the server itself made from the very same intent (a quantity that it
    writes otherwise, a default inside an atomic list): they are no changes as long as both sides are as recorded.
    """
    entries = ownerships(live)
    ours = next((entry.fields for entry in entries if is_ours(entry, manager)), {})
    others = [entry for entry in entries if not is_ours(entry, manager)]
    found = _walk(intent, live, ours, [(other, other.fields) for other in others], ())
    return [change for change in found if settled.get(show_path(change.path)) != _digests(change)]


def settle(intent: KubeObject, stored: KubeObject, manager: str) -> Settled:
    """What differs right after an apply: the server's own rendering of the intent."""
    return {show_path(change.path): _digests(change) for change in compare(intent, stored, manager, {})}


def _digests(change: FieldChange) -> list[str]:
    return [_digest(change.after), _digest(change.before)]


def _digest(value: Any) -> str:
    if value is MISSING:
        return "-"
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


_Others = list[tuple[Ownership, Fields]]


def _walk(intent: Any, live: Any, ours: Fields, others: _Others, path: Path) -> Iterator[FieldChange]:
    if isinstance(intent, Mapping) and isinstance(live, Mapping) and (ours or path == ()):
        yield from _walk_map(intent, live, ours, others, path)
    elif isinstance(intent, list) and isinstance(live, list) and _is_associative(ours):
        yield from _walk_list(intent, live, ours, others, path)
    elif intent != live:
        yield FieldChange(path, live, intent, _owners(others))


def _walk_map(
    intent: Mapping[str, Any], live: Mapping[str, Any], ours: Fields, others: _Others, path: Path
) -> Iterator[FieldChange]:
    for name, wanted in intent.items():
        inner, field = (*path, name), f"f:{name}"
        if inner in _UNTRACKED:
            continue
        if field in ours and name in live:
            yield from _walk(wanted, live[name], ours[field], _descend(others, field), inner)
        elif name in live:
            yield from _unowned(wanted, live[name], _descend(others, field), inner)
        else:
            yield FieldChange(inner, MISSING, wanted)
    for field in ours:
        name = field[2:]
        if field.startswith("f:") and name not in intent and (*path, name) not in _UNTRACKED and name in live:
            yield FieldChange((*path, name), live[name], MISSING)


def _unowned(wanted: Any, live: Any, others: _Others, path: Path) -> Iterator[FieldChange]:
    """A field that is there but not ours: descend, to name the very leaves that differ."""
    if isinstance(wanted, Mapping) and isinstance(live, Mapping) and wanted and any(f for _, f in others):
        for name, value in wanted.items():
            if name in live:
                yield from _unowned(value, live[name], _descend(others, f"f:{name}"), (*path, name))
            else:
                yield FieldChange((*path, name), MISSING, value)
    elif wanted == live:
        yield FieldChange(path, live, wanted)
    else:
        yield FieldChange(path, live, wanted, _owners(others))


def _walk_list(intent: list[Any], live: list[Any], ours: Fields, others: _Others, path: Path) -> Iterator[FieldChange]:
    wanted_fields = set()
    positions = []
    for item in intent:
        found = _find(item, live, ours)
        if found is None:
            yield FieldChange((*path, _item_label(item, ours)), MISSING, item)
            continue
        field, position, label = found
        wanted_fields.add(field)
        positions.append(position)
        yield from _walk(item, live[position], ours[field], _descend(others, field), (*path, label))
    for field in ours:
        if field[:2] in ("k:", "v:") and field not in wanted_fields:
            leftover = _position(field, live)
            if leftover is not None:
                yield FieldChange((*path, f"[{_label(field)}]"), live[leftover], MISSING)
    if positions != sorted(positions):
        yield FieldChange(path, live, intent, _owners(others))


def _is_associative(ours: Fields) -> bool:
    return any(field[:2] in ("k:", "v:") for field in ours)


def _find(item: Any, live: list[Any], ours: Fields) -> tuple[str, int, str] | None:
    """Our field, the live position and the label of the list item that ``item`` means.

    A key that the item leaves out was defaulted by the server (a port's protocol), so it does not count.
    """
    for field in ours:
        if field.startswith("k:") and isinstance(item, Mapping):
            keys = json.loads(field[2:])
            matches = all(item[name] == value for name, value in keys.items() if name in item)
            matches = matches and any(name in item for name in keys)
        elif field.startswith("v:"):
            matches = json.loads(field[2:]) == item
        else:
            continue
        position = _position(field, live) if matches else None
        if position is not None:
            return field, position, f"[{_label(field)}]"
    return None


def _position(field: str, live: list[Any]) -> int | None:
    key = json.loads(field[2:])
    for position, item in enumerate(live):
        if field.startswith("v:") and item == key:
            return position
        if field.startswith("k:") and isinstance(item, Mapping) and all(item.get(n) == v for n, v in key.items()):
            return position
    return None


def _label(field: str) -> str:
    key = json.loads(field[2:])
    if field.startswith("v:"):
        return f"={json.dumps(key)}"
    return ",".join(f"{name}={json.dumps(value)}" for name, value in key.items())


def _item_label(item: Any, ours: Fields) -> str:
    names = next((list(json.loads(field[2:])) for field in ours if field.startswith("k:")), [])
    if isinstance(item, Mapping):
        return "[" + ",".join(f"{name}={json.dumps(item[name])}" for name in names if name in item) + "]"
    return f"[={json.dumps(item)}]"


def _descend(others: _Others, field: str) -> _Others:
    return [(entry, fields[field]) for entry, fields in others if field in fields]


def _owners(others: _Others) -> tuple[str, ...]:
    return tuple(sorted({entry.manager for entry, _ in others}))
