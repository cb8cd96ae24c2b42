# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What Seldon's operator writes into objects that others own, without meaning anything by it.

It adds its finalizers by updating the whole object as its Go types hold it: quantities become canonical, zero values
vanish, empty structs appear, and what differs by that belongs to the operator. Its autoscaler sets ``spec.replicas``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ..kube.known import SELDON_GROUP
from ..kube.resource import Resource
from ..kube.types import KubeObject
from ..quota.quantity import QuantityError, parse_quantity
from .compare import MISSING, FieldChange
from .fields import foreign_managers_of_intent

OPERATOR = "manager"
"""Field manager of a controller whose binary is called /manager, as upstream's image has it."""
REPLICAS = ("spec", "replicas")


def split_rewritten(resource: Resource, changes: Sequence[FieldChange]) -> tuple[list[FieldChange], list[FieldChange]]:
    """The changes that only the operator's way of writing made, and the real ones."""
    if resource.group != SELDON_GROUP:
        return [], list(changes)
    rewritten: list[FieldChange] = []
    real: list[FieldChange] = []
    for change in changes:
        (rewritten if _is_reserialised(change) else real).append(change)
    return rewritten, real


def without_operator(resource: Resource, changes: Sequence[FieldChange]) -> list[FieldChange]:
    """The changes, none contested by the operator alone: a value that it wrote otherwise is still the one that was applied before."""
    if resource.group != SELDON_GROUP:
        return list(changes)
    return [replace(change, owners=()) if _is_only_its(change) else change for change in changes]


def _is_only_its(change: FieldChange) -> bool:
    return change.path[:1] == ("spec",) and change.path != REPLICAS and change.owners == (OPERATOR,)


def foreign_managers(live: KubeObject, manager: str) -> list[str]:
    """Managers other than ours whose wishes the object holds; the operator has none for Seldon's kinds."""
    is_seldons = str(live.get("apiVersion", "")).startswith(f"{SELDON_GROUP}/")
    return [name for name in foreign_managers_of_intent(live, manager) if not (is_seldons and name == OPERATOR)]


def are_replicas_the_operators(resource: Resource, changes: Sequence[FieldChange]) -> bool:
    """Whether the operator, or an autoscaler through the scale subresource, has set the replicas otherwise than wanted."""
    return resource.group == SELDON_GROUP and any(change.path == REPLICAS and change.owners for change in changes)


def _is_reserialised(change: FieldChange) -> bool:
    if change.path[:1] != ("spec",) or change.path == REPLICAS or change.after is MISSING or not change.is_visible:
        return False
    before = None if change.before is MISSING else change.before
    return change.owners in ((), (OPERATOR,)) and _plain(before) == _plain(change.after)


def _plain(value: Any) -> Any:
    """The value as two ways of writing it are compared: without zero values, quantities by their amount."""
    if isinstance(value, dict):
        return {name: item for name, entry in value.items() if (item := _plain(entry)) is not None} or None
    if isinstance(value, list):
        return [_plain(entry) for entry in value] or None
    if value in ("", None) or value is False:
        return None
    if isinstance(value, (str, int, float)) and not isinstance(value, bool):
        try:
            return parse_quantity(str(value))
        except QuantityError:
            return value
    return value
