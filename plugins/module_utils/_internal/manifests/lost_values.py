# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Values that would change their meaning when nulls are left out: null items of lists, and entries of maps.

A null field of a structure is an absent field. But Kubernetes reads a null item of a list as an empty item (``""`` in
``args``), and a null entry of a map as an empty string or the quantity 0. Seldon's CRDs refuse both.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..diagnosis.quoting import shorten
from .tree import MappingNode, Node, ScalarNode, SequenceNode

STRING_MAPS = frozenset(("annotations", "labels", "matchLabels", "nodeSelector", "tensorMap", "volumeAttributes"))
"""Fields of built-in kinds and of Seldon's, at any depth, that are maps of strings."""
_AMOUNTS = frozenset(("limits", "overhead", "requests"))

Found = tuple[Node, str, str, str]
"""(node, field, what is wrong, next step)."""


def null_items(node: Node, where: str) -> Iterator[Found]:
    """Every null item of a list below the node, at any depth."""
    if isinstance(node, SequenceNode):
        for index, item in enumerate(node.items):
            place = f"{where}[{index}]"
            if _is_null(item):
                step = 'write "" for an empty string, or remove the item'
                yield item, place, "is null: a list cannot hold an empty item", step
            yield from null_items(item, place)
    elif isinstance(node, MappingNode):
        for key, value in node.entries.items():
            yield from null_items(value, f"{where}.{shorten(key)}")


def string_maps(node: Node, where: str) -> Iterator[tuple[Node, str]]:
    """(map, its field) of every map of strings below the node."""
    if isinstance(node, SequenceNode):
        for index, item in enumerate(node.items):
            yield from string_maps(item, f"{where}[{index}]")
    elif isinstance(node, MappingNode):
        for key, value in node.entries.items():
            place = f"{where}.{shorten(key)}"
            if key not in STRING_MAPS:
                yield from string_maps(value, place)
            elif isinstance(value, MappingNode):
                yield value, place


def null_amounts(node: Node, where: str) -> Iterator[Found]:
    """Every null quantity in limits and requests below the node."""
    if isinstance(node, SequenceNode):
        for index, item in enumerate(node.items):
            yield from null_amounts(item, f"{where}[{index}]")
    elif isinstance(node, MappingNode):
        for key, value in node.entries.items():
            place = f"{where}.{shorten(key)}"
            if key in _AMOUNTS and isinstance(value, MappingNode):
                for name, amount in value.entries.items():
                    if _is_null(amount):
                        step = "give it a value, or remove the line"
                        yield amount, f"{place}[{shorten(name)}]", "is null, which Kubernetes reads as 0", step
            else:
                yield from null_amounts(value, place)


def _is_null(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.value is None
