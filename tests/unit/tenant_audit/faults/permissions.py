# SPDX-License-Identifier: GPL-3.0-or-later
"""Permissions: TA1xx."""

from __future__ import annotations

from ..cluster import OTHER, PLATFORM, RBAC, Cluster, Obj, account, group, user
from .table import FAULTS, Fault, fault

EXTRA = ("TA406",)


def grant(rule: str, what: str, subject: Obj, rules: list[tuple[str, str, str]], *also: str) -> None:
    """Binds a subject in the tenant to a new Role with these rules."""

    def seed(c: Cluster) -> None:
        c.role("extra", *rules)
        c.bind("extra", "extra", subject)

    FAULTS.append(Fault(rule, what, seed, (*EXTRA, *also)))


grant("TA101", "every credential reads", group("system:authenticated"), [("", "configmaps", "get")])
grant("TA101", "nobody needs a credential", group("system:unauthenticated"), [("", "pods", "list")])
grant("TA101", "every ServiceAccount reads Secrets", group("system:serviceaccounts"), [("", "secrets", "get")], "TA902")
grant("TA102", "another tenant's Server", account("seldon-server", OTHER), [("", "secrets", "get")])
grant(
    "TA102",
    "another tenant's people",
    group("recommendation-engine-engineers"),
    [("mlops.seldon.io", "models", "update")],
)
grant(
    "TA102",
    "another tenant's operator",
    account("seldon-v2-controller-manager-recommendation-engine", PLATFORM),
    [("mlops.seldon.io", "models", "get")],
)
grant(
    "TA102", "every ServiceAccount of another tenant", group(f"system:serviceaccounts:{OTHER}"), [("", "pods", "get")]
)
grant("TA103", "a stranger reads Secrets", user("mallory"), [("", "secrets", "get")])
grant("TA103", "a stranger patches Secrets, which answers with them", user("mallory"), [("", "secrets", "patch")])
grant("TA104", "a stranger deletes policies", user("mallory"), [("networking.k8s.io", "networkpolicies", "delete")])
grant("TA104", "a stranger labels the namespace", user("mallory"), [("", "namespaces", "patch")])
grant("TA105", "a stranger impersonates", user("mallory"), [("", "serviceaccounts", "impersonate")])
grant("TA105", "a stranger takes tokens", user("mallory"), [("", "serviceaccounts/token", "create")])
grant("TA106", "a stranger writes Models", user("mallory"), [("mlops.seldon.io", "models", "update")])
grant("TA107", "a stranger reads", group("auditors"), [("", "configmaps", "get")])
grant(
    "TA110",
    "the team deletes policies",
    group("fraud-detection-engineers"),
    [("networking.k8s.io", "networkpolicies", "delete")],
)
grant("TA110", "the team makes RoleBindings", group("fraud-detection-engineers"), [(RBAC, "rolebindings", "create")])
grant("TA111", "the team escalates", group("fraud-detection-leads"), [(RBAC, "roles", "escalate")])
grant("TA112", "the team lists Secrets", group("fraud-detection-leads"), [("", "secrets", "list")])
grant("TA113", "the team runs commands", group("fraud-detection-leads"), [("", "pods/exec", "create")])
grant("TA113", "the team uses the proxy", group("fraud-detection-leads"), [("", "services/proxy", "get")])
grant("TA114", "the team starts pods", group("fraud-detection-engineers"), [("batch", "jobs", "create")])
grant("TA115", "the team makes Services", group("fraud-detection-engineers"), [("", "services", "create")])
grant(
    "TA120",
    "a Role of wildcards for the team",
    group("fraud-detection-engineers"),
    [("mlops.seldon.io", "models", "*")],
)


@fault("TA103", "a stranger reads every Secret of the cluster")
def _(c: Cluster) -> None:
    c.role("all-secrets", ("", "secrets", "get list"), namespace="")
    c.bind("all-secrets", "all-secrets", user("mallory"), namespace="", kind="ClusterRole")


@fault("TA102", "members of a team have permissions everywhere")
def _(c: Cluster) -> None:
    c.role("all-models", ("mlops.seldon.io", "models", "get"), namespace="")
    c.bind("all-models", "all-models", group("fraud-detection-leads"), namespace="", kind="ClusterRole")


@fault("TA116", "a tenant's Server has permissions in the whole cluster")
def _(c: Cluster) -> None:
    c.bind("server", "view", account("seldon-server"), namespace="", kind="ClusterRole")
    c.get("clusterroles", "view")["rules"] = [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]


@fault("TA121", "edit is bound to the team", *EXTRA, "TA110", "TA111", "TA112", "TA113", "TA114", "TA115")
def _(c: Cluster) -> None:
    c.bind("editors", "edit", group("fraud-detection-engineers"), kind="ClusterRole")


@fault("TA122", "a ClusterRole gives permissions for Seldon's kinds to everybody with edit")
def _(c: Cluster) -> None:
    c.role("seldon-edit", ("mlops.seldon.io", "models", "create"), namespace="")
    c.get("clusterroles", "seldon-edit")["metadata"]["labels"] = {f"{RBAC}/aggregate-to-edit": "true"}
