# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The Roles of a tenant's profiles, and who is bound to them."""

from __future__ import annotations

from ...diagnosis.diagnostic import Diagnostic
from ...diagnosis.next_step import Command
from ...diagnosis.subject import Subject, option
from ...kube.resources import RBAC_GROUP
from ...kube.types import KubeObject
from ...ownership.labels import tenant_labels
from ...ownership.managed_fields import is_ours, owners_of, ownerships
from ..options.access import Members
from ..options.tenant_options import TenantOptions
from .profiles import debug_rules, deployer_rules, owner_rules, viewer_rules

DEFAULT_ACCOUNT = "default"
"""The ServiceAccount that Kubernetes puts into every namespace, and gives to pods that name none."""
_TOKEN = "automountServiceAccountToken"


def team_rbac(options: TenantOptions) -> list[KubeObject]:
    """ServiceAccounts, then Roles, then RoleBindings; a RoleBinding only where somebody is to be bound."""
    accounts = [
        service_account(options.name, name)
        for name in (DEFAULT_ACCOUNT, *(account.name for account in options.service_accounts))
    ]
    roles = {"owner": owner_rules(), "deployer": deployer_rules(), "viewer": viewer_rules()}
    subjects = {
        profile: [*_people(members), *_accounts(options, profile)]
        for profile, members in options.access.profiles.items()
    }
    if options.access.debug:
        # People only: a pod could run as any ServiceAccount of the namespace.
        roles["debug"], subjects["debug"] = debug_rules(), _people(options.access.owners)
    return [
        *accounts,
        *(_role(options.name, profile, rules) for profile, rules in roles.items()),
        *(_role_binding(options.name, profile, bound) for profile, bound in subjects.items() if bound),
    ]


def check_debug(options: TenantOptions) -> list[Diagnostic]:
    """Says what the opt-in opens."""
    if not options.access.debug:
        return []
    message = "owners may run commands in pods and forward ports: with a Server's ServiceAccount they read the Secrets of the namespace"
    step = "set it to false when it is no longer needed"
    return [Diagnostic(option("tenant_namespace_access.debug"), message, next_steps=(step,))]


def platform_accounts(options: TenantOptions) -> dict[tuple[str, str], str]:
    """(``Kind.group``, name) of the objects of :func:`team_rbac` that a team folder could hold too, with the reason why
    it is left.
    """
    reasons = {
        account.name: "the platform makes it, from tenant_namespace_service_accounts"
        for account in options.service_accounts
    }
    reasons[DEFAULT_ACCOUNT] = "the platform keeps it without a token and without permissions"
    return {("ServiceAccount", name): reason for name, reason in reasons.items()}


def check_default_account(tenant: str, live: KubeObject | None, field_manager: str) -> list[Diagnostic]:
    """Warns where somebody else decided that pods get a token of the ServiceAccount: a field of others stays."""
    if live is None or not live.get(_TOKEN):
        return []
    owners = owners_of(ownerships(live), _TOKEN)
    if not any(not is_ours(entry, field_manager) for entry in owners):
        return []
    managers = ", ".join(sorted({f'"{entry.manager}"' for entry in owners}))
    command = f"kubectl patch serviceaccount {DEFAULT_ACCOUNT} -n {tenant} -p '{{\"{_TOKEN}\": false}}'"
    message = f"was set to true by {managers} and stays: pods that name no ServiceAccount get its token"
    subject, step = Subject("ServiceAccount", DEFAULT_ACCOUNT), Command("to keep it from them", command)
    return [Diagnostic(subject, message, _TOKEN, next_steps=(step,))]


def service_account(tenant: str, name: str) -> KubeObject:
    """Pods get no token by default: a pod that needs one sets automountServiceAccountToken."""
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"name": name, "namespace": tenant, "labels": tenant_labels(tenant)},
        "automountServiceAccountToken": False,
    }


def _people(members: Members) -> list[KubeObject]:
    named = [("Group", name) for name in members.groups] + [("User", name) for name in members.users]
    return [{"kind": kind, "apiGroup": RBAC_GROUP, "name": name} for kind, name in named]


def _accounts(options: TenantOptions, profile: str) -> list[KubeObject]:
    names = [account.name for account in options.service_accounts if account.role == profile]
    return [{"kind": "ServiceAccount", "name": name, "namespace": options.name} for name in names]


def _role(tenant: str, profile: str, rules: list[KubeObject]) -> KubeObject:
    return {
        "apiVersion": f"{RBAC_GROUP}/v1",
        "kind": "Role",
        "metadata": {"name": f"tenant-{profile}", "namespace": tenant, "labels": tenant_labels(tenant)},
        "rules": rules,
    }


def _role_binding(tenant: str, profile: str, subjects: list[KubeObject]) -> KubeObject:
    return {
        "apiVersion": f"{RBAC_GROUP}/v1",
        "kind": "RoleBinding",
        "metadata": {"name": f"tenant-{profile}", "namespace": tenant, "labels": tenant_labels(tenant)},
        "roleRef": {"apiGroup": RBAC_GROUP, "kind": "Role", "name": f"tenant-{profile}"},
        "subjects": subjects,
    }
