# SPDX-License-Identifier: GPL-3.0-or-later
"""What the team may do: nothing that touches its guard-rails or goes round them."""

from __future__ import annotations

from itertools import product

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils.tenant.parse import parse_options
from ansible_collections.ml_platform.seldon.plugins.module_utils.tenant.rbac import admin_rules, editor_rules, team_rbac, viewer_rules

from tests.unit.tenant.builders import KubeObject

READ = {"get", "list", "watch"}
WRITE = {"create", "update", "patch", "delete"}
TEAM_KINDS = ["servers", "serverconfigs", "models", "experiments", "pipelines"]
PROFILES = {"viewer": viewer_rules(), "editor": editor_rules(), "admin": admin_rules()}


def granted(rules: list[KubeObject]) -> set[tuple[str, str, str]]:
    return {triple for rule in rules for triple in product(rule["apiGroups"], rule["resources"], rule["verbs"])}


@pytest.mark.parametrize("profile", PROFILES)
def test_no_profile_reaches_the_guard_rails(profile: str) -> None:
    for group, resource, verb in granted(PROFILES[profile]):
        assert "*" not in (group, resource, verb)
        assert verb in READ | WRITE, verb
        guard = ("resourcequotas", "limitranges", "networkpolicies", "roles", "rolebindings", "namespaces", "serviceaccounts", "seldonruntimes")
        assert resource not in (*guard, "seldonconfigs", "endpoints", "endpointslices", "events") or verb in READ
        assert resource.partition("/")[2] in ("", "log", "scale")


def test_viewers_only_read_and_never_secrets() -> None:
    rights = granted(viewer_rules())
    assert {verb for _group, _resource, verb in rights} <= READ
    assert "secrets" not in {resource for _group, resource, _verb in rights}


@pytest.mark.parametrize("kind", TEAM_KINDS)
def test_editors_write_the_five_kinds_of_the_team(kind: str) -> None:
    assert {("mlops.seldon.io", kind, verb) for verb in READ | WRITE} <= granted(editor_rules())


def test_secrets_by_profile() -> None:
    def verbs(rules: list[KubeObject]) -> set[str]:
        return {verb for group, resource, verb in granted(rules) if (group, resource) == ("", "secrets")}

    assert verbs(editor_rules()) == WRITE
    assert verbs(admin_rules()) == WRITE | READ


def test_nobody_creates_pods() -> None:
    assert {verb for _group, resource, verb in granted(admin_rules()) if resource == "pods"} == READ | {"delete"}


def test_bindings_only_for_somebody_and_only_in_the_namespace() -> None:
    options = parse_options(
        {"name": "t", "groups": {"editors": ["fraud-team"]}, "service_accounts": ["ci", {"name": "bot", "role": "viewer"}]}
    )
    objects = team_rbac(options)
    assert {obj["metadata"]["namespace"] for obj in objects} == {"t"}
    bindings = {obj["metadata"]["name"]: obj for obj in objects if obj["kind"] == "RoleBinding"}
    assert {name: binding["roleRef"]["kind"] for name, binding in bindings.items()} == {"tenant-editor": "Role", "tenant-viewer": "Role"}
    assert bindings["tenant-editor"]["subjects"] == [{"kind": "Group", "apiGroup": "rbac.authorization.k8s.io", "name": "fraud-team"}]
    assert bindings["tenant-viewer"]["subjects"] == [{"kind": "ServiceAccount", "name": "bot", "namespace": "t"}]


def test_no_service_account_of_the_team_gets_a_token_unasked() -> None:
    accounts = [obj for obj in team_rbac(parse_options({"name": "t", "service_accounts": ["ci"]})) if obj["kind"] == "ServiceAccount"]
    assert {account["metadata"]["name"]: account["automountServiceAccountToken"] for account in accounts} == {"default": False, "ci": False}
