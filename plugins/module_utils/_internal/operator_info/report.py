# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A judgement as data and as text."""

from __future__ import annotations

from typing import Any

from ..diagnosis.render import as_marked_lines
from ..operators.conflict import Conflict
from ..operators.judgement import Judgement, Tenant
from ..operators.permissions import Held
from ..operators.record import Operator


def as_data(judgement: Judgement) -> dict[str, Any]:
    """The judgement as JSON. An unknown value is None, next to a field with the reason."""
    return {
        "verdict": judgement.verdict.value,
        "operators": [] if judgement.operators is None else [_operator(operator) for operator in judgement.operators],
        "tenants": [_tenant(tenant) for tenant in judgement.tenants],
        "conflicts": [_conflict(conflict) for conflict in judgement.conflicts],
        "text": as_text(judgement),
    }


def as_text(judgement: Judgement) -> str:
    """Lines of text, without a newline at the end."""
    if judgement.operators is None:
        lines = ["operators: unknown, the Deployments could not be read"]
    else:
        lines = [line for operator in judgement.operators for line in _operator_lines(operator)] or [
            "no operator found"
        ]
    lines += [f"Namespace {tenant.namespace}: {_tenant_words(tenant)}" for tenant in judgement.tenants]
    lines += [line for conflict in judgement.conflicts for line in as_marked_lines(conflict.diagnostic)]
    return "\n".join([*lines, f"verdict: {judgement.verdict.value}"])


def _operator_lines(operator: Operator) -> list[str]:
    lookup = operator.lookup_namespace
    permissions = operator.permissions
    election = {True: f"in {operator.namespace}", False: "no", None: "unknown"}[operator.leader_elect]
    return [
        f"{operator.title}  {operator.version or 'release unknown'}  {operator.ready}/{operator.replicas} ready"
        + ("" if operator.running else ", not running"),
        f"  watches {operator.watch.words()}",
        f"  ServerConfigs from {lookup.value if lookup.value is not None else f'unknown ({lookup.unknown})'}",
        f"  leader election {election}",
        f"  permissions {permissions.held.value}"
        + (f": {permissions.unknown}" if permissions.held is Held.UNKNOWN else ""),
    ]


def _tenant_words(tenant: Tenant) -> str:
    lookup = f", ServerConfigs from {tenant.lookup_namespace}" if tenant.lookup_namespace else ""
    by = f" by {', '.join(tenant.operators)}" if tenant.operators else ""
    return f"{tenant.state.value}{by}{lookup}"


def _operator(operator: Operator) -> dict[str, Any]:
    permissions = operator.permissions
    return {
        "namespace": operator.namespace,
        "name": operator.name,
        "image": operator.image,
        "version": str(operator.version) if operator.version else None,
        "replicas": operator.replicas,
        "ready": operator.ready,
        "running": operator.running,
        "rolling_out": operator.rolling_out,
        "lookup_namespace": operator.lookup_namespace.value,
        "lookup_namespace_unknown": operator.lookup_namespace.unknown,
        "scope": operator.watch.scope.value,
        "watch_namespaces": list(operator.watch.namespaces),
        "watch_unknown": operator.watch.unknown,
        "leader_elect": operator.leader_elect,
        "service_account": operator.service_account,
        "start_error": operator.start_error,
        "rights": {
            "verdict": permissions.held.value,
            "missing": list(permissions.missing),
            "unknown": permissions.unknown,
            "cluster_wide": None if permissions.cluster_wide is None else list(permissions.cluster_wide),
            "elsewhere": None if permissions.elsewhere is None else list(permissions.elsewhere),
        },
    }


def _tenant(tenant: Tenant) -> dict[str, Any]:
    return {
        "namespace": tenant.namespace,
        "state": tenant.state.value,
        "operators": list(tenant.operators),
        "lookup_namespace": tenant.lookup_namespace,
    }


def _conflict(conflict: Conflict) -> dict[str, Any]:
    diagnostic = conflict.diagnostic
    return {
        "kind": diagnostic.code,
        "severity": diagnostic.severity.value,
        "object": str(diagnostic.subject),
        "operators": list(conflict.operators),
        "namespaces": list(conflict.namespaces),
        "what": diagnostic.message,
        "next_step": diagnostic.next_step,
    }
