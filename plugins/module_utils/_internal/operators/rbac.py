# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Evaluates RBAC as the API server does, from the objects of its four kinds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .snapshot import Listed, RbacSnapshot

CLUSTER = ""
"""The namespace of a grant, or of a question, that applies to every namespace."""


@dataclass(frozen=True)
class Rule:
    """One PolicyRule. A rule with resource names does not grant verbs on objects of other names, nor requests without a
    name, such as list, watch and create.
    """

    groups: frozenset[str]
    resources: frozenset[str]
    verbs: frozenset[str]
    names: frozenset[str]
    urls: frozenset[str] = frozenset()

    def touches(self, group: str, resource: str) -> bool:
        """Whether the rule has this resource (`pods`, `pods/status`), for any verb and name."""
        subresource = resource.partition("/")[2]
        wanted = {"*", resource} | ({f"*/{subresource}"} if subresource else set())
        return bool(self.groups & {"*", group}) and bool(self.resources & wanted)

    def allows(self, group: str, resource: str, verb: str) -> bool:
        """Whether the rule grants the verb on objects of any name."""
        return not self.names and bool(self.verbs & {"*", verb}) and self.touches(group, resource)

    def allows_named(self, group: str, resource: str, verb: str, name: str) -> bool:
        """Whether the rule grants the verb in a request that names the object; ``name`` is empty in one that does not."""
        return (
            bool(self.verbs & {"*", verb}) and self.touches(group, resource) and (not self.names or name in self.names)
        )

    def allows_url(self, path: str, verb: str) -> bool:
        """Whether the rule grants the verb on a path that does not belong to a resource; a rule's path may end with ``*``."""
        if not self.verbs & {"*", verb}:
            return False
        return any(url in ("*", path) or (url.endswith("*") and path.startswith(url.rstrip("*"))) for url in self.urls)


@dataclass(frozen=True)
class Grant:
    """The rules that one binding grants, in `namespace` or, for CLUSTER, in every namespace. `binding` is its title:
    `RoleBinding ns/name`.
    """

    namespace: str
    binding: str
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Grants:
    """Grants by subject (`User name`). `unread` are the RBAC kinds whose read was refused: their grants are missing."""

    by_subject: Mapping[str, Sequence[Grant]]
    unread: tuple[str, ...]

    def of_service_account(self, namespace: str, name: str) -> list[Grant]:
        """All grants of a ServiceAccount: by its name, and by the groups of every ServiceAccount."""
        subjects = (
            f"User system:serviceaccount:{namespace}:{name}",
            "Group system:serviceaccounts",
            f"Group system:serviceaccounts:{namespace}",
            "Group system:authenticated",
        )
        return list(
            {grant.binding: grant for subject in subjects for grant in self.by_subject.get(subject, ())}.values()
        )


def grants(rbac: RbacSnapshot) -> Grants:
    """Indexes every binding by its subjects. A binding whose role does not exist grants nothing."""
    kinds = {
        "Roles": rbac.roles,
        "RoleBindings": rbac.role_bindings,
        "ClusterRoles": rbac.cluster_roles,
        "ClusterRoleBindings": rbac.cluster_role_bindings,
    }
    rules = {**_rules_by_role("ClusterRole", rbac.cluster_roles), **_rules_by_role("Role", rbac.roles)}
    by_subject: dict[str, list[Grant]] = defaultdict(list)
    for grant, binding in _granted(rbac, rules):
        for subject in {_subject(entry, grant.namespace) for entry in binding.get("subjects") or ()} - {None}:
            by_subject[str(subject)].append(grant)
    return Grants(by_subject, tuple(kind for kind, listed in kinds.items() if listed is None))


def allowed(rules: Iterable[Rule], group: str, resource: str, verb: str) -> bool:
    """Whether any of the rules grants the verb on objects of any name."""
    return any(rule.allows(group, resource, verb) for rule in rules)


_RoleKey = tuple[str, str, str]


def _rules_by_role(kind: str, roles: Listed) -> dict[_RoleKey, tuple[Rule, ...]]:
    return {
        (kind, role["metadata"].get("namespace", CLUSTER), role["metadata"]["name"]): tuple(
            _rule(rule) for rule in role.get("rules") or ()
        )
        for role in roles or ()
    }


def _granted(
    rbac: RbacSnapshot, rules: Mapping[_RoleKey, tuple[Rule, ...]]
) -> Iterator[tuple[Grant, Mapping[str, Any]]]:
    for kind, bindings in (("RoleBinding", rbac.role_bindings), ("ClusterRoleBinding", rbac.cluster_role_bindings)):
        for binding in bindings or ():
            namespace = binding["metadata"].get("namespace", CLUSTER)
            name = binding["metadata"]["name"]
            role = binding["roleRef"]
            key = (role["kind"], namespace if role["kind"] == "Role" else CLUSTER, role["name"])
            words = f"{kind} {namespace}/{name}" if namespace else f"{kind} {name}"
            yield Grant(namespace, words, rules.get(key, ())), binding


def _rule(rule: Mapping[str, Any]) -> Rule:
    return Rule(
        *(
            frozenset(rule.get(key) or ())
            for key in ("apiGroups", "resources", "verbs", "resourceNames", "nonResourceURLs")
        )
    )


def _subject(entry: Mapping[str, Any], binding_namespace: str) -> str | None:
    """The subject as a key of Grants. A ServiceAccount becomes its user name; without a namespace it has the binding's.
    None where a ClusterRoleBinding names no namespace: the API server ignores such a subject.
    """
    if entry["kind"] != "ServiceAccount":
        return f"{entry['kind']} {entry['name']}"
    namespace = entry.get("namespace") or binding_namespace
    return f"User system:serviceaccount:{namespace}:{entry['name']}" if namespace else None
