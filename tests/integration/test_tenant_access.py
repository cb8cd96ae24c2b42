# SPDX-License-Identifier: GPL-3.0-or-later
"""The permissions of each persona on everything that the API server serves, requested with its own credential."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.integration.access_matrix import CLUSTER, Action, Served, access_of, rules_of, served_actions, table
from tests.integration.access_world import JUDGED, OTHER, OUTSIDERS, OWN, PLACES, RUNTIME_ACCOUNTS, TEAM
from tests.integration.personas import Persona, admin
from tests.integration.tenancy import PLATFORM, Tenancy

GOLDEN = Path(__file__).parent / "golden" / "access.txt"
UPDATE = "UPDATE_GOLDEN=1 .venv/bin/python -m pytest tests/integration/test_tenant_access.py -k golden"
HEADER = f"""\
# What each persona may do, as the API server answers to its own credential. Everything that is not here is denied.
# Places: the tenant {OWN}, another tenant {OTHER} (whose owners may debug), the platform's namespace, and the
# whole cluster (every namespace at once, and what is in no namespace). Permissions of everybody are listed once, at the top.
# After a wanted change: {UPDATE}
"""
READ = {"get", "list", "watch"}
SELDON = "mlops.seldon.io"
RBAC = "rbac.authorization.k8s.io"
GUARD_RAILS = {
    "customresourcedefinitions.apiextensions.k8s.io",
    "deployments.apps",
    "limitranges",
    "mutatingadmissionpolicies.admissionregistration.k8s.io",
    "mutatingadmissionpolicybindings.admissionregistration.k8s.io",
    "mutatingwebhookconfigurations.admissionregistration.k8s.io",
    "namespaces",
    "networkpolicies.networking.k8s.io",
    "resourcequotas",
    f"rolebindings.{RBAC}",
    f"roles.{RBAC}",
    f"seldonconfigs.{SELDON}",
    f"seldonruntimes.{SELDON}",
    "serviceaccounts",
    "services",
    "validatingadmissionpolicies.admissionregistration.k8s.io",
    "validatingadmissionpolicybindings.admissionregistration.k8s.io",
    "validatingwebhookconfigurations.admissionregistration.k8s.io",
}
"""Resources that the team may read, but never change."""
NEVER_VERBS = {"approve", "bind", "deletecollection", "escalate", "impersonate", "sign"}
NEVER_SUBRESOURCES = {
    "approval", "attach", "binding", "ephemeralcontainers", "eviction", "exec", "finalize", "finalizers", "portforward", "proxy", "resize", "status", "token",
}  # fmt: skip
DEBUG = {Action("", f"pods/{what}", verb) for what in ("exec", "portforward") for verb in ("create", "get")}


def never_allowed(actions: set[Action]) -> set[Action]:
    """The actions that no persona of a team gets without an option."""
    return {
        action
        for action in actions
        if action.verb in NEVER_VERBS
        or action.resource.partition("/")[2] in NEVER_SUBRESOURCES
        or (action.target in GUARD_RAILS and action.verb not in READ)
        or (action.target == "secrets" and action.verb not in ("create", "update"))
        or (action.target == "pods" and action.verb in ("create", "patch", "update"))
    }


@dataclass(frozen=True)
class Matrix:
    """The actions that the API server serves, and those that each persona may do."""

    served: Served
    access: Mapping[str, dict[str, set[Action]]]

    def granted(self, persona: str, place: str) -> set[Action]:
        """The persona's actions without those of everybody with a credential."""
        return self.access[persona][place] - self.access["nobody"][place]

    def text(self) -> str:
        """The text of the golden table."""
        lines = ["[anybody with a credential]", *table(self.access["nobody"], {}, {})]
        said: dict[tuple[str, ...], str] = {}
        for name in self.access:
            lines += ["", f"[{name}]", *table(self.access[name], self.access["nobody"], said, name)]
        return HEADER + "\n" + "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def matrix(tenancy: Tenancy, personas: dict[str, Persona]) -> Matrix:
    served = served_actions(admin(tenancy.lab))
    return Matrix(served, {name: access_of(personas[name], served, PLACES) for name in JUDGED})


def test_the_golden_table_is_what_each_persona_may_do(matrix: Matrix) -> None:
    text = matrix.text()
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(text)
    assert text.splitlines() == GOLDEN.read_text().splitlines(), f"differs from {GOLDEN}. If that is wanted: {UPDATE}"


def test_the_questions_are_those_that_matter_and_somebody_may_all_of_it(tenancy: Tenancy, matrix: Matrix) -> None:
    served = matrix.served
    assert {
        Action("", "pods/exec", "create"),
        Action("", "secrets", "get"),
        Action(SELDON, "servers/scale", "update"),
    } <= served.namespaced
    assert {
        Action(SELDON, f"{kind}/status", "patch") for kind in ("models", "servers", "seldonruntimes")
    } <= served.namespaced
    assert {
        Action("", "nodes/proxy", "get"),
        Action("certificates.k8s.io", "certificatesigningrequests/approval", "update"),
    } <= served.cluster_scoped
    assert len(served.namespaced) > 400 and len(served.cluster_scoped) > 200
    everything = access_of(admin(tenancy.lab), served, [OWN])
    assert everything[OWN] == served.namespaced and everything[CLUSTER] >= served.namespaced | served.cluster_scoped


def test_nothing_is_allowed_across_tenants_or_in_the_platforms_namespace(matrix: Matrix) -> None:
    for persona in matrix.access:
        home = OTHER if persona.startswith("other") else OWN
        for place in {*PLACES, PLATFORM} - {home}:
            assert matrix.access[persona][place] == set(), (persona, place)
    assert all(matrix.access["nobody"][place] == set() for place in PLACES)


def test_nothing_is_allowed_of_the_whole_cluster(matrix: Matrix) -> None:
    """Except for the trusted certificates that Kubernetes itself makes readable for every ServiceAccount."""
    for persona in matrix.access:
        accounts = persona in (*RUNTIME_ACCOUNTS, "automation", "operator")
        assert {action.resource for action in matrix.granted(persona, CLUSTER)} == (
            {"clustertrustbundles"} if accounts else set()
        ), persona
        assert {action.verb for action in matrix.granted(persona, CLUSTER)} <= READ


@pytest.mark.parametrize("persona", [*TEAM, *RUNTIME_ACCOUNTS, *OUTSIDERS])
def test_what_is_never_allowed(matrix: Matrix, persona: str) -> None:
    home = OTHER if persona.startswith("other") else OWN
    for place, actions in matrix.access[persona].items():
        allowed = set()
        if persona == "other team's owner" and place == home:
            allowed = DEBUG
        if persona in RUNTIME_ACCOUNTS:
            allowed = {action for action in actions if action.resource == "secrets" and action.verb in READ}
        assert never_allowed(actions) == allowed, place


@pytest.mark.parametrize("persona", RUNTIME_ACCOUNTS)
def test_the_runtimes_accounts_only_read(matrix: Matrix, persona: str) -> None:
    actions = matrix.access[persona][OWN]
    assert {a.verb for a in actions} <= READ
    assert {a.resource for a in actions} <= {"configmaps", "secrets", "endpointslices"}
    assert persona != "default" or actions == set()


def test_the_operator_takes_no_permissions_that_nobody_gave(matrix: Matrix) -> None:
    assert not {
        a
        for a in matrix.access["operator"][OWN]
        if a.verb in NEVER_VERBS or a.resource.partition("/")[2] in {"token", "exec", "proxy"}
    }


def test_the_api_servers_own_list_of_rules_says_the_same(matrix: Matrix, personas: dict[str, Persona]) -> None:
    for name in JUDGED:
        everybodys = matrix.access[name][CLUSTER]
        for place in PLACES:
            # The list repeats actions that are allowed in the whole cluster, and names resources that the server may not have.
            assert rules_of(personas[name], place) - everybodys == matrix.access[name][place], (name, place)


def test_a_binding_to_kubernetes_own_edit_is_found(
    tenancy: Tenancy, matrix: Matrix, personas: dict[str, Persona]
) -> None:
    reference = {"apiGroup": RBAC, "kind": "ClusterRole", "name": "edit"}
    binding = {
        "apiVersion": f"{RBAC}/v1",
        "kind": "RoleBinding",
        "metadata": {"name": "slip", "namespace": OWN},
        "roleRef": reference,
    }
    tenancy.apply({**binding, "subjects": [{"apiGroup": RBAC, "kind": "Group", "name": "visitors"}]})
    try:
        found = access_of(personas["nobody"], matrix.served, [OWN])
    finally:
        tenancy.lab.kubectl("delete", "rolebinding", "slip", "-n", OWN)
    slips = never_allowed(found[OWN])
    assert {
        Action("", "secrets", "list"),
        Action("", "pods/exec", "create"),
        Action("networking.k8s.io", "networkpolicies", "delete"),
    } <= slips
    assert Action("", "serviceaccounts", "impersonate") in slips and Action("", "resourcequotas", "delete") not in slips
    changed = Matrix(matrix.served, {**matrix.access, "nobody": {**matrix.access["nobody"], **found}})
    assert changed.text() != matrix.text()
