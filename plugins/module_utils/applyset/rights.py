# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The rights that a plan takes and that no dry-run asks for: to remove, and to write into a namespace that does not exist yet."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from ..kube.known import CONFIG_MAP
from ..kube.resource import Resource
from ..kube.rights import WRITE, Need
from .objects import ObjectKey
from .plan import Plan
from .step import Action

_REMOVE = ("delete",)
_PASS = (*WRITE, "delete")

_Right = tuple[tuple[str, ...], Resource, str]


def needs_of_all(keys: Iterable[tuple[Resource, ObjectKey]]) -> list[Need]:
    """To read and to write all of these, whatever becomes of them."""
    return _as_needs({((*WRITE, "list"), resource, key.namespace) for resource, key in keys})


def needs_of(plan: Plan, early: Collection[str], inventory_namespace: str) -> list[Need]:
    """None for a plan that writes nothing. ``early`` are the namespaces in which nothing could be asked by dry-run."""
    if not plan.changed:
        return []
    whole = all(step.gives_up for step in plan.steps)
    found: set[_Right] = {(_PASS if whole else WRITE, CONFIG_MAP, inventory_namespace)}
    found |= {(_PASS, item.resource, item.key.namespace) for item in plan.meanwhile}
    for step in plan.steps:
        if step.action is Action.REMOVE:
            found.add((_REMOVE, step.resource, step.key.namespace))
        elif step.action is Action.HAND_OVER:
            found.add((("patch",), step.resource, step.key.namespace))
        elif step.applies and step.key.namespace in early:
            found.add((WRITE, step.resource, step.key.namespace))
    return _as_needs(found)


def _as_needs(found: Iterable[_Right]) -> list[Need]:
    return [Need(verbs, resource.group, resource.plural, namespace) for verbs, resource, namespace in sorted(found)]
