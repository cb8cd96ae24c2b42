# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The guard as Kubernetes objects: one ValidatingAdmissionPolicy and binding a kind, for namespaces of tenants only."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from ...kube.resources import VALIDATING_ADMISSION_POLICY, VALIDATING_ADMISSION_POLICY_BINDING
from ...kube.types import KubeObject
from ...ownership.labels import TENANT
from .kinds import KINDS, GuardedKind
from .options import GuardOptions
from .rule import Check, checks_of
from .rules import rules_in_force

NAME = "seldon-scoping-guard"


def policies(options: GuardOptions, platform_namespace: str) -> list[KubeObject]:
    """Each policy before its binding. A kind without rules in force has none.

    ServiceAccounts of the platform namespace, the operators' among them, are not judged.
    """
    rules = rules_in_force(options)
    objects: list[KubeObject] = []
    for kind in KINDS:
        checks = checks_of(kind, rules)
        if checks:
            name = f"{NAME}-{kind.resource.plural}"
            objects += [_policy(name, kind, checks, options, platform_namespace), _binding(name)]
    return objects


def _policy(
    name: str, kind: GuardedKind, checks: Sequence[Check], options: GuardOptions, platform_namespace: str
) -> KubeObject:
    resource = kind.resource
    return {
        "apiVersion": VALIDATING_ADMISSION_POLICY.api_version,
        "kind": VALIDATING_ADMISSION_POLICY.kind,
        "metadata": {"name": name},
        "spec": {
            "failurePolicy": "Fail",
            "matchConstraints": {
                "matchPolicy": "Equivalent",
                # Nobody but the platform may label namespaces.
                "namespaceSelector": {"matchExpressions": [{"key": TENANT, "operator": "Exists"}]},
                "resourceRules": [
                    {
                        "apiGroups": [resource.group],
                        "apiVersions": [resource.version],
                        "operations": ["CREATE", "UPDATE"],
                        "resources": [resource.plural],
                        "scope": "Namespaced",
                    }
                ],
            },
            "matchConditions": [
                {"name": "not-the-platform", "expression": _not_exempt(options, platform_namespace)},
                {"name": "changed", "expression": _changed(kind)},
            ],
            "validations": [_validation(kind.name, check) for check in checks],
        },
    }


def _binding(name: str) -> KubeObject:
    return {
        "apiVersion": VALIDATING_ADMISSION_POLICY_BINDING.api_version,
        "kind": VALIDATING_ADMISSION_POLICY_BINDING.kind,
        "metadata": {"name": name},
        "spec": {"policyName": name, "validationActions": ["Deny"]},
    }


def _validation(kind: str, check: Check) -> dict[str, Any]:
    message = f"{json.dumps(kind + ' ')} + object.metadata.name + {json.dumps(': ' + check.text)}"
    return {"expression": f"!({check.term.cel('object')})", "messageExpression": message, "reason": "Forbidden"}


def _not_exempt(options: GuardOptions, platform_namespace: str) -> str:
    groups = json.dumps([f"system:serviceaccounts:{platform_namespace}", *options.exempt_groups])
    expression = f"!(has(request.userInfo.groups) && request.userInfo.groups.exists(group, group in {groups}))"
    users = (
        f" && !(request.userInfo.username in {json.dumps(list(options.exempt_users))})" if options.exempt_users else ""
    )
    return expression + users


def _changed(kind: GuardedKind) -> str:
    """Operators and controllers write finalizers, scales and the like also on objects that were there before the guard."""
    differences = [f"{_optional('object', path)} != {_optional('oldObject', path)}" for path in kind.judged]
    return " || ".join(["request.operation == 'CREATE'", *differences])


def _optional(root: str, path: str) -> str:
    return root + "".join(f".?{field}" for field in path.split("."))
