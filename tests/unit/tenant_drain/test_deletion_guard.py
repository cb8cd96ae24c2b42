# SPDX-License-Identifier: GPL-3.0-or-later
"""The deletion guard as objects; tests/integration/test_namespace_deletion.py shows what it does."""

from __future__ import annotations

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.ownership.labels import TENANT
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.seldon.finalizers import FINALIZERS
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_drain.deletion_guard import (
    ADVICE,
    deletion_guard,
)

POLICIES = {obj["metadata"]["name"]: obj["spec"] for obj in deletion_guard() if obj["kind"].endswith("Policy")}
BINDINGS = {obj["metadata"]["name"]: obj["spec"] for obj in deletion_guard() if obj["kind"].endswith("Binding")}


def test_every_policy_is_bound_to_the_namespaces_of_tenants_only() -> None:
    assert POLICIES.keys() == BINDINGS.keys() and len(POLICIES) == len(FINALIZERS) + 1
    for name, policy in POLICIES.items():
        assert BINDINGS[name]["policyName"] == name
        selector = policy["matchConstraints"]["namespaceSelector"]
        assert selector == {"matchExpressions": [{"key": TENANT, "operator": "Exists"}]}


def test_each_kind_with_a_finalizer_holds_the_permissions_by_that_finalizer() -> None:
    kept = {name: policy for name, policy in POLICIES.items() if name != ADVICE}
    held = {policy["paramKind"]["kind"]: policy["validations"][0]["expression"] for policy in kept.values()}
    assert held.keys() == {resource.kind for resource in FINALIZERS}
    assert all(finalizer in held[resource.kind] for resource, finalizer in FINALIZERS.items())


def test_a_policy_that_cannot_be_evaluated_never_keeps_a_namespace() -> None:
    assert {policy["failurePolicy"] for policy in POLICIES.values()} == {"Ignore"}
    references = [binding["paramRef"] for binding in BINDINGS.values() if "paramRef" in binding]
    assert {reference["parameterNotFoundAction"] for reference in references} == {"Allow"}


def test_the_advice_refuses_nothing() -> None:
    assert BINDINGS[ADVICE]["validationActions"] == ["Warn"]
