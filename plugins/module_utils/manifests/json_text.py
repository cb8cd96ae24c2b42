# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""JSON text to documents with lines, refusing duplicate keys, which Python's own reader would silently drop."""

from __future__ import annotations

import re
from collections.abc import Iterator
from json import JSONDecodeError
from json.decoder import scanstring  # type: ignore[attr-defined]

from .problem import shorten
from .tree import MAX_DEPTH, Document, Fault, MappingNode, Node, ScalarNode, SequenceNode, Unreadable, half_character

MAX_DOCUMENT = 1024 * 1024
_SPACE = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?", re.ASCII)
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
_MAX_DIGITS = 4000


def read_json(text: str) -> Iterator[Document]:
    """The documents of a JSON text (usually one). Raises Unreadable where reading has to stop."""
    reader = _Reader(text)
    while not reader.at_end():
        start = reader.position
        line = reader.line()
        root = reader.value(1)
        if reader.position - start > MAX_DOCUMENT:
            raise Unreadable(Fault(line, "the document is larger than 1 MiB", "split it into several documents"))
        yield Document(root, line, tuple(reader.faults))
        reader.faults = []


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.faults: list[Fault] = []
        self._line = 1
        self._counted = 0

    def line(self) -> int:
        """The line of the current position."""
        self._line += self.text.count("\n", self._counted, self.position)
        self._counted = self.position
        return self._line

    def at_end(self) -> bool:
        """Skips white space; True when nothing follows."""
        match = _SPACE.match(self.text, self.position)
        self.position = match.end() if match else self.position
        return self.position >= len(self.text)

    def fail(self, expected: str) -> Unreadable:
        """The error for the current position."""
        # One character, because more could be a Secret's value.
        found = self.text[self.position : self.position + 1].strip() or "the end of the line"
        return Unreadable(Fault(self.line(), f"not valid JSON: expected {expected}, found {found}", "correct the line"))

    def value(self, depth: int) -> Node:
        """The value at the current position."""
        if depth > MAX_DEPTH:
            raise Unreadable(Fault(self.line(), f"nested deeper than {MAX_DEPTH} levels", "flatten it"))
        if self.at_end():
            raise self.fail("a value")
        line = self.line()
        char = self.text[self.position]
        if char == "{":
            return self._mapping(MappingNode(line), depth)
        if char == "[":
            return self._sequence(SequenceNode(line), depth)
        if char == '"':
            return ScalarNode(self._string(), line)
        for word, value in _WORDS.items():
            if self.text.startswith(word, self.position):
                self.position += len(word)
                return ScalarNode(value, line, word)
        start = self.position
        number = self._number()
        return ScalarNode(number, line, self.text[start : self.position])

    def _take(self, char: str) -> bool:
        if not self.at_end() and self.text[self.position] == char:
            self.position += 1
            return True
        return False

    def _string(self) -> str:
        try:
            string, self.position = scanstring(self.text, self.position + 1, True)
        except JSONDecodeError as error:
            self.position = min(error.pos, len(self.text))
            raise self.fail("the end of a string") from None
        fault = half_character(string, self.line())
        if fault is not None:
            self.faults.append(fault)
        return str(string)

    def _number(self) -> int | float:
        match = _NUMBER.match(self.text, self.position)
        if match is None:
            raise self.fail("a value")
        self.position = match.end()
        digits = match.group()
        if not match.group(2) and not match.group(3) and len(digits) <= _MAX_DIGITS:
            return int(digits)
        number = float(digits)
        if number in (float("inf"), float("-inf")):
            self.faults.append(
                Fault(
                    self.line(),
                    f"{shorten(digits)} is too large a number",
                    "quote it if a string is meant",
                    quoted=shorten(digits),
                )
            )
        return number

    def _sequence(self, node: SequenceNode, depth: int) -> Node:
        self.position += 1
        if self._take("]"):
            return node
        while True:
            node.add(self.value(depth + 1))
            if self._take("]"):
                return node
            if not self._take(","):
                raise self.fail("a comma or ]")

    def _mapping(self, node: MappingNode, depth: int) -> Node:
        self.position += 1
        if self._take("}"):
            return node
        while True:
            if self.at_end() or self.text[self.position] != '"':
                raise self.fail("a key in double quotes")
            line = self.line()
            key = self._string()
            if not self._take(":"):
                raise self.fail("a colon")
            value = self.value(depth + 1)
            if key in node.entries:
                message = f'the key "{shorten(key)}" is already given on line {node.lines[key]}'
                self.faults.append(Fault(line, message, "keep one of them"))
            else:
                node.put(key, line, value)
            if self._take("}"):
                return node
            if not self._take(","):
                raise self.fail("a comma or }")
