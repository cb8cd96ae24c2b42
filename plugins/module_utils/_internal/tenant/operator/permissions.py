# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The permissions of a tenant's operator, for a Role in the tenant's namespace."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ...kube.types import KubeObject
from ...seldon.image import Version
from ...seldon.manager_permissions import manager_needs
from ...seldon.release import NEWEST

_GROUPS = ("", "apps", "discovery.k8s.io", "mlops.seldon.io", "rbac.authorization.k8s.io")
_TOO_MUCH = frozenset(("*", "bind", "escalate", "impersonate"))


def operator_rules(release: Version | None, live: Sequence[KubeObject]) -> list[KubeObject]:
    """``live`` are the rules of the central operator's Role or ClusterRole; empty when they are not there to be read.

    They are taken over as far as a namespaced operator needs them. Without any, or where one is too wide to be handed
    on, the list for the release counts; an unknown release gets that of the newest.
    """
    usable = [rule for rule in (_narrowed(rule) for rule in live) if rule is not None]
    if usable and not any(_too_wide(rule) for rule in usable):
        return usable
    return [
        {"apiGroups": [need.group], "resources": list(need.resources), "verbs": list(need.verbs)}
        for need in manager_needs(release or NEWEST)
    ]


def _narrowed(rule: KubeObject) -> KubeObject | None:
    """The rule for API groups that the operator works with; None when nothing is left of it (non-resource URLs, the
    chart's group ``v1``).
    """
    groups = [group for group in rule.get("apiGroups") or () if group in (*_GROUPS, "*")]
    if not groups:
        return None
    narrowed: dict[str, Any] = {"apiGroups": groups, "resources": list(rule["resources"]), "verbs": list(rule["verbs"])}
    if rule.get("resourceNames"):
        narrowed["resourceNames"] = list(rule["resourceNames"])
    return narrowed


def _too_wide(rule: KubeObject) -> bool:
    words: Iterable[str] = (*rule["apiGroups"], *rule["resources"], *rule["verbs"])
    return any(word in _TOO_MUCH or "/*" in word or "*/" in word for word in words)
