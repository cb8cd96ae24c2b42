# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Refuses Roles and RoleBindings of a team with permissions that no team gets. All others are left out: the platform
manages access.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..diagnosis.diagnostic import Diagnostic
from ..diagnosis.quoting import shorten
from ..kube.objects import mappings
from ..kube.resources import RBAC_GROUP
from ..kube.types import KubeObject
from .manifest import Manifest

_STEP = "remove it, or ask the platform team to change the tenant's access"
_ESCALATING = frozenset(("bind", "escalate", "impersonate"))
_BYPASSING_GUARD_RAILS = frozenset(
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


_Broken = tuple[str, str]
"""(field, the rule that it breaks)."""


def rbac_fault(manifest: Manifest, namespace: str) -> Diagnostic | None:
    """The first rule that a Role or RoleBinding breaks; None for any other object."""
    if manifest.group != RBAC_GROUP:
        return None
    faults = {"Role": _of_role(manifest.object), "RoleBinding": _of_binding(manifest.object, namespace)}
    first = next(faults.get(manifest.kind, iter(())), None)
    return manifest.problem(*first, _STEP) if first else None


def _of_role(role: KubeObject) -> Iterator[_Broken]:
    for position, rule in enumerate(mappings(role.get("rules"))):
        place = f"rules[{position}]"
        for part in ("apiGroups", "resources", "verbs"):
            for word in _words(rule.get(part)):
                if "*" in word:
                    yield (f"{place}.{part}", f'"{shorten(word)}" is a wildcard, and a team may use names only')
                elif part == "verbs" and word in _ESCALATING:
                    yield (f"{place}.{part}", f'"{word}" lets a user obtain permissions that nobody granted')
                elif part == "resources" and word in _BYPASSING_GUARD_RAILS:
                    yield (f"{place}.{part}", f'"{word}" bypasses network policies, or issues tokens')


def _of_binding(binding: KubeObject, namespace: str) -> Iterator[_Broken]:
    role = binding.get("roleRef")
    if isinstance(role, dict) and role.get("kind") == "ClusterRole":
        yield (
            "roleRef",
            f'ClusterRole "{shorten(str(role.get("name")))}" is defined for the whole cluster, and a team may not bind it',
        )
    for position, subject in enumerate(mappings(binding.get("subjects"))):
        name, place = str(subject.get("name")), f"subjects[{position}]"
        if subject.get("kind") == "ServiceAccount":
            if subject.get("namespace", namespace) != namespace:
                yield (
                    f"{place}.namespace",
                    f'"{shorten(str(subject["namespace"]))}" is not the tenant\'s namespace {namespace}',
                )
        elif name.casefold().startswith("system:"):
            yield (f"{place}.name", f'"{shorten(name)}" belongs to the cluster, not to the team')


def _words(value: object) -> list[str]:
    return [str(word) for word in value] if isinstance(value, list) else []
