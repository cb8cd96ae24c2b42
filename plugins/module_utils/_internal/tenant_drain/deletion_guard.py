# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Admission policies for the end of a tenant's namespace: the permissions of its operator outlive the objects that it has
to release, and anyone who deletes the namespace reads how to complete the deletion.

The permissions are in the namespace and end with it. A finalizer on them would need somebody to remove it. A policy lets
the next attempt of Kubernetes succeed as soon as nothing waits for the operator any more.
"""

from __future__ import annotations

import json

from ..kube.resource import Resource
from ..kube.resources import (
    NAMESPACE,
    RBAC_GROUP,
    ROLE,
    ROLE_BINDING,
    VALIDATING_ADMISSION_POLICY,
    VALIDATING_ADMISSION_POLICY_BINDING,
)
from ..kube.terminating import completion
from ..kube.types import KubeObject
from ..ownership.labels import TENANT
from ..seldon.finalizers import FINALIZERS
from ..seldon.operator_names import MANAGER_ROLE, MANAGER_ROLE_BINDING

PERMISSIONS = "seldon-operator-permissions-are-kept"
ADVICE = "seldon-tenant-deletion-advice"
_NAMESPACE_CONTROLLER = ("system:serviceaccount:kube-system:namespace-controller", "system:kube-controller-manager")
"""The user that deletes the content of a namespace, with and without --use-service-account-credentials."""
_TENANTS = {"matchExpressions": [{"key": TENANT, "operator": "Exists"}]}


def deletion_guard() -> list[KubeObject]:
    """Each policy before its binding. For the permissions, one policy per kind with a finalizer of Seldon: a policy has one
    kind of parameters.
    """
    kept = [obj for resource in FINALIZERS for obj in (_policy(resource), _binding(resource))]
    return [*kept, *_advice()]


def _name(resource: Resource) -> str:
    return f"{PERMISSIONS}-{resource.plural}"


def _policy(resource: Resource) -> KubeObject:
    return {
        "apiVersion": VALIDATING_ADMISSION_POLICY.api_version,
        "kind": VALIDATING_ADMISSION_POLICY.kind,
        "metadata": {"name": _name(resource)},
        "spec": {
            # Without Seldon's kinds nothing waits for the operator. The namespace must end then, too.
            "failurePolicy": "Ignore",
            "paramKind": {"apiVersion": resource.api_version, "kind": resource.kind},
            "matchConstraints": {
                "matchPolicy": "Equivalent",
                "namespaceSelector": _TENANTS,
                "resourceRules": [
                    {
                        "apiGroups": [RBAC_GROUP],
                        "apiVersions": [ROLE.version],
                        "operations": ["DELETE"],
                        "resources": [ROLE.plural, ROLE_BINDING.plural],
                        "scope": "Namespaced",
                    }
                ],
            },
            # Not resourceNames: a request for a whole collection has no name.
            "matchConditions": [
                {
                    "name": "end-of-namespace",
                    "expression": _is_one_of("request.userInfo.username", _NAMESPACE_CONTROLLER),
                },
                {
                    "name": "of-operator",
                    "expression": _is_one_of("oldObject.metadata.name", (MANAGER_ROLE, MANAGER_ROLE_BINDING)),
                },
            ],
            "validations": [_validation(resource)],
        },
    }


def _validation(resource: Resource) -> KubeObject:
    finalizer = json.dumps(FINALIZERS[resource])
    waits = f"has(params.metadata.finalizers) && {finalizer} in params.metadata.finalizers"
    message = f"the permissions of the tenant's operator are kept until it has released {resource.kind} "
    step = f"; if that takes longer than a minute: {completion('')}"
    text = f"{json.dumps(message)} + params.metadata.name + {json.dumps(step)} + request.namespace"
    return {"expression": f"!({waits})", "messageExpression": text, "reason": "Forbidden"}


def _binding(resource: Resource) -> KubeObject:
    return {
        "apiVersion": VALIDATING_ADMISSION_POLICY_BINDING.api_version,
        "kind": VALIDATING_ADMISSION_POLICY_BINDING.kind,
        "metadata": {"name": _name(resource)},
        "spec": {
            "policyName": _name(resource),
            # Every object of the kind in the namespace of the deleted one.
            "paramRef": {"selector": {}, "parameterNotFoundAction": "Allow"},
            "validationActions": ["Deny"],
        },
    }


def _is_one_of(value: str, names: tuple[str, ...]) -> str:
    return f"{value} in {json.dumps(list(names))}"


def _advice() -> list[KubeObject]:
    """A warning to anyone who deletes a tenant's namespace. It refuses nothing."""
    text = f"the namespace is a tenant's; if it stays in Terminating, complete its deletion: {completion('')}"
    policy = {
        "apiVersion": VALIDATING_ADMISSION_POLICY.api_version,
        "kind": VALIDATING_ADMISSION_POLICY.kind,
        "metadata": {"name": ADVICE},
        "spec": {
            "failurePolicy": "Ignore",
            "matchConstraints": {
                "matchPolicy": "Equivalent",
                "namespaceSelector": _TENANTS,
                "resourceRules": [
                    {
                        "apiGroups": [NAMESPACE.group],
                        "apiVersions": [NAMESPACE.version],
                        "operations": ["DELETE"],
                        "resources": [NAMESPACE.plural],
                        "scope": "Cluster",
                    }
                ],
            },
            "validations": [{"expression": "false", "messageExpression": f"{json.dumps(text)} + request.name"}],
        },
    }
    binding = {
        "apiVersion": VALIDATING_ADMISSION_POLICY_BINDING.api_version,
        "kind": VALIDATING_ADMISSION_POLICY_BINDING.kind,
        "metadata": {"name": ADVICE},
        "spec": {"policyName": ADVICE, "validationActions": ["Warn"]},
    }
    return [policy, binding]
