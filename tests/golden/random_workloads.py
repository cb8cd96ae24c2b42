# SPDX-License-Identifier: GPL-3.0-or-later
"""A team's objects of Kubernetes' kinds: applied ones, and ones that the platform does not apply."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .dice import Dice
from .world import KubeObject


def obj(api_version: str, kind: str, name: str, **rest: Any) -> KubeObject:
    """An object without a namespace."""
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": name}, **rest}


def random_workloads(dice: Dice) -> list[KubeObject]:
    """Applied objects, mostly few."""
    return [make(dice) for make in dice.several(_APPLIED, 6 if dice.often() else 2)]


def random_left(dice: Dice) -> list[KubeObject]:
    """Objects that are read and explained, but not applied."""
    return [make(dice) for make in dice.several(_LEFT, 5 if dice.often(0.4) else 1)]


def pod_template(dice: Dice, **spec: Any) -> KubeObject:
    """A pod template that the Pod Security level restricted accepts, or only baseline."""
    container: KubeObject = {"name": "main", "image": dice.choose("registry.example/app:1", "docker.io/seldonio/app:2")}
    container |= dice.some(
        0.5,
        resources=lambda: {
            "requests": {"cpu": dice.choose("100m", "1"), "memory": "128Mi"},
            **dice.some(0.5, limits=lambda: {"cpu": "2", "memory": "1Gi"}),
        },
        securityContext=lambda: {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "runAsNonRoot": True,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        env=lambda: [{"name": "KEY", "valueFrom": {"secretKeyRef": {"name": "minio", "key": "key"}}}],
    )
    more = dice.some(
        0.2, serviceAccountName=lambda: "plain", hostNetwork=lambda: False, automountServiceAccountToken=lambda: False
    )
    return {"metadata": {"labels": {"app": "main"}}, "spec": {"containers": [container], **more, **spec}}


def _deployment(dice: Dice) -> KubeObject:
    spec = {
        "selector": {"matchLabels": {"app": "main"}},
        "template": pod_template(dice),
        **dice.some(0.6, replicas=lambda: dice.number(0, 3)),
    }
    return obj("apps/v1", "Deployment", "feature-cache", spec=spec)


def _stateful_set(dice: Dice) -> KubeObject:
    claim = {
        "metadata": {"name": "data"},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "10Gi"}}},
    }
    spec = {
        "serviceName": "redis",
        "selector": {"matchLabels": {"app": "main"}},
        "template": pod_template(dice),
        "volumeClaimTemplates": [claim],
    }
    return obj("apps/v1", "StatefulSet", "redis", spec=spec)


def _job(dice: Dice) -> KubeObject:
    return obj(
        "batch/v1",
        "Job",
        "train",
        spec={
            "template": pod_template(dice, restartPolicy="Never"),
            **dice.some(0.5, parallelism=lambda: 4, completions=lambda: 8),
        },
    )


def _cron_job(dice: Dice) -> KubeObject:
    job = {"spec": {"template": pod_template(dice, restartPolicy="OnFailure")}}
    return obj(
        "batch/v1",
        "CronJob",
        "retrain",
        spec={"schedule": "0 3 * * *", "jobTemplate": job, **dice.some(0.4, concurrencyPolicy=lambda: "Forbid")},
    )


def _config_map(dice: Dice) -> KubeObject:
    return obj(
        "v1",
        "ConfigMap",
        dice.choose("flags", "thresholds"),
        data={"flags.json": '{"a": 1}\n', "note": "{{ not a template }}"},
    )


def _secret(_dice: Dice) -> KubeObject:
    return obj("v1", "Secret", "minio", type="Opaque", stringData={"key": "example", "minio": '{"type": "s3"}'})


def _claim(dice: Dice) -> KubeObject:
    spec = {
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": "5Gi"}},
        **dice.some(0.5, storageClassName=lambda: dice.choose("fast", "slow")),
    }
    return obj("v1", "PersistentVolumeClaim", "artifacts", spec=spec)


def _service(dice: Dice) -> KubeObject:
    kind = dice.choose("ClusterIP", "ClusterIP", "NodePort")
    return obj(
        "v1",
        "Service",
        "feature-cache",
        spec={"type": kind, "selector": {"app": "main"}, "ports": [{"port": 80, "targetPort": 8080}]},
    )


def _account(_dice: Dice) -> KubeObject:
    return obj("v1", "ServiceAccount", "batch")


def _ingress(_dice: Dice) -> KubeObject:
    backend = {"service": {"name": "seldon-mesh", "port": {"number": 80}}}
    rule = {"host": "models.example.org", "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}}
    return obj("networking.k8s.io/v1", "Ingress", "models", spec={"rules": [rule]})


def _budget(_dice: Dice) -> KubeObject:
    return obj(
        "policy/v1",
        "PodDisruptionBudget",
        "mlserver",
        spec={"maxUnavailable": 1, "selector": {"matchLabels": {"app": "main"}}},
    )


def _autoscaler(_dice: Dice) -> KubeObject:
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "feature-cache"}
    return obj(
        "autoscaling/v2",
        "HorizontalPodAutoscaler",
        "feature-cache",
        spec={"scaleTargetRef": target, "minReplicas": 1, "maxReplicas": 4},
    )


def _network_policy(dice: Dice) -> KubeObject:
    selector = dice.choose(
        {},
        {"matchLabels": {"app.kubernetes.io/name": "mlserver"}},
        {"matchLabels": {"seldon-server-name": "mlserver"}},
        {"matchLabels": {"app": "main"}},
    )
    peers = [
        dice.choose(
            {"namespaceSelector": {}},
            {"podSelector": {}},
            {"ipBlock": {"cidr": "0.0.0.0/0"}},
            {"namespaceSelector": {"matchLabels": {"name": "seldon-system"}}},
        )
    ]
    spec: KubeObject = {"podSelector": selector, "policyTypes": dice.several(["Ingress", "Egress"], 2, 1)}
    if "Ingress" in spec["policyTypes"]:
        spec["ingress"] = [{"from": peers, "ports": [{"port": dice.choose(9000, 9500, 8080), "protocol": "TCP"}]}]
    if "Egress" in spec["policyTypes"]:
        spec["egress"] = [{"to": peers}]
    return obj("networking.k8s.io/v1", "NetworkPolicy", dice.choose("allow-seldon", "isolation"), spec=spec)


def _service_monitor(dice: Dice) -> KubeObject:
    endpoints = [
        {
            "port": dice.choose("metrics", "http", "9006"),
            "path": dice.choose("/metrics", "/prometheus"),
            **dice.some(0.4, interval=lambda: "15s"),
        }
    ]
    selector = {"matchLabels": dice.choose({"app": "mlserver"}, {"app.kubernetes.io/name": "seldon-scheduler"}, {})}
    return obj(
        "monitoring.coreos.com/v1", "ServiceMonitor", "models", spec={"selector": selector, "endpoints": endpoints}
    )


def _pod_monitor(dice: Dice) -> KubeObject:
    endpoints = [
        {"port": dice.choose("server-metrics", "metrics", "http")},
        *([{"targetPort": 5572}] if dice.often(0.3) else []),
    ]
    return obj(
        "monitoring.coreos.com/v1",
        "PodMonitor",
        "pods",
        spec={"selector": {"matchLabels": {"app": "main"}}, "podMetricsEndpoints": endpoints},
    )


def _quota(_dice: Dice) -> KubeObject:
    return obj("v1", "ResourceQuota", "team", spec={"hard": {"pods": "100"}})


def _role(_dice: Dice) -> KubeObject:
    return obj(
        "rbac.authorization.k8s.io/v1",
        "Role",
        "reader",
        rules=[{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}],
    )


def _rule(_dice: Dice) -> KubeObject:
    return obj("monitoring.coreos.com/v1", "PrometheusRule", "alerts", spec={"groups": []})


def _readme(_dice: Dice) -> KubeObject:
    return obj("v1", "ConfigMap", "tenant-readme", data={"README.md": "ours"})


def _default_account(_dice: Dice) -> KubeObject:
    return obj("v1", "ServiceAccount", "default")


def _runtime(_dice: Dice) -> KubeObject:
    return obj("mlops.seldon.io/v1alpha1", "SeldonRuntime", "seldon", spec={"seldonConfig": "default"})


_APPLIED: tuple[Callable[[Dice], KubeObject], ...] = (
    _deployment,
    _stateful_set,
    _job,
    _cron_job,
    _config_map,
    _secret,
    _claim,
    _service,
    _account,
    _ingress,
    _budget,
    _autoscaler,
)
_LEFT: tuple[Callable[[Dice], KubeObject], ...] = (
    _network_policy,
    _service_monitor,
    _pod_monitor,
    _quota,
    _role,
    _rule,
    _readme,
    _default_account,
    _runtime,
)
