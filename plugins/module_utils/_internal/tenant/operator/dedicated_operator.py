# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A tenant's own operator in the platform namespace: the central one in every respect, but confined to the tenant."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from copy import deepcopy

from ...diagnosis.diagnostic import Diagnostic
from ...diagnosis.subject import Subject
from ...kube.quantity import quantity_or_none
from ...kube.resources import RBAC_GROUP
from ...kube.selector import read_selector
from ...kube.types import KubeObject
from ...operators.central import central_version
from ...ownership.labels import operator_selector, tenant_labels, travelling
from ...seldon.operator_arguments import tenant_arguments
from ...seldon.operator_container import manager_position
from ...seldon.operator_names import MANAGER_DEPLOYMENT, MANAGER_ROLE, MANAGER_ROLE_BINDING
from ..options.operator import OperatorOptions
from .permissions import operator_rules

_LONGEST = 63
_DIGEST = 8
_MEASURED_MEMORY = "96Mi"


def operator_name(tenant: str) -> str:
    """Of the Deployment and its ServiceAccount, at most 63 characters.

    A name that would be longer, or exactly as long, is cut and ends with a digest: only such names have 63 characters,
    so no two tenants share one.
    """
    name = f"{MANAGER_DEPLOYMENT}-{tenant}"
    if len(name) < _LONGEST:
        return name
    digest = hashlib.sha256(tenant.encode()).hexdigest()[:_DIGEST]
    return f"{name[: _LONGEST - _DIGEST - 1]}-{digest}"


def dedicated_operator(
    central: KubeObject,
    tenant: str,
    platform_namespace: str,
    live_rules: Sequence[KubeObject] = (),
    options: OperatorOptions = OperatorOptions(),
) -> list[KubeObject]:
    """ServiceAccount, Role, RoleBinding, Deployment: permissions come before the process that needs them.
    Nothing of it is cluster-wide.

    ``central`` has passed ``check_central``; ``live_rules`` are the rules of its Role.
    """
    name = operator_name(tenant)
    return [
        {
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": {"name": name, "namespace": platform_namespace, "labels": tenant_labels(tenant)},
        },
        {
            "apiVersion": f"{RBAC_GROUP}/v1",
            "kind": "Role",
            "metadata": {"name": MANAGER_ROLE, "namespace": tenant, "labels": tenant_labels(tenant)},
            "rules": operator_rules(central_version(central), live_rules),
        },
        {
            "apiVersion": f"{RBAC_GROUP}/v1",
            "kind": "RoleBinding",
            "metadata": {"name": MANAGER_ROLE_BINDING, "namespace": tenant, "labels": tenant_labels(tenant)},
            "roleRef": {"apiGroup": RBAC_GROUP, "kind": "Role", "name": MANAGER_ROLE},
            "subjects": [{"kind": "ServiceAccount", "name": name, "namespace": platform_namespace}],
        },
        _deployment(central, tenant, platform_namespace, name, options),
    ]


def small_memory(central: KubeObject, options: OperatorOptions) -> list[Diagnostic]:
    """Warns of a memory limit below what one operator process was measured to hold (65 to 90 MB)."""
    pod = central["spec"]["template"]["spec"]
    container = _with_resources(pod["containers"][manager_position(pod)], options.resources)
    limit = ((container.get("resources") or {}).get("limits") or {}).get("memory")
    size, needed = quantity_or_none(limit), quantity_or_none(_MEASURED_MEMORY)
    if size is None or needed is None or size >= needed:
        return []
    step = f"set tenant_namespace_operator.resources.limits.memory to {_MEASURED_MEMORY} or more"
    message = (
        f"memory limit {limit} is less than the 65 to 90 MB that an operator holds: it may be killed again and again"
    )
    return [Diagnostic(Subject(name="tenant's operator"), message, "resources.limits.memory", next_steps=(step,))]


def _deployment(
    central: KubeObject, tenant: str, platform_namespace: str, name: str, options: OperatorOptions
) -> KubeObject:
    selector = operator_selector(tenant)
    labels = {**tenant_labels(tenant), **selector}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": platform_namespace, "labels": labels},
        "spec": {
            "replicas": 1,
            # Two processes for one tenant would fight: without leader election the old one has to end first.
            "strategy": {"type": "Recreate"},
            "selector": {"matchLabels": selector},
            "template": _template(central, tenant, name, labels, options),
        },
    }


def _template(
    central: KubeObject, tenant: str, name: str, labels: Mapping[str, str], options: OperatorOptions
) -> KubeObject:
    template = central["spec"]["template"]
    metadata = template.get("metadata") or {}
    asked = read_selector(central["spec"].get("selector"), "spec.selector").keys
    kept = {key: value for key, value in travelling(metadata.get("labels")).items() if key not in asked}
    annotations = travelling(metadata.get("annotations"))
    pod: KubeObject = deepcopy(template["spec"])
    pod.pop("serviceAccount", None)
    pod["serviceAccountName"] = name
    place = manager_position(pod)
    pod["containers"][place] = _with_resources(_confined(pod["containers"][place], tenant), options.resources)
    return {
        "metadata": {"labels": {**kept, **labels}, **({"annotations": annotations} if annotations else {})},
        "spec": pod,
    }


def _confined(container: KubeObject, tenant: str) -> KubeObject:
    """The operator's container, watching and looking up in the tenant's namespace only."""
    command = container.get("command") or []
    arguments = [*command[1:], *(container.get("args") or ())]
    confined = {
        **container,
        "args": tenant_arguments(arguments, tenant),
        "env": _environment(container.get("env") or (), tenant),
    }
    return {**confined, "command": command[:1]} if command else confined


def _environment(central: Sequence[KubeObject], tenant: str) -> list[KubeObject]:
    """POD_NAMESPACE decides where the operator looks for ServerConfigs. It comes first, so that any other variable may
    refer to it.
    """
    literal: list[KubeObject] = [{"name": "POD_NAMESPACE", "value": tenant}]
    for entry in central:
        if entry["name"] == "CLUSTERWIDE":
            literal.append({"name": "CLUSTERWIDE", "value": "false"})
        elif entry["name"] not in ("POD_NAMESPACE", "WATCH_NAMESPACES"):
            literal.append(deepcopy(entry))
    return literal


def _with_resources(container: KubeObject, resources: Mapping[str, Mapping[str, str]]) -> KubeObject:
    if not resources:
        return container
    merged = deepcopy(container.get("resources") or {})
    for key, quantities in resources.items():
        merged[key] = {**(merged.get(key) or {}), **quantities}
    return {**container, "resources": merged}
