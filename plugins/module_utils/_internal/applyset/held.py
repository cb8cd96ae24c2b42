# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Fields that stay as another manager wrote them, and the configuration to apply without them.

Server-side apply refuses a whole request for one field that another manager owns with another value. A request without
that field changes everything else, and gives up ours of the field only: the value stays, because its owner still owns it
(https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..kube.types import KubeObject
from .compare import MISSING, FieldChange, ListItem, Path, show_path

NOTATION = "the notation of the API server"
"""What allows a live value that the API server made of the value of the intent."""


@dataclass(frozen=True)
class HeldField:
    """A field whose live value is not the one of the intent, and is kept.

    ``owners`` are field managers. ``allowed_by`` are the words for what else in the intent allows the live value, such as
    limits for an autoscaler; empty if nothing does, so that the object differs from what is written.
    """

    change: FieldChange
    owners: tuple[str, ...]
    allowed_by: str = ""

    @property
    def field(self) -> str:
        """The path as text."""
        return show_path(self.change.path)


def without(intent: KubeObject, paths: Iterable[Path]) -> KubeObject:
    """A copy of the intent without the fields of these paths, and without maps and lists that had no other content.

    A list item stays as long as its key does: it keeps our share of the item.
    """
    places = [tuple(_place(part) for part in path) for path in paths]
    rest: KubeObject = _without(intent, places) if places else intent
    return rest


def _place(part: str) -> str | int:
    return part.position if isinstance(part, ListItem) else part


def _without(value: Any, places: Iterable[tuple[str | int, ...]]) -> Any:
    """``value`` without the places in it; MISSING if nothing is left."""
    below: dict[str | int, list[tuple[str | int, ...]]] = {}
    for place in places:
        if not place:
            return MISSING
        below.setdefault(place[0], []).append(place[1:])
    if isinstance(value, Mapping):
        entries = {name: _without(item, below[name]) if name in below else item for name, item in value.items()}
        return {name: item for name, item in entries.items() if item is not MISSING} or MISSING
    items = [_without(item, below[number]) if number in below else item for number, item in enumerate(value)]
    return [item for item in items if item is not MISSING] or MISSING
