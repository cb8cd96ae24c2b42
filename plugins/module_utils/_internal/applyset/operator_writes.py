# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Fields that Seldon's operator writes into objects of others although it does not want to change them.

It adds its finalizers by updating the whole object as its Go types hold it: quantities become canonical, zero values
disappear, empty structs appear, and the operator becomes owner of these fields. Its autoscaler sets ``spec.replicas``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ..kube.quantity import QuantityError, parse_quantity
from ..kube.resource import Resource
from ..kube.resources import SELDON_GROUP
from ..seldon.operator_names import FIELD_MANAGER
from .autoscaling import REPLICAS
from .compare import MISSING, FieldChange


def split_rewritten(resource: Resource, changes: Sequence[FieldChange]) -> tuple[list[FieldChange], list[FieldChange]]:
    """(changes that come only from the operator's notation, all others)."""
    if resource.group != SELDON_GROUP:
        return [], list(changes)
    rewritten: list[FieldChange] = []
    real: list[FieldChange] = []
    for change in changes:
        (rewritten if _is_reserialised(change) else real).append(change)
    return rewritten, real


def without_operator(resource: Resource, changes: Sequence[FieldChange]) -> list[FieldChange]:
    """The changes, without the operator as the only other owner: a value in the operator's notation is still the one
    that was applied before.
    """
    if resource.group != SELDON_GROUP:
        return list(changes)
    return [replace(change, owners=()) if _is_only_its(change) else change for change in changes]


def _is_only_its(change: FieldChange) -> bool:
    return change.path[:1] == ("spec",) and change.path != REPLICAS and change.owners == (FIELD_MANAGER,)


def is_scaling(resource: Resource, change: FieldChange) -> bool:
    """Whether the change is about the replicas of a Seldon object. The operator and autoscalers set them at any time."""
    return resource.group == SELDON_GROUP and change.path == REPLICAS


def _is_reserialised(change: FieldChange) -> bool:
    if change.path[:1] != ("spec",) or change.path == REPLICAS or change.after is MISSING or not change.is_visible:
        return False
    before = None if change.before is MISSING else change.before
    return change.owners in ((), (FIELD_MANAGER,)) and _comparable(before) == _comparable(change.after)


def _comparable(value: Any) -> Any:
    """A form that is equal for two notations of one value: without zero values, quantities as their amount."""
    if isinstance(value, dict):
        return {name: item for name, entry in value.items() if (item := _comparable(entry)) is not None} or None
    if isinstance(value, list):
        return [_comparable(entry) for entry in value] or None
    if value in ("", None) or value is False:
        return None
    if isinstance(value, (str, int, float)) and not isinstance(value, bool):
        try:
            return parse_quantity(str(value))
        except QuantityError:
            return value
    return value
