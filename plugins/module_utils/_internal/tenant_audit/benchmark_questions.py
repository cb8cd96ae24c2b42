# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The requests that the benchmarks ask for, and which of them a set of permissions allows."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from ..operators.rbac import CLUSTER, Rule
from .access import Access, Subject

_RBAC = "rbac.authorization.k8s.io"
_VERBS = ("get", "list", "watch", "create", "update", "patch", "delete", "deletecollection")
_CLUSTER = (
    ("", "namespaces"),
    ("", "nodes"),
    ("", "persistentvolumes"),
    (_RBAC, "clusterroles"),
    (_RBAC, "clusterrolebindings"),
    ("apiextensions.k8s.io", "customresourcedefinitions"),
    ("storage.k8s.io", "storageclasses"),
    ("scheduling.k8s.io", "priorityclasses"),
    ("certificates.k8s.io", "certificatesigningrequests"),
    ("admissionregistration.k8s.io", "validatingwebhookconfigurations"),
    ("admissionregistration.k8s.io", "mutatingwebhookconfigurations"),
    ("apiregistration.k8s.io", "apiservices"),
)


class Asked(NamedTuple):
    """A request; one for a resource of the cluster is asked for the whole cluster, any other for the tenant's
    namespace.
    """

    group: str
    resource: str
    verb: str
    cluster: bool = False

    def __str__(self) -> str:
        return f"{self.verb} {self.resource}"


CLUSTER_READS = frozenset(
    Asked(group, resource, verb, True) for group, resource in _CLUSTER for verb in ("get", "update")
)
CLUSTER_CHANGES = frozenset(Asked(group, resource, verb, True) for group, resource in _CLUSTER for verb in _VERBS)
_INSIDE = frozenset(
    Asked(group, resource, verb)
    for group, resource in (
        ("", "resourcequotas"),
        ("networking.k8s.io", "networkpolicies"),
        (_RBAC, "roles"),
        (_RBAC, "rolebindings"),
    )
    for verb in _VERBS
)
_OTHERS = (
    Asked("", "pods", "create"), Asked("", "services", "create"),
    *(Asked(_RBAC, kind, verb) for kind in ("roles", "clusterroles", "role", "clusterrole") for verb in ("escalate", "bind")),
)  # fmt: skip


def answers(access: Access, subject: Subject, namespace: str) -> frozenset[Asked]:
    """Those of the requests that the subject may make."""
    everywhere, here = tuple(_rules(access, subject, CLUSTER)), tuple(_rules(access, subject, namespace))
    return _allowed(everywhere, CLUSTER_CHANGES) | _allowed(everywhere + here, _INSIDE.union(_OTHERS))


def _rules(access: Access, subject: Subject, namespace: str) -> Iterator[Rule]:
    for key in subject.keys:
        for grant in access.grants.by_subject.get(key, ()):
            if grant.namespace == namespace:
                yield from grant.rules


@lru_cache(maxsize=1024)
def _allowed(rules: tuple[Rule, ...], asked: frozenset[Asked]) -> frozenset[Asked]:
    return frozenset(
        request
        for request in asked
        if any(rule.allows(request.group, request.resource, request.verb) for rule in rules)
    )
