# SPDX-License-Identifier: GPL-3.0-or-later
"""One tenant's objects: 35 of 15 kinds, the same but for the namespace's name. Nothing in them starts a pod."""

from __future__ import annotations

from typing import Any

KubeObject = dict[str, Any]
PART_OF = "ml-platform-seldon-bench"
SELDON = "mlops.seldon.io/v1alpha1"
RBAC = "rbac.authorization.k8s.io/v1"

_ROLES: dict[str, list[dict[str, list[str]]]] = {
    "viewer": [{"apiGroups": ["", "apps", "mlops.seldon.io"], "resources": ["*"], "verbs": ["get", "list", "watch"]}],
    "editor": [
        {
            "apiGroups": ["mlops.seldon.io"],
            "resources": ["servers", "serverconfigs", "models"],
            "verbs": ["create", "update", "patch", "delete"],
        },
        {"apiGroups": [""], "resources": ["configmaps", "secrets"], "verbs": ["create", "update", "patch", "delete"]},
    ],
    "operator": [
        {"apiGroups": ["apps"], "resources": ["deployments", "statefulsets"], "verbs": ["*"]},
        {"apiGroups": ["mlops.seldon.io"], "resources": ["*"], "verbs": ["*"]},
        {"apiGroups": ["coordination.k8s.io"], "resources": ["leases"], "verbs": ["get", "create", "update"]},
    ],
}
_MODELS = {"baseline": 80, "candidate": 20}
"""Share of the traffic in percent."""


def tenant_objects(namespace: str) -> list[KubeObject]:
    """The tenant's objects, in an order in which they can be applied one by one."""
    return [
        _object("v1", "Namespace", namespace, "", {}, labels={"pod-security.kubernetes.io/enforce": "baseline"}),
        *(obj for part in (_limits, _accounts, _network, _settings, _seldon, _workloads) for obj in part(namespace)),
    ]


def _object(
    api_version: str, kind: str, name: str, namespace: str, rest: KubeObject, labels: dict[str, str] | None = None
) -> KubeObject:
    metadata: KubeObject = {"name": name, "labels": {"app.kubernetes.io/part-of": PART_OF, **(labels or {})}}
    if namespace:
        metadata["namespace"] = namespace
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **rest}


def _limits(namespace: str) -> list[KubeObject]:
    hard = {
        "requests.cpu": "20",
        "limits.cpu": "40",
        "requests.memory": "40Gi",
        "limits.memory": "80Gi",
        "persistentvolumeclaims": "10",
    }
    limit = {
        "type": "Container",
        "default": {"cpu": "1", "memory": "1Gi"},
        "defaultRequest": {"cpu": "100m", "memory": "256Mi"},
    }
    return [
        _object("v1", "ResourceQuota", "team", namespace, {"spec": {"hard": hard}}),
        _object("v1", "LimitRange", "team", namespace, {"spec": {"limits": [limit]}}),
    ]


def _accounts(namespace: str) -> list[KubeObject]:
    objects = []
    for name, rules in _ROLES.items():
        role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": name}
        subject = {"kind": "ServiceAccount", "name": name, "namespace": namespace}
        objects += [
            _object("v1", "ServiceAccount", name, namespace, {"automountServiceAccountToken": False}),
            _object(RBAC, "Role", name, namespace, {"rules": rules}),
            _object(RBAC, "RoleBinding", name, namespace, {"roleRef": role, "subjects": [subject]}),
        ]
    return objects


def _network(namespace: str) -> list[KubeObject]:
    same: list[KubeObject] = [{"podSelector": {}}]
    platform = [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "seldon-system"}}}]
    dns = [{"port": 53, "protocol": "UDP"}, {"port": 53, "protocol": "TCP"}]
    specs: dict[str, KubeObject] = {
        "deny-all": {"policyTypes": ["Ingress", "Egress"]},
        "same-namespace": {"policyTypes": ["Ingress", "Egress"], "ingress": [{"from": same}], "egress": [{"to": same}]},
        "dns": {"policyTypes": ["Egress"], "egress": [{"ports": dns}]},
        "scheduler": {
            "policyTypes": ["Ingress"],
            "ingress": [{"from": platform, "ports": [{"port": 9004, "protocol": "TCP"}]}],
        },
        "metrics": {
            "policyTypes": ["Ingress"],
            "ingress": [{"from": platform, "ports": [{"port": 9006, "protocol": "TCP"}]}],
        },
    }
    return [
        _object("networking.k8s.io/v1", "NetworkPolicy", name, namespace, {"spec": {"podSelector": {}, **spec}})
        for name, spec in specs.items()
    ]


def _settings(namespace: str) -> list[KubeObject]:
    maps = {
        name: {"level": "info", "settings.yaml": f"name: {name}\nowner: {namespace}\n" + "retries: 3\n" * 8}
        for name in ("agent", "tracing", "mesh", "team")
    }
    secrets = {
        name: {"token": "YmVuY2gtb25seS1ubyByZWFsIHRva2Vu", "user": "YmVuY2g="}
        for name in ("storage", "registry", "kafka")
    }
    return [
        *(_object("v1", "ConfigMap", name, namespace, {"data": data}) for name, data in maps.items()),
        *(_object("v1", "Secret", name, namespace, {"type": "Opaque", "data": data}) for name, data in secrets.items()),
    ]


def _seldon(namespace: str) -> list[KubeObject]:
    server = {"serverConfig": "mlserver-config", "replicas": 1, "minReplicas": 1, "maxReplicas": 1}
    model = {"storageUri": "gs://bench/model", "requirements": ["sklearn"], "memory": "100Ki", "server": "mlserver"}
    candidates = [{"name": name, "weight": weight} for name, weight in _MODELS.items()]
    return [
        _object(SELDON, "ServerConfig", "mlserver-config", namespace, {"spec": {"podSpec": _pod_spec()}}),
        *(_object(SELDON, "Server", name, namespace, {"spec": server}) for name in ("mlserver", "mlserver-large")),
        *(_object(SELDON, "Model", name, namespace, {"spec": model}) for name in (*_MODELS, "shadow")),
        _object(
            SELDON, "Experiment", "ab-test", namespace, {"spec": {"default": "baseline", "candidates": candidates}}
        ),
    ]


def _pod_spec() -> KubeObject:
    def container(name: str, port: int) -> KubeObject:
        return {
            "name": name,
            "image": f"registry.example/{name}:1.0.0",
            "ports": [{"name": name, "containerPort": port}],
            "env": [{"name": f"SETTING_{number}", "value": f"{number}"} for number in range(8)],
            "resources": {"requests": {"cpu": "200m", "memory": "512Mi"}, "limits": {"cpu": "1", "memory": "1Gi"}},
            "readinessProbe": {"tcpSocket": {"port": port}, "periodSeconds": 5},
            "volumeMounts": [{"name": "models", "mountPath": "/mnt/agent"}],
        }

    return {
        "terminationGracePeriodSeconds": 120,
        "containers": [container("mlserver", 9000), container("agent", 9001), container("rclone", 5572)],
        "volumes": [{"name": "models", "emptyDir": {}}],
    }


def _workloads(namespace: str) -> list[KubeObject]:
    objects = []
    for name in ("gateway", "dashboard"):
        labels = {"app.kubernetes.io/name": name}
        container = {
            "name": name,
            "image": f"registry.example/{name}:1.0.0",
            "ports": [{"name": "http", "containerPort": 8080}],
        }
        template = {"metadata": {"labels": labels}, "spec": {"containers": [container]}}
        deployment = {"replicas": 0, "selector": {"matchLabels": labels}, "template": template}
        service = {"selector": labels, "ports": [{"name": "http", "port": 80, "targetPort": "http"}]}
        objects += [
            _object("apps/v1", "Deployment", name, namespace, {"spec": deployment}),
            _object("v1", "Service", name, namespace, {"spec": service}),
        ]
    return objects
