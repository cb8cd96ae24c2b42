# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Finds the files and lines of the objects and fields that an error of kustomize names."""

from __future__ import annotations

import os
from collections.abc import Iterator

from ..diagnosis.place import Place
from .kustomization import GENERATORS, Kustomization, Walk
from .manifest import identity_of
from .source import read_text
from .tree import MappingNode, Node, ScalarNode, SequenceNode, objects_of

Identity = tuple[str, str, str]
"""API group, kind and name."""


class Places:
    """``root`` is the directory that is built, without symbolic links; ``shown`` its name in messages."""

    def __init__(self, root: str, shown: str, walk: Walk) -> None:
        self.root = root
        self.shown = shown
        self.walk = walk

    def path(self, path: str) -> str:
        """An absolute path, relative to the directory as messages name it."""
        return os.path.normpath(os.path.join(self.shown, os.path.relpath(path, self.root)))

    def objects(self) -> Iterator[tuple[Node, Place]]:
        """Every object of the resource files."""
        for source in self.walk.sources:
            for document in source.documents:
                for node in objects_of(document.root):
                    yield node, Place(source.file, node.line)

    def written(self, identity: Identity, *namespaces: str) -> list[Place]:
        """The places of an object in resource files: in the given namespaces (empty: without one) if two are, else in any."""
        every = [(node, place) for node, place in self.objects() if identity_of(node) == identity]
        in_namespaces = [place for node, place in every if _namespace(node) in namespaces]
        return in_namespaces if len(in_namespaces) > 1 else [place for _node, place in every]

    def generated(self, identity: Identity) -> list[Place]:
        """The places where generators name an object."""
        return [
            Place(kustomization.file, item.line)
            for kustomization in self.walk.kustomizations
            for field, kind in GENERATORS.items()
            for item in _items(kustomization, field)
            if identity == ("", kind, text_of(item, "name"))
        ]

    def patches(self) -> Iterator[tuple[Node, Place]]:
        """Every patch. For a patch inside a kustomization the place is that of its entry."""
        for source in self.walk.patches:
            for document in source.documents:
                yield document.root, Place(source.file, document.line)
        for kustomization in self.walk.kustomizations:
            for field in ("patches", "patchesJson6902", "patchesStrategicMerge"):
                for item in _items(kustomization, field):
                    inline = str(item.value) if isinstance(item, ScalarNode) else text_of(item, "patch")
                    if "\n" in inline:
                        for document in read_text(inline.encode("utf-8", "replace"), "").documents:
                            yield document.root, Place(kustomization.file, item.line)

    def field(self, *names: str) -> Place:
        """The place of the first of these fields in a kustomization: at its top level, else deeper."""
        roots = [(kustomization.file, kustomization.root) for kustomization in self.walk.kustomizations]
        for file, root in roots:
            for name in names:
                if name in root.lines:
                    return Place(file, root.lines[name])
        deeper = (Place(file, line) for file, root in roots for name in names if (line := _line_of_key(root, name)))
        return next(deeper, Place(self.shown))

    def entry(self, path: str | None, text: str | None = None) -> tuple[Place, str, str]:
        """(place, field, text) of the last entry of a kustomization that names an absolute path, or that is the text."""
        last = (Place(self.shown), "resources", self.path(path) if path else text or "")
        wanted = os.path.realpath(path) if path else None
        for kustomization in self.walk.kustomizations:
            for field, node in kustomization.root.entries.items():
                for scalar in _scalars(node):
                    named = str(scalar.value).rpartition("=")[2]
                    target = os.path.realpath(os.path.join(kustomization.directory, named))
                    if named and "\0" not in named and (named == text or target == wanted):
                        last = (Place(kustomization.file, scalar.line), field, named)
        return last

    def empty(self) -> Place:
        """The place of the first kustomization that names nothing to build."""
        for kustomization in self.walk.kustomizations:
            if not kustomization.root.entries.keys() - {"apiVersion", "kind", "metadata"}:
                return Place(kustomization.file)
        return Place(self.shown)


def text_of(node: Node | None, key: str) -> str:
    """A string in a mapping; empty for anything else."""
    value = node.entries.get(key) if isinstance(node, MappingNode) else None
    return value.value if isinstance(value, ScalarNode) and isinstance(value.value, str) else ""


def _namespace(node: Node) -> str:
    return text_of(node.entries.get("metadata") if isinstance(node, MappingNode) else None, "namespace")


def _items(kustomization: Kustomization, field: str) -> list[Node]:
    node = kustomization.root.entries.get(field)
    return node.items if isinstance(node, SequenceNode) else []


def _inner(node: Node) -> list[Node]:
    if isinstance(node, MappingNode):
        return list(node.entries.values())
    return node.items if isinstance(node, SequenceNode) else []


def _line_of_key(node: Node, key: str) -> int | None:
    if isinstance(node, MappingNode) and key in node.lines:
        return node.lines[key]
    return next((line for inner in _inner(node) if (line := _line_of_key(inner, key))), None)


def _scalars(node: Node) -> Iterator[ScalarNode]:
    if isinstance(node, ScalarNode):
        yield node
    for inner in _inner(node):
        yield from _scalars(inner)
