# SPDX-License-Identifier: GPL-3.0-or-later
"""Two tenants, the pods around them, and all needed connections. Every other connection has to be denied."""

from __future__ import annotations

from typing import Any, NamedTuple

from lab.apiserver_endpoints import ADDRESS, PORT

FRAUD, PRICES = "fraud", "prices"
NAME = "app.kubernetes.io/name"

OUTSIDE: dict[str, dict[str, str]] = {
    "kube-system/dns": {"k8s-app": "kube-dns"},
    "kube-system/proxy": {"k8s-app": "kube-proxy"},
    "monitoring/prometheus": {NAME: "prometheus"},
    "monitoring/grafana": {NAME: "grafana"},
    "ingress-nginx/controller": {NAME: "ingress-nginx"},
    "ingress-nginx/job": {},
    "messaging/kafka": {"app": "kafka"},
    "messaging/registry": {"app": "registry"},
    "tracing/collector": {"app": "collector"},
    "minio/minio": {"app": "minio"},
    "seldon-system/other": {"app": "other"},
    # Labels of a Seldon pod or of an operator do not give access to pods of other namespaces.
    "shop/envoy": {NAME: "seldon-envoy"},
    "shop/scheduler": {NAME: "seldon-scheduler"},
    "shop/operator": {"control-plane": "v2-controller-manager", "ml-platform.seldon/tenant": FRAUD},
}
"""Pods outside of the tenants, by ``namespace/name``, with their labels."""

API_SERVER, STORAGE, PUBLIC, CLIENT, NEIGHBOUR = ADDRESS, "198.51.100.7", "8.8.8.8", "203.0.113.5", "203.0.114.5"
METADATA = ("169.254.169.254", "100.100.100.200", "168.63.129.16")
ADDRESSES = (API_SERVER, STORAGE, PUBLIC, CLIENT, NEIGHBOUR, *METADATA)

TEAM_PODS = {FRAUD: ("app", "cache"), PRICES: ("app", "collector", "prometheus")}
"""The teams' other pods besides Servers, by the label ``app``."""

OPTIONS: dict[str, dict[str, Any]] = {
    FRAUD: {
        "runtime": {"pipelines": "always", "tracing": True, "overrides": [{"name": "hodometer", "replicas": 1}]},
        "egress": [
            {"namespace": "minio", "pod_labels": {"app": "minio"}, "port": 9000},
            {"cidr": "198.51.100.0/24", "port": 443},
            {"namespace": FRAUD, "pod_labels": {"app": "cache"}, "port": 6379},
        ],
        "ingress": [
            {"namespace": "ingress-nginx", "pod_labels": {NAME: "ingress-nginx"}},
            {"cidr": "203.0.113.0/24"},
            {"namespace": FRAUD, "pod_labels": {"app": "app"}},
        ],
        "network": {
            "kafka": [
                {"namespace": "messaging", "pod_labels": {"app": "kafka"}, "port": port} for port in (9092, 9093)
            ],
            "schema_registry": [{"namespace": "messaging", "pod_labels": {"app": "registry"}, "port": 8081}],
            "tracing": [{"namespace": "tracing", "pod_labels": {"app": "collector"}, "port": 4317}],
        },
    },
    # Without pipelines. Tracing collector and Prometheus run in its own namespace, and models come from any address.
    PRICES: {
        "runtime": {"tracing": True, "config": {"tracingConfig": {"otelExporterEndpoint": "collector:4317"}}},
        "egress": [{"cidr": "0.0.0.0/0", "except": ["10.0.0.0/8", "192.0.2.0/24", "203.0.112.0/20"], "port": 443}],
        # The first entry alone opens nothing: the other tenant has no egress rule for its pod.
        "ingress": [
            {"namespace": FRAUD, "pod_labels": {"app": "app"}},
            {"namespace": "ingress-nginx", "pod_labels": {NAME: "ingress-nginx"}},
        ],
        "network": {"monitoring": [{"namespace": PRICES, "pod_labels": {"app": "prometheus"}}]},
    },
}
"""Variables of the role by tenant, without their prefix."""


class Flow(NamedTuple):
    """Connections from each of ``sources`` to each of ``destinations``, at ``ports`` of these.

    Names are separated by blanks: pods of the tenant, or ``namespace/name``, or addresses. ``*`` are all pods of the
    tenant, ``operator`` is the operator that serves it.
    """

    sources: str
    destinations: str
    ports: str
    why: str


_OF_EVERY_TENANT = [
    Flow("operator", "seldon-scheduler", "9004 9044", "changes of Servers, Models, Experiments and Pipelines"),
    Flow("seldon-server", "seldon-scheduler", "9005 9055", "agents register, and are told what to load"),
    Flow("seldon-envoy", "seldon-scheduler", "9002", "routes"),
    Flow("seldon-envoy", "seldon-server", "9001 9501", "inference, through the agent"),
    Flow("seldon-server", "seldon-envoy", "9000", "models that explain other models call these"),
    Flow("seldon-server seldon-scheduler", API_SERVER, f"443 {PORT}", "agents read Secrets and ConfigMaps"),
    Flow("*", "kube-system/dns", "53 53/UDP", "names"),
]


NEEDED: dict[str, list[Flow]] = {
    FRAUD: [
        *_OF_EVERY_TENANT,
        Flow("seldon-dataflow-engine", "seldon-scheduler", "9008", "changes of Pipelines"),
        Flow(
            "seldon-modelgateway seldon-pipelinegateway hodometer",
            "seldon-scheduler",
            "9004 9044",
            "what is there to serve, and to count",
        ),
        Flow("seldon-envoy", "seldon-pipelinegateway", "9010 9011", "inference by Pipelines"),
        Flow(
            "seldon-modelgateway seldon-pipelinegateway", "seldon-envoy", "9000", "steps of Pipelines call their models"
        ),
        Flow(
            "seldon-dataflow-engine seldon-modelgateway seldon-pipelinegateway",
            "messaging/kafka",
            "9092 9093",
            "Pipelines",
        ),
        Flow(
            "seldon-dataflow-engine seldon-modelgateway seldon-pipelinegateway",
            "messaging/registry",
            "8081",
            "schemas of their messages",
        ),
        Flow(
            "seldon-dataflow-engine seldon-modelgateway seldon-pipelinegateway",
            API_SERVER,
            f"443 {PORT}",
            "certificates of Kafka",
        ),
        Flow(
            "seldon-server seldon-scheduler seldon-dataflow-engine seldon-modelgateway seldon-pipelinegateway",
            "tracing/collector",
            "4317",
            "traces",
        ),
        Flow("monitoring/prometheus", "seldon-server", "9006 8082 8002", "metrics of agent, MLServer or Triton"),
        Flow("monitoring/prometheus", "seldon-pipelinegateway", "9006", "metrics"),
        Flow("monitoring/prometheus", "seldon-envoy", "9003", "metrics"),
        Flow(
            f"ingress-nginx/controller {CLIENT} app", "seldon-envoy", "9000", "clients of the models, as ingress says"
        ),
        Flow("seldon-server app cache", "minio/minio", "9000", "model storage, as egress says"),
        Flow("seldon-server app cache", STORAGE, "443", "model storage, as egress says"),
        Flow("seldon-server app", "cache", "6379", "the team's own, as egress says"),
    ],
    PRICES: [
        *_OF_EVERY_TENANT,
        Flow(
            "seldon-server seldon-scheduler",
            "app collector prometheus",
            "4317",
            "traces; an address names a Service, and not the pods of the team behind it",
        ),
        Flow("prometheus", "seldon-server", "9006 8082 8002", "metrics"),
        Flow("prometheus", "seldon-envoy", "9003", "metrics"),
        Flow("ingress-nginx/controller", "seldon-envoy", "9000", "clients of the models, as ingress says"),
        Flow("seldon-server app collector prometheus", f"{STORAGE} {PUBLIC}", "443", "model storage, as egress says"),
    ],
}
"""The flows by tenant. Connections from a node to its own pods (probes) are not restricted and not listed."""

OF_OPERATORS = [
    Flow(
        "seldon-system/operator seldon-system/operator-of-fraud seldon-system/operator-of-prices",
        "kube-system/dns",
        "53 53/UDP",
        "names",
    ),
    Flow(
        "seldon-system/operator seldon-system/operator-of-fraud seldon-system/operator-of-prices",
        API_SERVER,
        f"443 {PORT}",
        "all of their work",
    ),
]

PORTS = (
    *(
        53,
        80,
        443,
        4317,
        5572,
        6379,
        6443,
        7777,
        8000,
        8002,
        8080,
        8081,
        8082,
        8443,
        9000,
        9001,
        9002,
        9003,
        9004,
        9005,
        9006,
        9007,
        9008,
    ),
    *(9010, 9011, 9044, 9055, 9092, 9093, 9443, 9500, 9501, 9999),
)
"""All ports at which Seldon's pods and operators listen or to which they connect, by TCP or UDP."""
