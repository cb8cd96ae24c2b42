# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads YAML text into documents. Strict, so that mistakes are reported, and limited, so that hostile texts are harmless.

PyYAML parses the text, and its events are composed here: ``safe_load`` drops duplicate keys and lines, and ``compose``
refuses an anchor that is defined twice and recurses in C, so that 200 000 opening brackets end the process (libyaml,
PyYAML 6.0).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ..diagnosis.quoting import one_line, shorten
from ..kube.pyyaml import events, yaml
from .scalar import NotRepresentable, resolve_plain
from .tree import MAX_DEPTH, Document, Fault, MappingNode, Node, ScalarNode, SequenceNode, Unreadable, half_character

MAX_DOCUMENT = 1024 * 1024
MAX_EXPANSION = 10_000
_CORE = "tag:yaml.org,2002:"
_SCALAR_TAGS: dict[str, tuple[type, ...]] = {
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
    "null": (type(None),),
}
_LOADER: Any = getattr(yaml, "CSafeLoader", None) or getattr(yaml, "SafeLoader", None)
_QUOTE = "quote it"
_WELL_KNOWN_TAGS = ("!vault", "!unsafe", "!!binary")
_OWN_WORDS = re.compile(r"'(?!<)[^']{4,}'")


def read_yaml(text: str) -> Iterator[Document]:
    """The documents of a YAML text, without empty ones. Raises Unreadable where the text cannot be read further.

    Keys must be strings and unique; only YAML's own tags are allowed; anchors and aliases may expand a document by
    MAX_EXPANSION nodes; a document has at most MAX_DOCUMENT characters and MAX_DEPTH levels.
    """
    composer = _Composer()
    start = 0
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            # The most frequent events first.
            if isinstance(event, events.ScalarEvent):
                composer.scalar(event)
            elif isinstance(event, events.CollectionEndEvent):
                composer.end()
            elif isinstance(event, events.CollectionStartEvent):
                composer.collection(event)
            elif isinstance(event, events.AliasEvent):
                composer.alias(event)
            elif isinstance(event, events.DocumentStartEvent):
                composer = _Composer()
                start = _index(event)
            elif isinstance(event, events.DocumentEndEvent):
                if _index(event) - start > MAX_DOCUMENT:
                    raise Unreadable(
                        Fault(composer.line, "the document is larger than 1 MiB", "split it into several documents")
                    )
                document = composer.document()
                if document is not None:
                    yield document
    except yaml.YAMLError as error:
        raise Unreadable(_syntax_fault(error)) from None
    except RecursionError:
        raise Unreadable(Fault(None, "the document is nested too deeply", "flatten it")) from None


def _index(event: Any) -> int:
    return int(event.start_mark.index)


def _syntax_fault(error: yaml.YAMLError) -> Fault:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line = mark.line + 1 if mark is not None else None
    # Longer words in quotes come from the text, such as a tag handle: they may be a Secret's value.
    message = _OWN_WORDS.sub("(hidden)", one_line(str(getattr(error, "problem", None) or error)))
    if "cannot start any token" in message:
        step = "indent with spaces, not tabs, and quote values that begin with @, ` or %"
        return Fault(line, f"not valid YAML: {message}", step)
    return Fault(line, f"not valid YAML: {message}", "correct the line or the one before it")


class _Open:
    """A collection that is being read. In a mapping ``key`` is the key whose value comes next."""

    __slots__ = ("anchor", "has_key", "key", "key_line", "merged", "merging", "node")

    def __init__(self, node: SequenceNode | MappingNode, anchor: str | None) -> None:
        self.node = node
        self.anchor = anchor
        self.has_key = False
        self.key: str | None = None
        self.key_line = 0
        self.merging = False
        self.merged: set[str] = set()


class _Composer:
    """Builds one document from parser events, without recursion."""

    def __init__(self) -> None:
        self.root: Node | None = None
        self.stack: list[_Open] = []
        self.anchors: dict[str, Node] = {}
        self.faults: list[Fault] = []
        self.count = 0

    @property
    def line(self) -> int:
        """Where the document begins."""
        return self.root.line if self.root else 1

    def document(self) -> Document | None:
        """The finished document; None when it contains only comments or null."""
        if self.root is None or (isinstance(self.root, ScalarNode) and self.root.value is None):
            return None
        if self.root.size - self.count > MAX_EXPANSION:
            raise Unreadable(
                Fault(
                    self.line,
                    "aliases expand the document too far",
                    "write the repeated parts out, or use fewer aliases",
                )
            )
        if self.root.depth > MAX_DEPTH:
            raise Unreadable(Fault(self.line, f"nested deeper than {MAX_DEPTH} levels", "flatten it"))
        return Document(self.root, self.line, tuple(self.faults))

    def scalar(self, event: Any) -> None:
        """Takes a scalar."""
        text, line = event.value, event.start_mark.line + 1
        self.count += 1
        fault = half_character(text, line)
        if fault is not None:
            self.faults.append(fault)
        if event.tag is not None:
            node = self._tagged(event, line)
        elif event.implicit[0]:
            node = ScalarNode(self._resolve(text, line), line, text)
        else:
            node = ScalarNode(text, line)
        if event.anchor is not None:
            self.anchors[event.anchor] = node
        self._place(node, line, merge=text == "<<" and event.implicit[0])

    def alias(self, event: Any) -> None:
        """Takes an alias."""
        line = event.start_mark.line + 1
        self.count += 1
        self._place(self._alias(str(event.anchor), line), line, merge=False)

    def collection(self, event: Any) -> None:
        """Takes the start of a collection."""
        line = event.start_mark.line + 1
        self.count += 1
        self._check_collection_tag(event, line)
        if len(self.stack) >= MAX_DEPTH:
            raise Unreadable(Fault(line, f"nested deeper than {MAX_DEPTH} levels", "flatten it"))
        collection: SequenceNode | MappingNode = (
            MappingNode(line) if isinstance(event, events.MappingStartEvent) else SequenceNode(line)
        )
        self.stack.append(_Open(collection, event.anchor))

    def end(self) -> None:
        """Takes the end of the innermost collection."""
        finished = self.stack.pop()
        if finished.anchor is not None:
            self.anchors[finished.anchor] = finished.node
        self._place(finished.node, finished.node.line, merge=False)

    def _alias(self, anchor: str, line: int) -> Node:
        if any(opened.anchor == anchor for opened in self.stack):
            raise Unreadable(Fault(line, f"the anchor &{shorten(anchor)} contains itself", "remove the alias"))
        if anchor not in self.anchors:
            raise Unreadable(
                Fault(
                    line,
                    # The name is not shown: a password that begins with * looks like an alias.
                    "an alias has no anchor",
                    "define the anchor above it in the same document, or quote the value if no alias is meant",
                )
            )
        return self.anchors[anchor]

    def _place(self, node: Node, line: int, merge: bool) -> None:
        if not self.stack:
            self.root = node
            return
        opened = self.stack[-1]
        if isinstance(opened.node, SequenceNode):
            opened.node.add(node)
        elif not opened.has_key:
            opened.has_key, opened.key_line = True, line
            opened.merging = merge
            opened.key = self._key(node, line)
        else:
            opened.has_key = False
            if opened.key is None:
                return
            if opened.merging:
                self._merge(opened, opened.node, node)
            elif opened.key in opened.node.entries:
                self._repeated(opened, opened.node, opened.key, node)
            else:
                opened.node.put(opened.key, opened.key_line, node)

    def _key(self, node: Node, line: int) -> str | None:
        if isinstance(node, ScalarNode):
            if isinstance(node.value, str):
                return node.value
            self.faults.append(
                Fault(line, f"the key {shorten(node.text)} is {_scalar_description(node.value)}, not a string", _QUOTE)
            )
        else:
            self.faults.append(Fault(line, "a key is a list or a mapping", "use a string as the key"))
        return None

    def _repeated(self, opened: _Open, mapping: MappingNode, key: str, node: Node) -> None:
        if key in opened.merged:
            opened.merged.discard(key)
            mapping.put(key, opened.key_line, node)
            return
        message = f'the key "{shorten(key)}" is already given on line {mapping.lines[key]}'
        self.faults.append(Fault(opened.key_line, message, "keep one of them"))

    def _merge(self, opened: _Open, mapping: MappingNode, node: Node) -> None:
        sources = node.items if isinstance(node, SequenceNode) else [node]
        for source in sources:
            if not isinstance(source, MappingNode):
                self.faults.append(
                    Fault(opened.key_line, "<< needs a mapping or a list of mappings", "merge an alias of a mapping")
                )
                continue
            for key, value in source.entries.items():
                if key not in mapping.entries:
                    mapping.put(key, opened.key_line, value)
                    opened.merged.add(key)
                elif key not in opened.merged:
                    # Kubernetes' reader uses the merged value here, other readers the explicit one.
                    self.faults.append(
                        Fault(
                            opened.key_line,
                            f'<< comes after the key "{shorten(key)}" that it also holds',
                            "put << first",
                        )
                    )

    def _check_collection_tag(self, event: Any, line: int) -> None:
        own = "map" if isinstance(event, events.MappingStartEvent) else "seq"
        if event.tag not in (None, "!", _CORE + own):
            self.faults.append(_tag_fault(event.tag, line))

    def _tagged(self, event: Any, line: int) -> ScalarNode:
        tag = event.tag
        name = tag[len(_CORE) :] if tag.startswith(_CORE) else ""
        if tag == "!" or name == "str":
            return ScalarNode(event.value, line)
        if name not in _SCALAR_TAGS:
            self.faults.append(_tag_fault(tag, line))
            return ScalarNode(event.value, line)
        value = self._resolve(event.value, line)
        if type(value) not in _SCALAR_TAGS[name]:
            self.faults.append(
                Fault(
                    line,
                    f'"{shorten(event.value)}" is not a !!{name}',
                    "correct the value or remove the tag",
                    quoted=shorten(event.value),
                )
            )
        return ScalarNode(value, line, event.value)

    def _resolve(self, text: str, line: int) -> str | int | float | bool | None:
        try:
            return resolve_plain(text)
        except NotRepresentable:
            self.faults.append(
                Fault(line, f"{text} is a number that Kubernetes cannot store", "quote it if a string is meant")
            )
            return text


def _tag_fault(tag: str, line: int) -> Fault:
    shown = "!!" + tag[len(_CORE) :] if tag.startswith(_CORE) else tag
    message = f"the tag {shorten(shown)} is not allowed: manifests are plain data"
    quoted = "" if shown in _WELL_KNOWN_TAGS else shorten(shown)
    return Fault(line, message, "remove the tag, or quote the value if no tag is meant", quoted=quoted)


def _scalar_description(value: object) -> str:
    """A scalar in messages: ``the number 1``."""
    if value is None:
        return "null"
    return f"the boolean {str(value).lower()}" if isinstance(value, bool) else f"the number {value}"
