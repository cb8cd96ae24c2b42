# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The permissions that a plan needs and that no dry-run checks: to remove, and to write into a namespace that does not
exist yet.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from ..kube.permissions import WRITE, Need
from ..kube.resource import Resource
from ..kube.resources import CONFIG_MAP
from .objects import ObjectKey
from .plan import Plan
from .step import Action

_REMOVE = ("delete",)
_PASS = (*WRITE, "delete")

_Permission = tuple[tuple[str, ...], Resource, str]


def needs_of_all(keys: Iterable[tuple[Resource, ObjectKey]]) -> list[Need]:
    """Permissions to read and to write all of these objects."""
    return _as_needs({((*WRITE, "list"), resource, key.namespace) for resource, key in keys})


def needs_of(plan: Plan, early: Collection[str], inventory_namespace: str) -> list[Need]:
    """Empty for a plan that writes nothing. ``early`` are the namespaces in which no dry-run was possible."""
    if not plan.changed:
        return []
    whole = all(step.gives_up for step in plan.steps)
    needed: set[_Permission] = {(_PASS if whole else WRITE, CONFIG_MAP, inventory_namespace)}
    needed |= {(_PASS, item.resource, item.key.namespace) for item in plan.meanwhile}
    for step in plan.steps:
        if step.action is Action.REMOVE:
            needed.add((_REMOVE, step.resource, step.key.namespace))
        elif step.action is Action.HAND_OVER:
            needed.add((("patch",), step.resource, step.key.namespace))
        elif step.applies and step.key.namespace in early:
            needed.add((WRITE, step.resource, step.key.namespace))
    return _as_needs(needed)


def _as_needs(needed: Iterable[_Permission]) -> list[Need]:
    return [Need(verbs, resource.group, resource.plural, namespace) for verbs, resource, namespace in sorted(needed)]
