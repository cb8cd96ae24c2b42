# SPDX-License-Identifier: GPL-3.0-or-later
"""Small Servers, ServerConfigs and clusters for the tests of their resolution."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.operators.record import (
    Operator,
    find_operators,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.operators.snapshot import RbacSnapshot
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.serverconfig.snapshot import (
    Listing,
    Snapshot,
)

from tests.unit.operators import cluster

Obj = dict[str, Any]
OWN, SHARED, PLATFORM, OTHER = "team-a", "ml-shared", "seldon-system", "team-b"
NAME = "mlserver-config"
MANAGER = "ml_platform.seldon"
_FIXED = {
    "SELDON_SERVER_HTTP_PORT": "9000",
    "SELDON_SERVER_GRPC_PORT": "9500",
    "SELDON_REVERSE_PROXY_HTTP_PORT": "9001",
    "SELDON_REVERSE_PROXY_GRPC_PORT": "9501",
    "SELDON_SCHEDULER_PORT": "9005",
    "SELDON_SCHEDULER_TLS_PORT": "9055",
    "SELDON_METRICS_PORT": "9006",
    "SELDON_DRAINER_PORT": "9007",
    "SELDON_READINESS_PORT": "9008",
    "SELDON_ENVOY_PORT": "80",
    "SELDON_SERVER_CAPABILITIES": "mlserver,sklearn",
    "SELDON_SERVER_TYPE": "mlserver",
    "SELDON_SCHEDULER_HOST": "seldon-scheduler",
    "SELDON_ENVOY_HOST": "seldon-mesh",
}


def pod_spec(image: str = "mlserver:1.7.1") -> Obj:
    """A pod spec that meets the agent's contract."""
    env: list[Obj] = [{"name": name, "value": value} for name, value in _FIXED.items()]
    env += [{"name": "POD_NAME", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}]
    env += [{"name": "POD_NAMESPACE", "valueFrom": {"fieldRef": {"fieldPath": "metadata.namespace"}}}]
    env += [
        {
            "name": "MEMORY_REQUEST",
            "valueFrom": {"resourceFieldRef": {"containerName": "mlserver", "resource": "requests.memory"}},
        }
    ]
    models = {"name": "models", "mountPath": "/mnt/agent"}
    return {
        "serviceAccountName": "seldon-server",
        "terminationGracePeriodSeconds": 120,
        "securityContext": {"fsGroup": 1000, "runAsNonRoot": True},
        "containers": [
            {"name": "rclone", "image": "rclone:2", "volumeMounts": [dict(models)]},
            {
                "name": "agent",
                "image": "agent:2",
                "args": ["--tracing"],
                "env": env,
                "ports": [
                    {"name": "grpc", "containerPort": 9501},
                    {"name": "http", "containerPort": 9001},
                    {"name": "metrics", "containerPort": 9006},
                ],
                "volumeMounts": [
                    dict(models),
                    {"name": "config-volume", "mountPath": "/mnt/config"},
                    {"name": "tracing", "mountPath": "/mnt/tracing"},
                ],
            },
            {
                "name": "mlserver",
                "image": image,
                "ports": [{"name": "server-metrics", "containerPort": 8082}],
                "resources": {"requests": {"cpu": "100m", "memory": "1Gi"}, "limits": {"memory": "1Gi"}},
                "volumeMounts": [dict(models)],
            },
        ],
        "volumes": [
            {"name": "config-volume", "configMap": {"name": "seldon-agent"}},
            {"name": "tracing", "configMap": {"name": "seldon-tracing"}},
        ],
    }


def config(
    namespace: str = OWN, name: str = NAME, image: str = "mlserver:1.7.1", spec: Any = None, **metadata: Any
) -> Obj:
    claims = [
        {"name": "models", "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}}
    ]
    return {
        "apiVersion": "mlops.seldon.io/v1alpha1",
        "kind": "ServerConfig",
        "metadata": {"name": name, "namespace": namespace, "uid": f"uid-{namespace}-{name}", **metadata},
        "spec": {"podSpec": pod_spec(image), "volumeClaimTemplates": claims} if spec is None else spec,
    }


def copy_of(original: Obj, namespace: str = OWN) -> Obj:
    """The copy that the platform offers in a tenant's namespace."""
    made = deepcopy(original)
    entry = {"manager": MANAGER, "operation": "Apply", "fieldsV1": {"f:spec": {}}}
    made["metadata"] = {"name": original["metadata"]["name"], "namespace": namespace, "managedFields": [entry]}
    return made


def exported(namespaces: str = "*") -> Obj:
    return {"annotations": {"serverconfig.ml-platform.seldon/allowed-namespaces": namespaces}}


def server(reference: Any = NAME, name: str = "mlserver", namespace: str = OWN, **spec: Any) -> Obj:
    return {
        "apiVersion": "mlops.seldon.io/v1alpha1",
        "kind": "Server",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"serverConfig": reference, **spec},
    }


def namespace(name: str, **metadata: Any) -> Obj:
    return {"metadata": {"name": name, **metadata}}


def operators(*deployments: Obj) -> list[Operator]:
    return find_operators(deployments, RbacSnapshot([], [], [], []))


def dedicated(*tenants: str) -> list[Operator]:
    return operators(*(cluster.dedicated(tenant) for tenant in tenants or (OWN,)))


def snapshot(*configs: Obj, servers: Any = None, **more: Any) -> Snapshot:
    """A snapshot with one tenant, which has its own operator unless ``more`` changes that."""
    values: dict[str, Any] = {
        "servers": Listing([server()] if servers is None else servers),
        "server_configs": Listing(list(configs)),
        "namespaces": Listing([namespace(name) for name in (OWN, SHARED, PLATFORM, OTHER)]),
        "operators": dedicated(),
        "stateful_sets": Listing(),
    }
    return Snapshot(**{**values, **more})
