# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Determines who owns an object, by the rules with which ``applyset`` decides what it may remove."""

from __future__ import annotations

from collections.abc import Iterable

from ..kube.resources import SELDON_GROUP
from ..kube.types import KubeObject
from ..seldon.operator_names import FIELD_MANAGER
from .managed_fields import foreign_managers_of_intent, is_ours, ownerships


def owned_by(live: KubeObject, field_manager: str) -> bool:
    """Whether ``field_manager`` applied some of the object's fields."""
    return any(is_ours(entry, field_manager) for entry in ownerships(live))


def taken_over(live: KubeObject, field_manager: str) -> bool:
    """Whether ``field_manager`` applied some of its fields, and another manager applied others."""
    return owned_by(live, field_manager) and bool(foreign_managers(live, field_manager))


def team_owned(live: Iterable[KubeObject], field_manager: str) -> list[KubeObject]:
    """The live objects that others own, at least in part."""
    return [obj for obj in live if not owned_by(obj, field_manager) or taken_over(obj, field_manager)]


def foreign_managers(live: KubeObject, manager: str) -> list[str]:
    """Other managers with fields that express intent. The operator never has an intent in objects of Seldon's kinds."""
    is_seldons = str(live.get("apiVersion", "")).startswith(f"{SELDON_GROUP}/")
    return [name for name in foreign_managers_of_intent(live, manager) if not (is_seldons and name == FIELD_MANAGER)]
