# SPDX-License-Identifier: GPL-3.0-or-later
"""A tenant's options."""

from __future__ import annotations

from typing import Any

from .dice import Dice
from .examples import FILES

Options = dict[str, Any]

_COMPONENTS = (
    "seldon-scheduler",
    "seldon-envoy",
    "seldon-dataflow-engine",
    "seldon-modelgateway",
    "seldon-pipelinegateway",
    "hodometer",
)
_OPTIONAL_COMPONENTS = _COMPONENTS[2:]
_GROUPS = ("ml-leads", "ml-engineers", "analysts", "oidc:data scientists")
_QUOTA: dict[str, tuple[Any, ...]] = {
    "requests.cpu": ("20", 64, "100500m"),
    "requests.memory": ("40Gi", "128Gi", "1e12"),
    "limits.cpu": ("80", 200),
    "limits.memory": ("160Gi", "300G"),
    "requests.storage": ("500Gi",),
    "persistentvolumeclaims": (20, "40"),
    "pods": (60, "120"),
    "services.loadbalancers": (1, "2"),
    "services.nodeports": (2, 10),
    "count/models.mlops.seldon.io": (50,),
    "count/jobs.batch": (30,),
    "configmaps": (100,),
    "requests.nvidia.com/gpu": (4,),
    "fast.storageclass.storage.k8s.io/requests.storage": ("100Gi",),
}


def random_options(dice: Dice, name: str) -> Options:
    """Valid options. The faults add options that are refused before a request is sent."""
    return {
        "name": name,
        **dice.some(
            0.2,
            labels=lambda: {"cost-center": dice.choose("a-17", "b"), "team": name},
            annotations=lambda: {"example.org/owner": "Ünit <x>"},
        ),
        **dice.some(0.15, reserved_names=lambda: ["default", "monitoring"]),
        **dice.some(
            0.5,
            pod_security=lambda: _pod_security(dice),
            quota=lambda: _quota(dice),
            limit_range=lambda: _limit_range(dice),
            access=lambda: _access(dice),
            service_accounts=lambda: _accounts(dice),
            runtime=lambda: _runtime(dice),
            operator=lambda: {"resources": _resources(dice)},
            monitoring=lambda: _monitoring(dice),
            readme=lambda: _readme(dice),
            network=lambda: _network(dice),
            egress=lambda: _destinations(dice),
            ingress=lambda: _peers(dice),
        ),
        **dice.some(0.15, network_policies=lambda: dice.often()),
    }


def _pod_security(dice: Dice) -> Options:
    return dice.some(
        0.5,
        enforce=lambda: dice.choose("baseline", "baseline", "restricted"),
        audit=lambda: dice.choose("privileged", "baseline", "restricted"),
        warn=lambda: dice.choose("privileged", "baseline", "restricted"),
        version=lambda: dice.choose("v1.29", "v1.31", "latest"),
        restrict_seldon=lambda: dice.often(0.7),
    )


def _quota(dice: Dice) -> Options:
    always = {"requests.cpu", "requests.memory"} if dice.often(0.8) else {"pods"}
    hard = {key: dice.choose(*values) for key, values in _QUOTA.items() if key in always or dice.often(0.4)}
    if "services.nodeports" in hard:
        hard["services.nodeports"] = 10
    return hard


def _limit_range(dice: Dice) -> Options:
    return {
        "default": {"cpu": dice.choose("1", "500m", 2), "memory": dice.choose("1Gi", "768Mi")},
        **dice.some(
            0.4,
            defaultRequest=lambda: {"cpu": "50m", "memory": "64Mi"},
            min=lambda: {"cpu": "10m"},
            max=lambda: {"cpu": "16", "memory": "32Gi"},
        ),
    }


def _access(dice: Dice) -> Options:
    access = dice.some(
        0.6, owners=lambda: _members(dice), deployers=lambda: _members(dice), viewers=lambda: _members(dice)
    )
    if access.get("owners", {}).get("groups") and dice.often():
        access["debug"] = True
    return access


def _members(dice: Dice) -> Options:
    return {
        "groups": dice.several(_GROUPS, 3, 1),
        **dice.some(0.4, users=lambda: dice.several(["ann@example.org", "bob"], 2, 1)),
    }


def _accounts(dice: Dice) -> list[Any]:
    return dice.several(
        ["ci", {"name": "training", "role": "viewer"}, {"name": "argo", "role": "deployer"}, {"name": "plain"}], 3, 1
    )


def _resources(dice: Dice) -> Options:
    return dice.some(
        0.7,
        requests=lambda: {"cpu": dice.choose("20m", 1)},
        limits=lambda: {"memory": dice.choose("96Mi", "256Mi", "80Mi"), **dice.some(0.3, cpu=lambda: "1")},
    )


def _runtime(dice: Dice) -> Options:
    return dice.some(
        0.5,
        pipelines=lambda: dice.choose("auto", "always", True),
        service_type=lambda: dice.choose("ClusterIP", "NodePort", "LoadBalancer"),
        tracing=lambda: dice.often(),
        overrides=lambda: _overrides(dice),
        config=lambda: _config(dice),
        rclone_secrets=lambda: ["minio", "seldon-rclone-gs-public"],
    )


def _overrides(dice: Dice) -> list[Options]:
    return [{"name": name, **_override(dice, name)} for name in dice.several(_COMPONENTS, 4, 1)]


def _override(dice: Dice, name: str) -> Options:
    override = dice.some(0.6, replicas=lambda: dice.number(0 if name in _OPTIONAL_COMPONENTS else 1, 3))
    if name == "seldon-envoy" and dice.often():
        override["serviceType"] = dice.choose("ClusterIP", "LoadBalancer")
    if dice.often():
        resources = {
            "requests": {"cpu": dice.choose("100m", "2"), "memory": "256Mi"},
            **dice.some(0.5, limits=lambda: {"cpu": "3", "memory": "2Gi"}),
        }
        override["podSpec"] = {
            "containers": [{"name": name.removeprefix("seldon-"), "resources": resources}],
            **dice.some(
                0.3,
                nodeSelector=lambda: {"pool": "ml"},
                terminationGracePeriodSeconds=lambda: 30,
                priorityClassName=lambda: "batch",
            ),
        }
    return override


def _config(dice: Dice) -> Options:
    return dice.some(
        0.5,
        kafkaConfig=lambda: {
            "bootstrap.servers": dice.choose(
                "kafka.kafka:9092",
                "b-1.example.org:9094,b-2.example.org:9094",
                "kafka-0.brokers.kafka.svc.cluster.local:9092",
            ),
        },
        tracingConfig=lambda: {
            "otelExporterEndpoint": dice.choose("collector.observability:4317", "otel.example.org:443"),
            "disable": dice.often(),
        },
        agentConfig=lambda: {"rclone": {"config_secrets": ["other"]}},
        serviceConfig=lambda: {"serviceType": "ClusterIP"},
    )


def _monitoring(dice: Dice) -> Any:
    if dice.often(0.2):
        return False
    return dice.some(
        0.5,
        labels=lambda: {"release": "kube-prometheus-stack"},
        interval=lambda: "30s",
        sample_limit=lambda: 500,
        thresholds=lambda: {"error_percent": 2.5, "latency_seconds": "0.25", "quota_warning_percent": 70},
        receivers=lambda: _receivers(dice),
        dashboard=lambda: {"folder": "ML", "label_value": "yes"},
        runbook_url=lambda: "https://example.org/runbooks",
        directory=lambda: FILES,
    )


def _receivers(dice: Dice) -> list[Options]:
    secret = {"name": "alerting", "key": "url"}
    every = [
        {"type": "slack", "channel": "#ml", "secret": secret},
        {"type": "webhook", "secret": secret},
        {"type": "pagerduty", "secret": secret},
        {
            "type": "email",
            "to": "ml@example.org",
            "from": "prom@example.org",
            "smarthost": "mail.example.org:587",
            "username": "prom",
            "secret": secret,
        },
    ]
    return dice.several(every, 3, 1)


def _readme(dice: Dice) -> Any:
    if dice.often(0.15):
        return False
    return dice.some(
        0.6,
        description=lambda: "Scores *payments* | <b>fast</b>",
        contacts=lambda: ["#ml-team", "ann@example.org"],
        platform_contacts=lambda: ["#platform"],
        directory=lambda: FILES,
    )


def _network(dice: Dice) -> Options:
    return dice.some(
        0.35,
        dns=lambda: [
            {"namespace": "kube-system", "pod_labels": {"k8s-app": "kube-dns"}, "port": 5353},
            {"cidr": "169.254.20.10/32"},
        ],
        apiserver_cidrs=lambda: ["192.0.2.10/32", "2001:db8::10/128"],
        monitoring=lambda: _peers(dice),
        kafka=lambda: [{"namespace": "kafka", "port": 9092}, {"cidr": "198.51.100.0/24", "port": 9094}],
        schema_registry=lambda: [{"namespace": "kafka", "pod_labels": {"app": "registry"}, "port": 8081}],
        tracing=lambda: [{"namespace": "observability", "port": 4317}],
    )


def _peers(dice: Dice) -> list[Options]:
    every = [
        {"namespace": "ingress-nginx", "pod_labels": {"app.kubernetes.io/name": "ingress-nginx"}},
        {"namespace": "monitoring"},
        {"cidr": "10.20.0.0/16", "except": ["10.20.7.0/24"]},
    ]
    return dice.several(every, 3, 1)


def _destinations(dice: Dice) -> list[Options]:
    every = [
        {"cidr": "0.0.0.0/0", "except": ["10.0.0.0/8"], "port": 443},
        {"cidr": "::/0", "port": 443},
        {"namespace": "minio", "port": 9000},
        {"namespace": "dns", "port": 5300, "protocol": "UDP"},
        {"namespace": "minio", "pod_labels": {"app": "minio"}, "port": 9001},
    ]
    return dice.several(every, 4, 1)
