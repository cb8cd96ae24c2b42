# SPDX-License-Identifier: GPL-3.0-or-later
"""Small objects of a cluster with Seldon Core's platform."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.snapshot import PlatformSnapshot

KubeObject = dict[str, Any]
PLATFORM = "seldon-system"
MANAGER = "ml_platform.seldon"

FULL = ["create", "delete", "get", "list", "patch", "update", "watch"]
RULES: list[KubeObject] = [
    {"apiGroups": [""], "resources": ["configmaps", "secrets", "serviceaccounts", "services"], "verbs": FULL},
    {"apiGroups": ["discovery.k8s.io"], "resources": ["endpointslices"], "verbs": ["list", "watch"]},
    {"apiGroups": ["mlops.seldon.io"], "resources": ["models", "servers"], "verbs": FULL},
    {"apiGroups": ["v1"], "resources": ["services", "serviceaccounts"], "verbs": FULL},
]


def central(image: str = "registry.example/seldonv2-controller:2.10.2", args: list[str] | None = None) -> KubeObject:
    """The live Deployment of the central operator, with the fields that the server and Helm set."""
    chart = ["--health-probe-bind-address=:8081", "--leader-elect", "--watch-namespaces=$(WATCH_NAMESPACES)"]
    chart += ["--namespace=$(POD_NAMESPACE)", "--clusterwide=$(CLUSTERWIDE)", "--log-level=$(LOG_LEVEL)"]
    container = {
        "name": "manager",
        "image": image,
        "imagePullPolicy": "IfNotPresent",
        "command": ["/manager"],
        "args": chart if args is None else args,
        "env": [
            {"name": "CLUSTERWIDE", "value": "false"},
            {"name": "CONTROL_PLANE_SECURITY_PROTOCOL", "value": "SSL"},
            {"name": "LOG_LEVEL", "value": "info"},
            {"name": "WATCH_NAMESPACES"},
            {
                "name": "POD_NAMESPACE",
                "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"}},
            },
        ],
        "resources": {"limits": {"memory": "128Mi"}, "requests": {"cpu": "10m", "memory": "128Mi"}},
        "securityContext": {"allowPrivilegeEscalation": False},
        "volumeMounts": [{"name": "certs", "mountPath": "/tmp/certs"}],
    }
    labels = {"control-plane": "v2-controller-manager"}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {
            "name": "seldon-v2-controller-manager",
            "namespace": PLATFORM,
            "uid": "11111111-2222-3333-4444-555555555555",
            "resourceVersion": "815",
            "generation": 3,
            "labels": {**labels, "app.kubernetes.io/managed-by": "Helm"},
            "annotations": {"deployment.kubernetes.io/revision": "3", "meta.helm.sh/release-name": "seldon-core-v2"},
            "managedFields": [{"manager": "helm", "operation": "Update"}],
        },
        "spec": {
            "replicas": 1,
            "progressDeadlineSeconds": 600,
            "revisionHistoryLimit": 10,
            "selector": {"matchLabels": labels},
            "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}},
            "template": {
                "metadata": {
                    "creationTimestamp": None,
                    "labels": {**labels, "cost-center": "platform"},
                    "annotations": {
                        "kubectl.kubernetes.io/restartedAt": "2026-01-01T00:00:00Z",
                        "example.com/inject": "false",
                    },
                },
                "spec": {
                    "containers": [container],
                    "imagePullSecrets": [{"name": "pull"}],
                    "nodeSelector": {"pool": "system"},
                    "tolerations": [{"key": "system", "operator": "Exists"}],
                    "securityContext": {"runAsNonRoot": True},
                    "serviceAccount": "seldon-v2-controller-manager",
                    "serviceAccountName": "seldon-v2-controller-manager",
                    "volumes": [{"name": "certs", "secret": {"secretName": "certs"}}],
                },
            },
        },
        "status": {"readyReplicas": 1},
    }


def seldon(
    kind: str, name: str, spec: KubeObject | None = None, namespace: str | None = None, **metadata: Any
) -> KubeObject:
    place = {"namespace": namespace} if namespace else {}
    return {
        "apiVersion": "mlops.seldon.io/v1alpha1",
        "kind": kind,
        "metadata": {"name": name, **place, **metadata},
        "spec": deepcopy(spec or {}),
    }


def server(name: str, config: Any) -> KubeObject:
    return seldon("Server", name, {"serverConfig": config})


def server_config(name: str, requests: KubeObject | None = None, **metadata: Any) -> KubeObject:
    resources = {"requests": requests or {"cpu": "100m", "memory": "1Gi"}, "limits": {"memory": "1Gi"}}
    return seldon(
        "ServerConfig", name, {"podSpec": {"containers": [{"name": "mlserver", "resources": resources}]}}, **metadata
    )


def seldon_config(**metadata: Any) -> KubeObject:
    component = {
        "name": "seldon-scheduler",
        "labels": None,
        "annotations": None,
        "podSpec": {"containers": [{"name": "scheduler"}]},
    }
    return seldon("SeldonConfig", "default", {"components": [component]}, **metadata)


def apiserver(*addresses: str, port: int = 6443) -> KubeObject:
    """An EndpointSlice of the Service default/kubernetes."""
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {
            "name": "kubernetes",
            "namespace": "default",
            "labels": {"kubernetes.io/service-name": "kubernetes"},
        },
        "addressType": "IPv4",
        "endpoints": [{"addresses": list(addresses), "conditions": {"ready": True}}],
        "ports": [{"name": "https", "port": port, "protocol": "TCP"}],
    }


def platform(**changes: Any) -> PlatformSnapshot:
    values: dict[str, Any] = {
        "namespace": PLATFORM,
        "central": central(),
        "manager_rules": RULES,
        "seldon_configs": [seldon_config(namespace=PLATFORM)],
        "server_configs": [server_config("mlserver", namespace=PLATFORM), server_config("triton", namespace=PLATFORM)],
        "apiserver": [apiserver("192.0.2.10")],
    }
    return PlatformSnapshot(**{**values, **changes})


def applied_by(obj: KubeObject, *managers: str, part: str = "f:spec") -> KubeObject:
    """The live object: each manager owns a field in ``part``; ours by Apply, any other by Update."""
    entries: list[KubeObject] = [
        {"manager": manager, "operation": "Apply" if manager == MANAGER else "Update", "fieldsV1": {part: {}}}
        for manager in managers
    ]
    return {**obj, "metadata": {**obj["metadata"], "managedFields": entries}}
