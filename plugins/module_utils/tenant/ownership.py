# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whose object is it? The same rules by which ``applyset`` decides what it may remove."""

from __future__ import annotations

from collections.abc import Iterable

from ..applyset.fields import is_ours, ownerships
from ..applyset.operator_writes import foreign_managers
from ..kube.types import KubeObject


def owned_by(live: KubeObject, field_manager: str) -> bool:
    """Whether ``field_manager`` applied some of the object's fields."""
    return any(is_ours(entry, field_manager) for entry in ownerships(live))


def taken_over(live: KubeObject, field_manager: str) -> bool:
    """Whether we applied some of its fields, and others of its fields are somebody else's wish."""
    return owned_by(live, field_manager) and bool(foreign_managers(live, field_manager))


def team_owned(live: Iterable[KubeObject], field_manager: str) -> list[KubeObject]:
    """The live objects that are not ours alone."""
    return [obj for obj in live if not owned_by(obj, field_manager) or taken_over(obj, field_manager)]
