# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Roles and RoleBindings of a team that ask for what no team gets. Harmless ones are left, since the platform decides who may do what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..kube.known import RBAC_GROUP
from ..kube.objects import mappings
from ..kube.types import KubeObject
from .manifest import Manifest
from .problem import shorten

_STEP = "remove it, or ask the platform team to change the tenant's access"
_ESCALATING = frozenset(("bind", "escalate", "impersonate"))
_ROUND_THE_GUARD_RAILS = frozenset(
    (
        "pods/attach",
        "pods/ephemeralcontainers",
        "pods/exec",
        "pods/portforward",
        "pods/proxy",
        "serviceaccounts/token",
        "services/proxy",
    )
)


class RbacFault(NamedTuple):
    """Where it is, which rule it breaks, and what to do."""

    field: str
    reason: str
    next_step: str = _STEP


def rbac_fault(manifest: Manifest, namespace: str) -> RbacFault | None:
    """The first rule that a Role or RoleBinding breaks; None for any other object."""
    if manifest.group != RBAC_GROUP:
        return None
    faults = {"Role": _of_role(manifest.object), "RoleBinding": _of_binding(manifest.object, namespace)}
    return next(faults.get(manifest.kind, iter(())), None)


def _of_role(role: KubeObject) -> Iterator[RbacFault]:
    for position, rule in enumerate(mappings(role.get("rules"))):
        place = f"rules[{position}]"
        for part in ("apiGroups", "resources", "verbs"):
            for word in _words(rule.get(part)):
                if "*" in word:
                    yield RbacFault(
                        f"{place}.{part}", f'"{shorten(word)}" is a wildcard, and a team gets closed lists only'
                    )
                elif part == "verbs" and word in _ESCALATING:
                    yield RbacFault(f"{place}.{part}", f'"{word}" lets its holder take rights that nobody gave')
                elif part == "resources" and word in _ROUND_THE_GUARD_RAILS:
                    yield RbacFault(f"{place}.{part}", f'"{word}" goes round network policies, or hands out tokens')


def _of_binding(binding: KubeObject, namespace: str) -> Iterator[RbacFault]:
    role = binding.get("roleRef")
    if isinstance(role, dict) and role.get("kind") == "ClusterRole":
        yield RbacFault(
            "roleRef", f'ClusterRole "{shorten(str(role.get("name")))}" is the whole cluster\'s, and no team binds one'
        )
    for position, subject in enumerate(mappings(binding.get("subjects"))):
        name, place = str(subject.get("name")), f"subjects[{position}]"
        if subject.get("kind") == "ServiceAccount":
            if subject.get("namespace", namespace) != namespace:
                yield RbacFault(
                    f"{place}.namespace",
                    f'"{shorten(str(subject["namespace"]))}" is not the tenant\'s namespace {namespace}',
                )
        elif name.casefold().startswith("system:"):
            yield RbacFault(f"{place}.name", f'"{shorten(name)}" is of the cluster itself, not of the team')


def _words(value: object) -> list[str]:
    return [str(word) for word in value] if isinstance(value, list) else []
