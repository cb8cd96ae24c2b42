# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads JSON text into documents with lines. Refuses duplicate keys, NaN and Infinity, which ``json`` accepts.

``json`` decodes and checks the text, but does not return the place of a value. So the tokens of the decoded text, which
are in the order of its keys and values, are read a second time for their lines and their spelling.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from ..diagnosis.quoting import shorten
from .tree import MAX_DEPTH, Document, Fault, MappingNode, Node, ScalarNode, SequenceNode, Unreadable, half_character

MAX_DOCUMENT = 1024 * 1024
_MAX_DIGITS = 4000
_SPACE = re.compile(r"[ \t\n\r]*")
_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[\]{}]|[^\s"\[\]{}:,]+')
_NOT_JSON = ("NaN", "Infinity", "-Infinity")
_EXPECTED = {
    "Expecting value": "a value",
    "Expecting property name enclosed in double quotes": "a key in double quotes",
    "Expecting ':' delimiter": "a colon",
    "Illegal trailing comma before end of object": "a key in double quotes",  # since Python 3.13
    "Illegal trailing comma before end of array": "a value",
}


def read_json(text: str) -> Iterator[Document]:
    """The documents of a JSON text (usually one). Raises Unreadable where the text cannot be read further."""
    # A mapping becomes a tuple of its pairs, which keeps duplicate keys and differs from a list.
    decoder = json.JSONDecoder(object_pairs_hook=tuple, parse_int=_integer)
    line, end = 1, 0
    while (start := _skip_space(text, end)) < len(text):
        line += text.count("\n", end, start)
        _check_depth(text, start)
        try:
            value, end = decoder.raw_decode(text, start)
        except json.JSONDecodeError as error:
            raise _syntax_error(text, start, error) from None
        if end - start > MAX_DOCUMENT:
            raise Unreadable(Fault(line, "the document is larger than 1 MiB", "split it into several documents"))
        faults: list[Fault] = []
        yield Document(_node(value, _keys_and_values(text, start, end, line), faults), line, tuple(faults))
        line += text.count("\n", start, end)


def _skip_space(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) <= _MAX_DIGITS else float(digits)


def _check_depth(text: str, start: int) -> None:
    """Raises Unreadable for a document that nests too deeply, before ``json`` reads it by recursion."""
    depth = 0
    for match in _TOKEN.finditer(text, start):
        depth += (match[0] in ("[", "{")) - (match[0] in ("]", "}"))
        if depth > MAX_DEPTH:
            fault = Fault(_line(text, match.start()), f"nested deeper than {MAX_DEPTH} levels", "flatten it")
            raise Unreadable(fault)
        if depth <= 0:
            return


def _syntax_error(text: str, start: int, error: json.JSONDecodeError) -> Unreadable:
    position = error.pos
    if error.msg.startswith("Illegal trailing comma"):
        position = _skip_space(text, position + 1)
    if error.msg == "Expecting ',' delimiter":
        expected = f"a comma or {_closing_bracket(text, start, position)}"
    else:
        expected = _EXPECTED.get(error.msg, "the end of a string")
    return _invalid(_line(text, position), expected, text[position : position + 1])


def _invalid(line: int, expected: str, character: str) -> Unreadable:
    # One character, because more could be a Secret's value.
    shown = character.strip() or "the end of the line"
    return Unreadable(Fault(line, f"not valid JSON: expected {expected}, found {shown}", "correct the line"))


def _closing_bracket(text: str, start: int, position: int) -> str:
    """The bracket that closes the innermost collection at a position of a document, which is valid up to there."""
    closing: list[str] = []
    for match in _TOKEN.finditer(text, start, position):
        if match[0] in ("[", "{"):
            closing.append("]" if match[0] == "[" else "}")
        elif match[0] in ("]", "}"):
            closing.pop()
    return closing[-1]


def _keys_and_values(text: str, start: int, end: int, line: int) -> Iterator[tuple[str, int]]:
    """(token, line) of every key and of the beginning of every value of a valid document, which begins on ``line``."""
    for match in _TOKEN.finditer(text, start, end):
        if match[0] not in ("]", "}"):
            line += text.count("\n", start, match.start())
            start = match.start()
            yield match[0], line


def _node(value: Any, tokens: Iterator[tuple[str, int]], faults: list[Fault]) -> Node:
    """The decoded value with its lines; consumes its tokens, with those of its entries."""
    token, line = next(tokens)
    if isinstance(value, tuple):
        return _mapping(value, line, tokens, faults)
    if isinstance(value, list):
        sequence = SequenceNode(line)
        for item in value:
            sequence.add(_node(item, tokens, faults))
        return sequence
    if isinstance(value, str):
        return ScalarNode(_checked(value, line, faults), line)
    if token in _NOT_JSON:
        raise _invalid(line, "a value", token[0])
    if value in (float("inf"), float("-inf")):
        shown = shorten(token)
        faults.append(
            Fault(line, f"{shown} is a number that is too large", "quote it if a string is meant", quoted=shown),
        )
    return ScalarNode(value, line, token)


def _mapping(
    pairs: tuple[tuple[str, Any], ...], line: int, tokens: Iterator[tuple[str, int]], faults: list[Fault]
) -> MappingNode:
    mapping = MappingNode(line)
    for key, value in pairs:
        _token, key_line = next(tokens)
        _checked(key, key_line, faults)
        node = _node(value, tokens, faults)
        if key in mapping.entries:
            message = f'the key "{shorten(key)}" is already given on line {mapping.lines[key]}'
            faults.append(Fault(key_line, message, "keep one of them"))
        else:
            mapping.put(key, key_line, node)
    return mapping


def _checked(text: str, line: int, faults: list[Fault]) -> str:
    fault = half_character(text, line)
    if fault is not None:
        faults.append(fault)
    return text
