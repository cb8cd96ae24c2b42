# SPDX-License-Identifier: GPL-3.0-or-later
"""The permissions of the profiles: closed lists, without access that changes or bypasses the guard-rails."""

from __future__ import annotations

import json
from itertools import product
from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.diagnosis.render import as_text
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.access.profiles import (
    debug_rules,
    deployer_rules,
    owner_rules,
    viewer_rules,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.access.team_rbac import (
    check_debug,
    team_rbac,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.options.tenant_options import (
    parse_options,
)

from tests.unit.tenant.builders import KubeObject

READ = {"get", "list", "watch"}
WRITE = {"create", "update", "patch", "delete"}
TEAM_KINDS = ["servers", "serverconfigs", "models", "experiments", "pipelines"]
PLATFORM_KINDS = ["seldonruntimes", "seldonconfigs"]
PROFILES = {"viewer": viewer_rules(), "deployer": deployer_rules(), "owner": owner_rules()}
ONLY_READ = {
    "deployments",
    "endpointslices",
    "events",
    "limitranges",
    "networkpolicies",
    "resourcequotas",
    "rolebindings",
    "roles",
    "serviceaccounts",
    "services",
    "statefulsets",
    *PLATFORM_KINDS,
}


def granted(rules: list[KubeObject]) -> set[tuple[str, str, str]]:
    return {triple for rule in rules for triple in product(rule["apiGroups"], rule["resources"], rule["verbs"])}


def verbs(profile: str, resource: str) -> set[str]:
    return {verb for _group, name, verb in granted(PROFILES[profile]) if name == resource}


def rbac(**options: Any) -> list[KubeObject]:
    return team_rbac(parse_options({"name": "t", **options}))


def bindings(objects: list[KubeObject]) -> dict[str, list[KubeObject]]:
    return {obj["metadata"]["name"]: obj["subjects"] for obj in objects if obj["kind"] == "RoleBinding"}


@pytest.mark.parametrize("profile", PROFILES)
def test_no_profile_reaches_the_guard_rails(profile: str) -> None:
    for group, resource, verb in granted(PROFILES[profile]):
        assert "*" not in group + resource + verb
        assert verb in READ | WRITE, verb
        assert resource not in ONLY_READ or verb in READ
        assert resource.partition("/")[2] in ("", "log", "scale")
        assert resource not in ("namespaces", "nodes", "endpoints", "serviceaccounts/token")


def test_each_profile_holds_all_that_the_smaller_one_holds() -> None:
    assert granted(viewer_rules()) < granted(deployer_rules()) < granted(owner_rules())


def test_viewers_only_read() -> None:
    assert {verb for _group, _resource, verb in granted(viewer_rules())} <= READ


@pytest.mark.parametrize("profile", PROFILES)
def test_nobody_reads_secrets_by_any_verb_that_answers_with_one(profile: str) -> None:
    assert verbs(profile, "secrets") == (set() if profile == "viewer" else {"create", "update"})


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("kind", [*TEAM_KINDS, *PLATFORM_KINDS])
def test_seldons_seven_kinds(profile: str, kind: str) -> None:
    writes = kind in TEAM_KINDS and profile != "viewer"
    assert verbs(profile, kind) == (READ | WRITE if writes else READ)
    scaled = kind in ("models", "servers") and profile != "viewer"
    assert verbs(profile, f"{kind}/scale") == ({"get", "patch", "update"} if scaled else set())
    assert verbs(profile, f"{kind}/status") == verbs(profile, f"{kind}/finalizers") == set()


def test_nobody_creates_pods() -> None:
    assert {profile: verbs(profile, "pods") - READ for profile in PROFILES} == {
        "viewer": set(),
        "deployer": set(),
        "owner": {"delete"},
    }


def test_roles_are_of_the_namespace_and_feed_no_other_role() -> None:
    access = {"owners": {"groups": ["g"]}, "debug": True}
    objects = rbac(access=access)
    assert {obj["kind"] for obj in objects} == {"ServiceAccount", "Role", "RoleBinding"}
    assert {obj["metadata"]["namespace"] for obj in objects} == {"t"}
    assert "aggregat" not in json.dumps(objects)


def test_bindings_only_for_somebody_and_only_to_roles_of_the_namespace() -> None:
    access = {"owners": {"users": ["olga"]}, "deployers": {"groups": ["fraud-team"]}}
    objects = rbac(access=access, service_accounts=["ci", {"name": "bot", "role": "deployer"}])
    references = {obj["metadata"]["name"]: obj["roleRef"] for obj in objects if obj["kind"] == "RoleBinding"}
    assert {name: (role["kind"], role["name"]) for name, role in references.items()} == {
        "tenant-owner": ("Role", "tenant-owner"),
        "tenant-deployer": ("Role", "tenant-deployer"),
    }
    assert bindings(objects) == {
        "tenant-owner": [{"kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": "olga"}],
        "tenant-deployer": [
            {"kind": "Group", "apiGroup": "rbac.authorization.k8s.io", "name": "fraud-team"},
            {"kind": "ServiceAccount", "name": "bot", "namespace": "t"},
        ],
    }


def test_debugging_is_the_owners_where_it_is_asked_for() -> None:
    owners = {"owners": {"groups": ["leads"], "users": ["olga"]}, "deployers": {"groups": ["team"]}}
    assert not [obj for obj in rbac(access=owners) if obj["metadata"]["name"] == "tenant-debug"]
    objects = rbac(access={**owners, "debug": True})
    assert [obj["rules"] for obj in objects if obj["kind"] == "Role" and obj["metadata"]["name"] == "tenant-debug"] == [
        debug_rules()
    ]
    assert [subject["name"] for subject in bindings(objects)["tenant-debug"]] == ["leads", "olga"]
    assert granted(debug_rules()) == {
        ("", f"pods/{what}", verb) for what in ("exec", "portforward") for verb in ("create", "get")
    }


def test_debugging_is_said() -> None:
    options = parse_options({"name": "t", "access": {"owners": {"users": ["olga"]}, "debug": True}})
    [warning] = check_debug(options)
    assert "read the Secrets" in as_text(warning) and warning.next_steps
    assert check_debug(parse_options({"name": "t"})) == []


def test_no_service_account_of_the_team_gets_a_token_unasked() -> None:
    accounts = [obj for obj in rbac(service_accounts=["ci"]) if obj["kind"] == "ServiceAccount"]
    assert {account["metadata"]["name"]: account["automountServiceAccountToken"] for account in accounts} == {
        "default": False,
        "ci": False,
    }
