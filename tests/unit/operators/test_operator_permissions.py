# SPDX-License-Identifier: GPL-3.0-or-later
"""RBAC evaluation, and the permissions of operators."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.operators.permissions import (
    Held,
    Permissions,
    permissions,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.operators.rbac import Rule, allowed, grants
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.operators.snapshot import RbacSnapshot
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.operators.watch import Scope, Watch
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.seldon.image import Version
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.seldon.manager_permissions import (
    LEADER_ELECTION,
    manager_needs,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.seldon.release import OLDEST_KNOWN

from tests.unit.operators.cluster import account, cluster_role, cluster_role_binding, rbac, role, role_binding, rules

NEW = Version(2, 10, 2)
T1 = Watch(Scope.NAMESPACES, ("t1",))
EVERYWHERE = Watch(Scope.ALL)
ACCOUNT = account("seldon-system", "op")


def rule(group: str, resource: str, verbs: str, name: str = "") -> Rule:
    return Rule(frozenset({group}), frozenset({resource}), frozenset(verbs.split(",")), frozenset({name} - {""}))


@pytest.mark.parametrize(
    ("granted", "question", "answer"),
    [
        (rule("", "secrets", "get"), ("", "secrets", "get"), True),
        (rule("", "secrets", "get"), ("", "secrets", "list"), False),
        (rule("", "secrets", "get"), ("", "configmaps", "get"), False),
        (rule("", "secrets", "get"), ("apps", "secrets", "get"), False),
        (rule("*", "secrets", "get"), ("apps", "secrets", "get"), True),
        (rule("apps", "*", "*"), ("apps", "deployments/status", "patch"), True),
        (rule("apps", "*/status", "get"), ("apps", "deployments/status", "get"), True),
        (rule("apps", "*/status", "get"), ("apps", "deployments", "get"), False),
        (rule("apps", "deployments", "get"), ("apps", "deployments/status", "get"), False),
        (rule("apps", "deployments/status", "get"), ("apps", "deployments", "get"), False),
        (rule("", "secrets", "get,list", "one"), ("", "secrets", "list"), False),
        (rule("", "secrets", "get", "one"), ("", "secrets", "get"), False),
    ],
)
def test_rules(granted: Rule, question: tuple[str, str, str], answer: bool) -> None:
    assert allowed([granted], *question) is answer


def permissions_of(
    snapshot: RbacSnapshot, watch: Watch = T1, version: Version | None = NEW, lease: str | None = None
) -> Permissions:
    granted = grants(snapshot)
    return permissions(granted.of_service_account("seldon-system", "op"), granted.unread, watch, version, lease)


def in_t1(*subjects: dict[str, Any], role_rules: Any = None) -> RbacSnapshot:
    return rbac(
        [role("t1", "m", rules() if role_rules is None else role_rules)],
        [role_binding("t1", "m", "Role", "m", *subjects)],
    )


@pytest.mark.parametrize(
    "subject",
    [
        ACCOUNT,
        {"kind": "User", "name": "system:serviceaccount:seldon-system:op"},
        {"kind": "Group", "name": "system:serviceaccounts"},
        {"kind": "Group", "name": "system:serviceaccounts:seldon-system"},
        {"kind": "Group", "name": "system:authenticated"},
    ],
)
def test_subjects_that_are_the_account(subject: dict[str, Any]) -> None:
    assert permissions_of(in_t1(subject)) == Permissions(Held.HELD, (), "", (), ())


@pytest.mark.parametrize(
    "subject",
    [
        account("t1", "op"),
        account("seldon-system", "other"),
        {"kind": "ServiceAccount", "name": "op"},
        {"kind": "Group", "name": "system:serviceaccounts:t1"},
        {"kind": "Group", "name": "system:unauthenticated"},
        {"kind": "User", "name": "op"},
    ],
)
def test_subjects_that_are_not(subject: dict[str, Any]) -> None:
    assert permissions_of(in_t1(subject)).held is Held.MISSING


def test_a_subject_without_namespace_is_of_the_bindings_namespace() -> None:
    bare = {"kind": "ServiceAccount", "name": "op"}
    watch = Watch(Scope.NAMESPACES, ("seldon-system",))
    own = rbac([role("seldon-system", "m", rules())], [role_binding("seldon-system", "m", "Role", "m", bare)])
    assert permissions_of(own, watch).held is Held.HELD
    assert (
        permissions_of(rbac((), (), [cluster_role("m", rules())], [cluster_role_binding("m", "m", bare)])).held
        is Held.MISSING
    )


def test_a_role_of_another_namespace_is_not_bound() -> None:
    elsewhere = rbac([role("t2", "m", rules())], [role_binding("t1", "m", "Role", "m", ACCOUNT)])
    assert permissions_of(elsewhere).held is Held.MISSING


def test_a_cluster_role_bound_in_a_namespace_is_for_that_namespace() -> None:
    bound = rbac((), [role_binding("t1", "m", "ClusterRole", "m", ACCOUNT)], [cluster_role("m", rules())])
    assert permissions_of(bound).held is Held.HELD
    assert permissions_of(bound, Watch(Scope.NAMESPACES, ("t1", "t2"))).missing == (
        "in t2: everything that an operator needs",
    )
    assert permissions_of(bound, EVERYWHERE).missing == ("in every namespace: everything that an operator needs",)


def test_a_watch_on_every_namespace_needs_cluster_wide_permissions() -> None:
    everywhere = rbac((), (), [cluster_role("m", rules())], [cluster_role_binding("m", "m", ACCOUNT)])
    assert permissions_of(everywhere, EVERYWHERE).held is Held.HELD
    assert permissions_of(everywhere).held is Held.HELD


def test_wildcards_hold_everything() -> None:
    assert (
        permissions_of(in_t1(ACCOUNT, role_rules=[{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}])).held
        is Held.HELD
    )


def test_missing_permissions_are_named() -> None:
    few = [r for r in rules() if "rbac.authorization.k8s.io" not in r["apiGroups"] and "events" not in r["resources"]]
    found = permissions_of(in_t1(ACCOUNT, role_rules=few))
    full = "create, delete, get, list, patch, update, watch"
    assert found.missing == (
        f"in t1: create, patch events; {full} rolebindings.rbac.authorization.k8s.io, roles.rbac.authorization.k8s.io",
    )


def test_permissions_on_names_only_are_missing() -> None:
    narrowed = [{**r, "resourceNames": ["one"]} if "secrets" in r["resources"] else r for r in rules()]
    assert "secrets" in permissions_of(in_t1(ACCOUNT, role_rules=narrowed)).missing[0]


def test_what_is_needed_depends_on_the_release() -> None:
    old = in_t1(ACCOUNT, role_rules=rules(manager_needs(OLDEST_KNOWN)))
    assert permissions_of(old, version=Version(2, 9, 1)).held is Held.HELD
    assert permissions_of(old, version=NEW).missing == ("in t1: list, watch endpointslices.discovery.k8s.io",)
    unknown = permissions_of(old, version=None)
    assert unknown.held is Held.UNKNOWN and "endpointslices" in unknown.unknown
    assert permissions_of(in_t1(ACCOUNT), version=None).held is Held.HELD
    assert permissions_of(rbac(), version=None).held is Held.MISSING


def test_leader_election_needs_leases_where_the_pod_is() -> None:
    assert permissions_of(in_t1(ACCOUNT), lease="seldon-system").missing == (
        "in seldon-system: create, get, update leases.coordination.k8s.io, for the leader election",
    )
    both = in_t1(ACCOUNT)
    with_lease = rbac(
        [*(both.roles or ()), role("seldon-system", "l", rules(LEADER_ELECTION))],
        [*(both.role_bindings or ()), role_binding("seldon-system", "l", "Role", "l", ACCOUNT)],
    )
    assert permissions_of(with_lease, lease="seldon-system").held is Held.HELD


@pytest.mark.parametrize("refused", ["roles", "role_bindings", "cluster_roles", "cluster_role_bindings"])
def test_refused_reads_never_make_permissions_missing_or_excess_absent(refused: str) -> None:
    found = permissions_of(rbac(**{refused: None}))
    assert found.held is Held.UNKNOWN and "could not be read" in found.unknown
    assert found.cluster_wide is None and found.elsewhere is None


def test_what_is_read_can_prove_permissions_whatever_is_refused() -> None:
    everywhere = rbac(None, None, [cluster_role("m", rules())], [cluster_role_binding("m", "m", ACCOUNT)])
    assert permissions_of(everywhere).held is Held.HELD


def test_excess_is_named_with_its_binding() -> None:
    snapshot = rbac(
        [
            role("t1", "m", rules()),
            role("t2", "s", [{"apiGroups": [""], "resources": ["secrets"], "resourceNames": ["x"], "verbs": ["get"]}]),
        ],
        [role_binding("t1", "m", "Role", "m", ACCOUNT), role_binding("t2", "s", "Role", "s", ACCOUNT)],
        [cluster_role("s", [{"apiGroups": [""], "resources": ["secrets", "pods"], "verbs": ["list", "get"]}])],
        [cluster_role_binding("s", "s", ACCOUNT)],
    )
    found = permissions_of(snapshot)
    assert found.cluster_wide == ("get, list secrets (ClusterRoleBinding s)",)
    assert found.elsewhere == ("get secrets named x (RoleBinding t2/s)",)


def test_unknown_watch_sets_leave_permissions_unknown() -> None:
    assert permissions_of(in_t1(ACCOUNT), Watch(Scope.UNKNOWN, unknown="why")).held is Held.UNKNOWN
