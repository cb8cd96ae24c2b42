# SPDX-License-Identifier: GPL-3.0-or-later
"""Problems in conditions, events and logs: TA6xx."""

from __future__ import annotations

import json

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit.operator_log import operator_log

from ..cluster import OWN, PLATFORM, Cluster, Obj
from .table import FAULTS, Fault, fault

FORBIDDEN = 'secrets is forbidden: User "system:serviceaccount:seldon-system:x" cannot list resource "secrets" in API group "" in the namespace "fraud-detection"'


def condition(obj: Obj, kind: str, **fields: str) -> None:
    conditions = obj.setdefault("status", {}).setdefault("conditions", [])
    conditions[:] = [*(one for one in conditions if one["type"] != kind), {"type": kind, **fields}]


@fault("TA601", "a condition of 2.9")
def _(c: Cluster) -> None:
    condition(c.get("servers", "mlserver"), "StatefulSetReady", status="False")
    condition(c.get("servers", "mlserver"), "Ready", status="False")


@fault("TA602", "a Model is not Ready")
def _(c: Cluster) -> None:
    condition(c.get("models", "fraud-v1-baseline"), "Ready", status="False", reason="ModelFailed")


@fault("TA603", "Ready without pods")
def _(c: Cluster) -> None:
    c.get("statefulsets", "mlserver")["status"]["readyReplicas"] = 0


@fault("TA604", "a Model that cannot be deleted")
def _(c: Cluster) -> None:
    c.get("models", "fraud-v1-baseline")["metadata"].update(
        deletionTimestamp="2026-11-26T00:00:00Z", finalizers=["seldon.model.finalizer"]
    )


@fault("TA605", "the operator lacks a permission", "TA602")
def _(c: Cluster) -> None:
    condition(c.get("servers", "mlserver"), "Ready", status="False", reason=FORBIDDEN)


def event(c: Cluster, message: str, namespace: str = OWN, **about: str) -> None:
    c.add(
        "events",
        f"event-{len(message)}",
        namespace,
        type="Warning",
        reason="FailedCreate",
        message=message,
        involvedObject={"namespace": namespace, **about},
    )


@fault("TA606", "an event of a missing permission")
def _(c: Cluster) -> None:
    event(c, FORBIDDEN, kind="Server", name="mlserver")


@fault("TA606", "an event of a missing permission in the platform's namespace")
def _(c: Cluster) -> None:
    event(c, FORBIDDEN, PLATFORM, kind="Pod", name="x")


@fault("TA606", "an event of permissions that may not be granted")
def _(c: Cluster) -> None:
    event(
        c,
        'roles.rbac.authorization.k8s.io "agent-role" is forbidden: user "system:serviceaccount:a:b" (groups=["c"]) is attempting to grant',
        kind="Server",
        name="mlserver",
    )


def logged(what: str, line: str, tenant: str = OWN) -> None:
    """Adds a line to the operator's log, between other lines."""

    def seed(c: Cluster) -> None:
        c.logs[f"{PLATFORM}/operator-0"] = operator_log(tenant, f"all is well\n{line}\nstill well\n")

    FAULTS.append(Fault("TA607", what, seed))


logged("a reflector's line", f"E1127 reflector.go:158] failed to list *v1.Secret: {FORBIDDEN}")
logged("a reconciler's line, in JSON", json.dumps({"level": "error", "error": FORBIDDEN}))
logged("JSON within JSON", json.dumps({"body": json.dumps({"error": FORBIDDEN})}))
logged("the central operator's", FORBIDDEN, "")
logged(
    "a kind of a group",
    'models.mlops.seldon.io "a" is forbidden: User "x" cannot patch resource "models/status" in API group "mlops.seldon.io" at the cluster scope',
)
logged("a path", 'forbidden: User "x" cannot get path "/metrics"')
logged(
    "permissions that it may not grant",
    'roles.rbac.authorization.k8s.io "agent-role" is forbidden: user "system:serviceaccount:a:b" (groups=["c"]) is attempting to grant RBAC permissions',
)


@fault("TA608", "the quota refuses pods", "TA603")
def _(c: Cluster) -> None:
    c.get("statefulsets", "mlserver")["status"].update(replicas=0, readyReplicas=0)
    event(
        c,
        'create Pod mlserver-0 failed error: pods "mlserver-0" is forbidden: exceeded quota: tenant-quota',
        kind="StatefulSet",
        name="mlserver",
    )


@fault("TA609", "Pod Security refuses pods", "TA603")
def _(c: Cluster) -> None:
    c.get("statefulsets", "mlserver")["status"].update(replicas=0, readyReplicas=0)
    event(
        c,
        'pods "mlserver-0" is forbidden: violates PodSecurity "baseline:v1.34": privileged',
        kind="StatefulSet",
        name="mlserver",
    )
