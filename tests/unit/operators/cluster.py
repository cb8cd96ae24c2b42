# SPDX-License-Identifier: GPL-3.0-or-later
"""Builders of the objects in the tests of operators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.operators.snapshot import (
    RbacSnapshot,
    Snapshot,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.seldon.manager_permissions import (
    Need,
    manager_needs,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.seldon.release import NEWEST

Obj = dict[str, Any]
STOCK = "docker.io/seldonio/seldonv2-controller:2.10.2"
FIELD_REF = {"name": "POD_NAMESPACE", "valueFrom": {"fieldRef": {"fieldPath": "metadata.namespace"}}}


def deployment(
    name: str,
    args: Sequence[str],
    *,
    namespace: str = "seldon-system",
    env: Sequence[Mapping[str, Any]] = (FIELD_REF,),
    image: str = STOCK,
    replicas: int = 1,
    ready: int | None = None,
    account: str | None = None,
    **container: Any,
) -> Obj:
    ready = replicas if ready is None else ready
    return {
        "metadata": {"namespace": namespace, "name": name, "generation": 3},
        "spec": {
            "replicas": replicas,
            "template": {
                "metadata": {},
                "spec": {
                    "serviceAccountName": account or name,
                    "containers": [
                        {"name": "manager", "image": image, "args": list(args), "env": list(env), **container}
                    ],
                },
            },
        },
        "status": {"observedGeneration": 3, "replicas": replicas, "updatedReplicas": replicas, "readyReplicas": ready},
    }


def dedicated(tenant: str, **more: Any) -> Obj:
    """An operator of one tenant, as the strategy `dedicated` creates it."""
    return deployment(
        f"operator-{tenant}",
        [f"--namespace={tenant}", "--clusterwide=false"],
        env=[{"name": "POD_NAMESPACE", "value": tenant}],
        **more,
    )


def central(name: str = "central", *args: str, **more: Any) -> Obj:
    """An operator as the chart creates it, clusterwide."""
    return deployment(name, ["--namespace=$(POD_NAMESPACE)", "--clusterwide=true", *args], **more)


def rules(needs: Sequence[Need] = manager_needs(NEWEST)) -> list[Obj]:
    return [{"apiGroups": [need.group], "resources": list(need.resources), "verbs": list(need.verbs)} for need in needs]


def role(namespace: str, name: str, role_rules: Sequence[Obj]) -> Obj:
    return {"metadata": {"namespace": namespace, "name": name}, "rules": list(role_rules)}


def cluster_role(name: str, role_rules: Sequence[Obj]) -> Obj:
    return {"metadata": {"name": name}, "rules": list(role_rules)}


def account(namespace: str, name: str) -> Obj:
    return {"kind": "ServiceAccount", "namespace": namespace, "name": name}


def role_binding(namespace: str, name: str, kind: str, role_name: str, *subjects: Obj) -> Obj:
    return {
        "metadata": {"namespace": namespace, "name": name},
        "roleRef": {"kind": kind, "name": role_name},
        "subjects": list(subjects),
    }


def cluster_role_binding(name: str, role_name: str, *subjects: Obj) -> Obj:
    return {
        "metadata": {"name": name},
        "roleRef": {"kind": "ClusterRole", "name": role_name},
        "subjects": list(subjects),
    }


def rbac(
    roles: Sequence[Obj] | None = (),
    role_bindings: Sequence[Obj] | None = (),
    cluster_roles: Sequence[Obj] | None = (),
    cluster_role_bindings: Sequence[Obj] | None = (),
) -> RbacSnapshot:
    return RbacSnapshot(roles, role_bindings, cluster_roles, cluster_role_bindings)


def everyone_may_everything() -> RbacSnapshot:
    """RBAC that grants everything, for tests of other things than permissions."""
    every = [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}]
    return rbac(
        (),
        (),
        [cluster_role("all", every)],
        [cluster_role_binding("all", "all", {"kind": "Group", "name": "system:serviceaccounts"})],
    )


def tenant_permissions(tenant: str) -> RbacSnapshot:
    """The permissions of one tenant's dedicated operator."""
    return rbac(
        [role(tenant, "manager", rules())],
        [role_binding(tenant, "manager", "Role", "manager", account("seldon-system", f"operator-{tenant}"))],
    )


def snapshot(
    deployments: Sequence[Obj] | None,
    *,
    tenants: Sequence[str] = (),
    namespaces: Sequence[str] | None = ("seldon-system", "t1", "t2"),
    permissions: RbacSnapshot | None = None,
    refused: tuple[str, ...] = (),
) -> Snapshot:
    existing = None if namespaces is None else [{"metadata": {"name": name}} for name in namespaces]
    return Snapshot(deployments, permissions or everyone_may_everything(), existing, frozenset(tenants), refused)
