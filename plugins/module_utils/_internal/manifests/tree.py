# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A parsed document with its line numbers, and the faults of texts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar, Union

from .scalar import Scalar

MAX_DEPTH = 100
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class Fault:
    """A problem of a text, before its object is known. ``line`` counts from 1.

    ``quoted`` is the part of the message that repeats a value; it is hidden where the value may be a Secret's.
    """

    line: int | None
    message: str
    next_step: str
    field: str = ""
    quoted: str = ""


class Unreadable(Exception):
    """The rest of the text cannot be read."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


@dataclass(slots=True)
class ScalarNode:
    """A string, number, boolean or null; ``text`` is the literal of a value that is not a string."""

    value: Scalar
    line: int
    text: str = ""
    size: ClassVar[int] = 1
    depth: ClassVar[int] = 1


@dataclass(slots=True)
class SequenceNode:
    """A list. ``size`` counts nodes with every alias expanded; ``depth`` counts levels."""

    line: int
    items: list[Node] = field(default_factory=list)
    size: int = 1
    depth: int = 1

    def add(self, node: Node) -> None:
        """Appends one item."""
        self.items.append(node)
        self.size += node.size
        if node.depth >= self.depth:
            self.depth = node.depth + 1


@dataclass(slots=True)
class MappingNode:
    """A mapping with string keys; ``lines`` holds the line of each key."""

    line: int
    entries: dict[str, Node] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    size: int = 1
    depth: int = 1

    def put(self, key: str, line: int, node: Node) -> None:
        """Sets one entry."""
        self.entries[key] = node
        self.lines[key] = line
        self.size += node.size + 1
        if node.depth >= self.depth:
            self.depth = node.depth + 1


def half_character(text: str, line: int) -> Fault | None:
    """The fault of a text with half a surrogate pair (an escape such as \\ud83d alone), which UTF-8 cannot encode."""
    if text.isascii() or _SURROGATE.search(text) is None:
        return None
    return Fault(line, "contains half a character (a single \\ud800 to \\udfff escape)", "write the character itself")


Node = Union[ScalarNode, SequenceNode, MappingNode]


@dataclass(frozen=True)
class Document:
    """One document of a file: its root, and the faults of a document that could still be read."""

    root: Node
    line: int
    faults: tuple[Fault, ...]


def to_data(node: Node) -> Any:
    """The document as plain dicts, lists and scalars; aliases become copies."""
    if isinstance(node, MappingNode):
        return {key: to_data(value) for key, value in node.entries.items()}
    if isinstance(node, SequenceNode):
        return [to_data(item) for item in node.items]
    return node.value


def objects_of(node: Node) -> Iterator[Node]:
    """The objects of a document: itself, or the items of a List (also of a typed one such as ConfigMapList).

    An object with a name is never a List, whatever its kind.
    """
    if isinstance(node, MappingNode):
        kind, items = node.entries.get("kind"), node.entries.get("items")
        is_list = isinstance(kind, ScalarNode) and isinstance(kind.value, str) and kind.value.endswith("List")
        if is_list and isinstance(items, SequenceNode) and not _has_name(node):
            for item in items.items:
                yield from objects_of(item)
            return
    yield node


def _has_name(node: MappingNode) -> bool:
    metadata = node.entries.get("metadata")
    return isinstance(metadata, MappingNode) and "name" in metadata.entries
