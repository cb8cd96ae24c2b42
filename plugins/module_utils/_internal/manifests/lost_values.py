# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Values that would change their meaning when nulls are left out: null items of lists, and entries of maps.

A null field of a structure is an absent field. But Kubernetes reads a null item of a list as an empty item (``""`` in
``args``), and a null entry of a map as an empty string or the quantity 0. Seldon's CRDs refuse both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from ..diagnosis.quoting import shorten
from .tree import MappingNode, Node, ScalarNode, SequenceNode

STRING_MAPS = frozenset(("annotations", "labels", "matchLabels", "nodeSelector", "tensorMap", "volumeAttributes"))
"""Fields of built-in kinds and of Seldon's, at any depth, that are maps of strings."""
_AMOUNTS = frozenset(("limits", "overhead", "requests"))

Found = tuple[Node, str, str, str]
"""(node, field, what is wrong, next step)."""


def null_items(node: Node, where: str) -> Iterator[Found]:
    """Every null item of a list below the node, at any depth."""
    for key, item, place in _below(node, where):
        if key is None and _is_null(item):
            step = 'write "" for an empty string, or remove the item'
            yield item, place, "is null: a list cannot hold an empty item", step


def string_maps(node: Node, where: str) -> Iterator[tuple[Node, str]]:
    """(map, its field) of every map of strings below the node."""
    for key, value, place in _below(node, where, ends=lambda key, _value: key in STRING_MAPS):
        if key in STRING_MAPS and isinstance(value, MappingNode):
            yield value, place


def null_amounts(node: Node, where: str) -> Iterator[Found]:
    """Every null quantity in limits and requests below the node."""
    for key, value, place in _below(node, where, ends=_has_amounts):
        if isinstance(value, MappingNode) and _has_amounts(key, value):
            for name, amount in value.entries.items():
                if _is_null(amount):
                    step = "give it a value, or remove the line"
                    yield amount, f"{place}[{shorten(name)}]", "is null, which Kubernetes reads as 0", step


def _below(
    node: Node, where: str, ends: Callable[[str | None, Node], bool] = lambda _key, _value: False
) -> Iterator[tuple[str | None, Node, str]]:
    """(key, node, field) of everything below the node. An item of a list has no key. ``ends``: whether nothing below an
    entry is wanted.
    """
    entries: Iterable[tuple[str | None, Node, str]] = ()
    if isinstance(node, SequenceNode):
        entries = ((None, item, f"{where}[{index}]") for index, item in enumerate(node.items))
    elif isinstance(node, MappingNode):
        entries = ((key, value, f"{where}.{shorten(key)}") for key, value in node.entries.items())
    for key, value, place in entries:
        yield key, value, place
        if not ends(key, value):
            yield from _below(value, place, ends)


def _has_amounts(key: str | None, value: Node) -> bool:
    return key in _AMOUNTS and isinstance(value, MappingNode)


def _is_null(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.value is None
