# SPDX-License-Identifier: GPL-3.0-or-later
"""Roles and RoleBindings in a team's folder: hostile ones fail the tenant, harmless ones are not applied."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.manifests.manifest import Manifest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.manifests.team_rbac import rbac_fault

RBAC = "rbac.authorization.k8s.io/v1"
TENANT = "fraud-detection"


def manifest(kind: str, **content: Any) -> Manifest:
    return Manifest({"apiVersion": RBAC, "kind": kind, "metadata": {"name": "r"}, **content}, "rbac.yaml", 1, 0)


def role(**rule: list[str]) -> Manifest:
    closed = {"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}
    return manifest("Role", rules=[closed, {**closed, **rule}])


def binding(kind: str = "Role", name: str = "r", **subject: str) -> Manifest:
    return manifest(
        "RoleBinding", roleRef={"kind": kind, "name": name}, subjects=[{"kind": "Group", "name": "g", **subject}]
    )


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        (role(verbs=["get", "*"]), "rules[1].verbs", "wildcard"),
        (role(resources=["*"]), "rules[1].resources", "wildcard"),
        (role(resources=["pods/*"]), "rules[1].resources", "wildcard"),
        (role(apiGroups=["*"]), "rules[1].apiGroups", "wildcard"),
        (role(verbs=["escalate"]), "rules[1].verbs", "permissions that nobody granted"),
        (role(verbs=["bind"]), "rules[1].verbs", "permissions that nobody granted"),
        (role(verbs=["impersonate"]), "rules[1].verbs", "permissions that nobody granted"),
        (role(resources=["pods/exec"]), "rules[1].resources", "network policies"),
        (role(resources=["serviceaccounts/token"]), "rules[1].resources", "tokens"),
        (role(resources=["services/proxy"]), "rules[1].resources", "network policies"),
        (binding("ClusterRole", "cluster-admin"), "roleRef", '"cluster-admin"'),
        (binding("ClusterRole", "edit"), "roleRef", '"edit"'),
        (binding(), "", ""),
    ],
)
def test_each_rule_is_named_with_its_place(given: Manifest, field: str, words: str) -> None:
    found = rbac_fault(given, TENANT)
    assert (found.field if found else "") == field
    assert words in (found.message if found else "")
    assert not found or "platform team" in found.next_step


@pytest.mark.parametrize(
    ("subject", "field"),
    [
        ({"kind": "Group", "name": "system:authenticated"}, "subjects[0].name"),
        ({"kind": "User", "name": "System:admin"}, "subjects[0].name"),
        ({"kind": "ServiceAccount", "name": "a", "namespace": "other"}, "subjects[0].namespace"),
        ({"kind": "ServiceAccount", "name": "a", "namespace": TENANT}, ""),
        ({"kind": "ServiceAccount", "name": "a"}, ""),
    ],
)
def test_subjects(subject: dict[str, str], field: str) -> None:
    given = manifest("RoleBinding", roleRef={"kind": "Role", "name": "r"}, subjects=[subject])
    found = rbac_fault(given, TENANT)
    assert (found.field if found else "") == field


@pytest.mark.parametrize(
    "content",
    [{}, {"rules": None}, {"rules": "x"}, {"rules": [None, "x", {"verbs": "*"}]}, {"roleRef": [], "subjects": {}}],
)
def test_what_is_malformed_is_no_crash(content: dict[str, Any]) -> None:
    assert rbac_fault(manifest("Role", **content), TENANT) is None
    assert rbac_fault(manifest("RoleBinding", **content), TENANT) is None


def test_other_kinds_are_not_looked_at() -> None:
    other = Manifest(
        {"apiVersion": "v1", "kind": "Role", "metadata": {"name": "r"}, "rules": [{"verbs": ["*"]}]}, "x", 1, 0
    )
    assert rbac_fault(other, TENANT) is None
