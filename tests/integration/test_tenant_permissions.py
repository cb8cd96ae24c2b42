# SPDX-License-Identifier: GPL-3.0-or-later
"""The permissions of a tenant's operator are exactly those of its Role; an edit of that Role is detected."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.integration.tenancy import PLATFORM, Tenancy, actions

ROLE = "seldon-v2-manager-role"
SERVER = "apiVersion: mlops.seldon.io/v1alpha1\nkind: Server\nmetadata:\n  name: inference\nspec:\n  serverConfig: mlserver\n"
READ = {"get", "list", "watch"}


def without_stateful_set_writes(rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same rules with read access only to StatefulSets."""
    return [
        {**rule, "verbs": [verb for verb in rule["verbs"] if verb in READ]}
        if "statefulsets" in rule["resources"]
        else rule
        for rule in rules
    ]


@contextmanager
def narrowed_central_role(tenancy: Tenancy) -> Iterator[None]:
    """The central operator's Role, from which the tenants' are derived, without one permission."""
    rules = tenancy.get("role", ROLE, PLATFORM)["rules"]
    tenancy.patch("role", ROLE, PLATFORM, {"rules": without_stateful_set_writes(rules)})
    try:
        yield
    finally:
        tenancy.patch("role", ROLE, PLATFORM, {"rules": rules})


def test_without_a_permission_the_server_says_what_the_api_refused(tenancy: Tenancy, tmp_path: Path) -> None:
    tenancy.done("narrowed")
    (tmp_path / "server.yaml").write_text(SERVER)
    with narrowed_central_role(tenancy):
        applied = tenancy.done("narrowed", [tmp_path], wait=False)
        tenancy.until(
            "the Server reports it",
            lambda: "is forbidden" in tenancy.lab.kubectl("get", "server", "inference", "-n", "narrowed", "-o", "yaml"),
        )
        result = tenancy.run("narrowed", [tmp_path], wait_timeout=8)
    assert result["failed"]
    role = tenancy.get("role", ROLE, "narrowed")["rules"]
    assert role == without_stateful_set_writes(role) and applied["counts"]["updated"] >= 1
    [said] = [line for line in result["msg"].splitlines() if "Server narrowed/inference" in line]
    assert (
        'is forbidden: User "system:serviceaccount:seldon-system:seldon-v2-controller-manager-narrowed" cannot' in said
    )
    assert '"statefulsets"' in said and 'in the namespace "narrowed"' in said
    logs = [
        path.read_text() for path in tenancy.lab.layout.operator_logs.glob("*seldon-v2-controller-manager-narrowed-*")
    ]
    assert any("forbidden" in text for text in logs)
    assert tenancy.names("statefulsets", "narrowed") == {"seldon-scheduler"}
    # With the permission restored, the same manifests become ready.
    tenancy.done("narrowed", [tmp_path])


def test_with_all_its_permissions_an_operator_is_never_refused(tenancy: Tenancy, tmp_path: Path) -> None:
    (tmp_path / "server.yaml").write_text(SERVER)
    tenancy.done("allowed", [tmp_path])
    logs = [
        path.read_text() for path in tenancy.lab.layout.operator_logs.glob("*seldon-v2-controller-manager-allowed-*")
    ]
    assert logs
    assert not any("forbidden" in text for text in logs)


def test_a_role_that_somebody_edited_is_named_and_repaired_on_demand(tenancy: Tenancy) -> None:
    tenancy.done("drifted")
    rules = tenancy.get("role", ROLE, "drifted")["rules"]
    tenancy.patch("role", ROLE, "drifted", {"rules": without_stateful_set_writes(rules)})
    said = tenancy.refused("drifted")
    assert f'Role drifted/{ROLE}: .rules belongs to "kubectl-patch"' in said
    assert "tenant_namespace_take_over: true" in said
    assert actions(tenancy.done("drifted", take_over=True))[f"Role {ROLE}"] == "taken over"
    assert tenancy.get("role", ROLE, "drifted")["rules"] == rules
    for take_over in (True, False):
        assert not tenancy.done("drifted", take_over=take_over)["changed"]


def test_nothing_of_a_tenants_operator_is_cluster_wide(tenancy: Tenancy) -> None:
    tenancy.done("narrow")
    account = f"system:serviceaccount:{PLATFORM}:seldon-v2-controller-manager-narrow"
    bindings = json.loads(tenancy.lab.kubectl("get", "clusterrolebindings,rolebindings", "-A", "-o", "json"))["items"]
    bound = [
        (b["kind"], b["metadata"].get("namespace"))
        for b in bindings
        for subject in b.get("subjects") or []
        if f"system:serviceaccount:{subject.get('namespace')}:{subject['name']}" == account
    ]
    assert bound == [("RoleBinding", "narrow")]
