# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What people and the team's ServiceAccounts may do in their namespace: closed lists of verbs, nothing that touches the guard-rails.

Never here: writes to quotas, limits, network policies, Roles, RoleBindings and the namespace; exec, attach, port-forward and
proxy (they go round network policies); impersonation; tokens of ServiceAccounts; deletecollection; wildcards. Kubernetes' own
``edit`` and ``admin`` grant several of these.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..applyset.fields import foreign_managers_of_intent
from ..kube.known import RBAC_GROUP, SELDON_GROUP
from ..kube.types import KubeObject
from .labels import tenant_labels
from .options import TenantOptions
from .ownership import owned_by
from .problem import Problem

_READ = ("get", "list", "watch")
_CHANGE = ("create", "delete", "patch", "update")
TEAM_KINDS = ("experiments", "models", "pipelines", "serverconfigs", "servers")
_PLATFORM_KINDS = ("seldonconfigs", "seldonruntimes")
DEFAULT_ACCOUNT = "default"
"""The ServiceAccount that Kubernetes puts into every namespace, and gives to pods that name none."""


def _rule(group: str, resources: Sequence[str], verbs: Sequence[str]) -> KubeObject:
    return {"apiGroups": [group], "resources": sorted(resources), "verbs": sorted(verbs)}


def viewer_rules() -> list[KubeObject]:
    """Reads everything of the tenant except Secrets."""
    core = ("configmaps", "events", "limitranges", "persistentvolumeclaims", "pods", "resourcequotas", "serviceaccounts", "services")
    return [
        _rule("", core, _READ),
        _rule("", ("pods/log",), ("get",)),
        _rule("apps", ("deployments", "replicasets", "statefulsets"), _READ),
        _rule("discovery.k8s.io", ("endpointslices",), _READ),
        _rule("events.k8s.io", ("events",), _READ),
        _rule("networking.k8s.io", ("networkpolicies",), _READ),
        _rule(RBAC_GROUP, ("rolebindings", "roles"), _READ),
        _rule(SELDON_GROUP, (*TEAM_KINDS, *_PLATFORM_KINDS), _READ),
    ]


def editor_rules() -> list[KubeObject]:
    """Runs the team's workloads. Secrets can be set but not listed; pods and retained volumes can be deleted."""
    return [
        *viewer_rules(),
        _rule(SELDON_GROUP, TEAM_KINDS, _CHANGE),
        _rule(SELDON_GROUP, ("models/scale", "servers/scale"), ("get", "patch", "update")),
        _rule("", ("configmaps", "secrets", "services"), _CHANGE),
        _rule("", ("persistentvolumeclaims", "pods"), ("delete",)),
    ]


def admin_rules() -> list[KubeObject]:
    """An editor who also reads Secrets."""
    return [*editor_rules(), _rule("", ("secrets",), _READ)]


def team_rbac(options: TenantOptions) -> list[KubeObject]:
    """ServiceAccounts, then Roles, then RoleBindings; a RoleBinding only where somebody is to be bound."""
    objects = [service_account(options.name, DEFAULT_ACCOUNT)]
    objects += [service_account(options.name, account.name) for account in options.service_accounts]
    profiles = (
        ("admin", admin_rules(), options.groups.admins),
        ("editor", editor_rules(), options.groups.editors),
        ("viewer", viewer_rules(), options.groups.viewers),
    )
    objects += [_role(options.name, profile, rules) for profile, rules, _groups in profiles]
    for profile, _rules, groups in profiles:
        subjects = [{"kind": "Group", "apiGroup": RBAC_GROUP, "name": group} for group in groups]
        subjects += [
            {"kind": "ServiceAccount", "name": account.name, "namespace": options.name}
            for account in options.service_accounts
            if account.role == profile
        ]
        if subjects:
            objects.append(_role_binding(options.name, profile, subjects))
    return objects


def platform_accounts(options: TenantOptions) -> dict[tuple[str, str], str]:
    """(``Kind.group``, name) of the objects of :func:`team_rbac` that a team folder could hold too, with the reason why it is left."""
    reasons = {account.name: "the platform makes it, from tenant_namespace_service_accounts" for account in options.service_accounts}
    reasons[DEFAULT_ACCOUNT] = "the platform keeps it without a token and without rights"
    return {("ServiceAccount", name): reason for name, reason in reasons.items()}


def check_default_account(tenant: str, live: KubeObject | None, field_manager: str) -> list[Problem]:
    """Warns where somebody else set up the ServiceAccount before us: it may hold what pulls images, so nothing of it is changed."""
    if live is None or owned_by(live, field_manager) or not foreign_managers_of_intent(live, field_manager):
        return []
    managers = ", ".join(f'"{name}"' for name in foreign_managers_of_intent(live, field_manager))
    command = f"kubectl patch serviceaccount {DEFAULT_ACCOUNT} -n {tenant} -p '{{\"automountServiceAccountToken\": false}}'"
    message = f"was set up by {managers} and is left as it is: pods that name no ServiceAccount may get its token"
    return [Problem(f"ServiceAccount {DEFAULT_ACCOUNT}", message, "automountServiceAccountToken", (f"to keep it from them: {command}",))]


def service_account(tenant: str, name: str) -> KubeObject:
    """Without a token in its pods: whoever needs one asks for it in the pod."""
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"name": name, "namespace": tenant, "labels": tenant_labels(tenant)},
        "automountServiceAccountToken": False,
    }


def _role(tenant: str, profile: str, rules: list[KubeObject]) -> KubeObject:
    return {
        "apiVersion": f"{RBAC_GROUP}/v1",
        "kind": "Role",
        "metadata": {"name": f"tenant-{profile}", "namespace": tenant, "labels": tenant_labels(tenant)},
        "rules": rules,
    }


def _role_binding(tenant: str, profile: str, subjects: list[dict[str, str]]) -> KubeObject:
    return {
        "apiVersion": f"{RBAC_GROUP}/v1",
        "kind": "RoleBinding",
        "metadata": {"name": f"tenant-{profile}", "namespace": tenant, "labels": tenant_labels(tenant)},
        "roleRef": {"apiGroup": RBAC_GROUP, "kind": "Role", "name": f"tenant-{profile}"},
        "subjects": subjects,
    }
