# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections to and from a tenant's pods: every needed flow and no other is allowed, for all pairs and ports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import count, product
from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.network.evaluate import (
    Where,
    verdict,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.network.pod import PodKey
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.network.world import Network
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.ownership.labels import operator_selector
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.resolved_tenant.resolved_tenant import (
    ResolvedTenant,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.seldon.effective_runtime import (
    EffectiveRuntime,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.seldon.release import NEWEST
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.network.addresses import (
    apiserver_endpoints,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.network.policies import (
    network_policies,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.network.runtime import (
    networked_runtime,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.options.tenant_options import (
    parse_options,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.render import render_tenant
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.snapshot import TenantSnapshot

from tests.unit.tenant.builders import PLATFORM, KubeObject, apiserver, platform, seldon, seldon_config

T, OTHER = "fraud", "prices"
NAME = "app.kubernetes.io/name"
COMPONENTS = (
    "seldon-scheduler",
    "seldon-envoy",
    "seldon-dataflow-engine",
    "seldon-modelgateway",
    "seldon-pipelinegateway",
    "hodometer",
)
SERVER = "seldon-server"
CENTRAL_LABELS = {"control-plane": "v2-controller-manager"}
API = ("192.0.2.10", "192.0.2.11")
STORAGE, PUBLIC, METADATA = "198.51.100.7", "8.8.8.8", "169.254.169.254"
TCP_PORTS = (
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
    8081,
    8082,
    *range(9000, 9012),
    9044,
    9055,
    9092,
    9500,
    9501,
    9999,
)
UDP_PORTS = (53, 5572, 9000)

Flows = dict[tuple[Where, Where], set[tuple[int, str]]]


def pod_of(number: int, key: PodKey, labels: Mapping[str, str]) -> KubeObject:
    """A pod with the port names of Seldon's charts."""
    ports = [
        {"name": "http", "containerPort": 9000},
        {"name": "metrics", "containerPort": 9006},
        {"name": "rclone", "containerPort": 5572},
    ]
    metadata = {"namespace": key.namespace, "name": key.name, "labels": dict(labels)}
    status = {
        "phase": "Running",
        "podIPs": [{"ip": f"10.1.{number // 250}.{number % 250}"}],
        "hostIPs": [{"ip": "10.0.0.1"}],
    }
    return {
        "metadata": metadata,
        "spec": {"nodeName": "n", "containers": [{"name": "c", "ports": ports}]},
        "status": status,
    }


def in_tenant(namespace: str, name: str) -> PodKey:
    return PodKey(namespace, f"{name}-0")


DNS, KAFKA, COLLECTOR, MINIO = (
    PodKey("kube-system", "coredns"),
    PodKey("messaging", "kafka"),
    PodKey("tracing", "collector"),
    PodKey("minio", "minio-0"),
)
PROMETHEUS, GRAFANA = PodKey("monitoring", "prometheus-0"), PodKey("monitoring", "grafana")
INGRESS, INGRESS_JOB = PodKey("ingress-nginx", "controller"), PodKey("ingress-nginx", "job")
OWN, OTHERS, CENTRAL = (
    PodKey(PLATFORM, "operator-fraud"),
    PodKey(PLATFORM, "operator-prices"),
    PodKey(PLATFORM, "operator"),
)
APP, CACHE = PodKey(T, "app"), PodKey(T, "cache")
PODS: dict[PodKey, Mapping[str, str]] = {
    **{in_tenant(T, name): {NAME: name, "team": "x"} for name in (*COMPONENTS, SERVER)},
    **{in_tenant(OTHER, name): {NAME: name, "team": "x"} for name in ("seldon-scheduler", "seldon-envoy", SERVER)},
    APP: {"app": "app"},
    CACHE: {"app": "cache"},
    DNS: {"k8s-app": "kube-dns"},
    PodKey("kube-system", "other"): {},
    KAFKA: {"strimzi.io/name": "kafka"},
    COLLECTOR: {"app": "collector"},
    MINIO: {"app": "minio"},
    PROMETHEUS: {NAME: "prometheus"},
    GRAFANA: {NAME: "grafana"},
    INGRESS: {NAME: "ingress-nginx"},
    INGRESS_JOB: {},
    OWN: operator_selector(T),
    OTHERS: operator_selector(OTHER),
    CENTRAL: CENTRAL_LABELS,
    PodKey("shop", "stranger"): {NAME: "seldon-envoy"},
}
NAMESPACES = [
    {"metadata": {"name": name, "labels": {"name": name}}} for name in sorted({key.namespace for key in PODS})
]
OPTIONS: dict[str, Any] = {
    "egress": [
        {"namespace": "minio", "pod_labels": {"app": "minio"}, "port": 9000},
        {"cidr": "198.51.100.0/24", "port": 443},
        {"namespace": T, "pod_labels": {"app": "cache"}, "port": 6379},
    ],
    "ingress": [
        {"namespace": "ingress-nginx", "pod_labels": {NAME: "ingress-nginx"}},
        {"cidr": "203.0.113.0/24"},
        {"namespace": T, "pod_labels": {"app": "app"}},
    ],
    "network": {"schema_registry": [{"namespace": "messaging", "port": 8081}]},
}
CONFIG = {
    "kafkaConfig": {"bootstrap.servers": "kafka.messaging:9092"},
    "tracingConfig": {"otelExporterEndpoint": "collector.tracing.svc.cluster.local:4317"},
}


@dataclass(frozen=True)
class Case:
    """``replicas`` are those of the components; ``central``: the operator is the central one."""

    central: bool = False
    pipelines: bool = True
    tracing: bool = True
    hodometer: bool = True
    options: Mapping[str, Any] = field(default_factory=lambda: OPTIONS)

    def policies(self, tenant: str) -> list[KubeObject]:
        given = parse_options({"name": tenant, **{key: value for key, value in self.options.items() if tenant == T}})
        off = {*([] if self.pipelines else COMPONENTS[2:5]), *([] if self.hodometer else ["hodometer"])}
        overrides = [{"name": name, "replicas": 0 if name in off else 1} for name in COMPONENTS]
        runtime = seldon(
            "SeldonRuntime",
            "seldon",
            {"overrides": overrides, "config": {"tracingConfig": {"disable": not self.tracing}}},
        )
        config = {**seldon_config(), "spec": {"config": CONFIG}}
        resolved = ResolvedTenant(tenant, PLATFORM, runtimes=(EffectiveRuntime(runtime, config, NEWEST),))
        network = networked_runtime(resolved, given.network)
        operator = (PLATFORM, CENTRAL_LABELS if self.central else operator_selector(tenant))
        found = network_policies(tenant, given.network, network, operator, apiserver_endpoints([apiserver(*API)]))
        return [policy.object for policy in found]

    def network(self) -> Network:
        numbers = count(1)
        pods = [pod_of(next(numbers), key, labels) for key, labels in PODS.items()]
        return Network(NAMESPACES, pods, [*self.policies(T), *self.policies(OTHER)])

    def needed(self) -> Flows:
        scheduler, envoy, dataflow, models, pipelines, hodometer = (in_tenant(T, name) for name in COMPONENTS)
        server = in_tenant(T, SERVER)
        found: Flows = {}

        def add(
            sources: tuple[Where, ...], destinations: tuple[Where, ...], *ports: int, protocol: str = "TCP"
        ) -> None:
            for pair in product(sources, destinations):
                found.setdefault(pair, set()).update((port, protocol) for port in ports)

        own = tuple(key for key in PODS if key.namespace == T)
        gateways = (models, pipelines) if self.pipelines else ()
        add((CENTRAL if self.central else OWN,), (scheduler,), 9004, 9044)
        add((server,), (scheduler,), 9005, 9055)
        add((envoy,), (scheduler,), 9002)
        add((*gateways, *((hodometer,) if self.hodometer else ())), (scheduler,), 9004, 9044)
        add((envoy,), (server,), 9001, 9501)
        add((*gateways, server), (envoy,), 9000)
        add((INGRESS, APP, "203.0.113.5"), (envoy,), 9000)
        add((PROMETHEUS,), (server,), 9006, 8082, 8002)
        add((PROMETHEUS,), (envoy,), 9003)
        add(own, (DNS,), 53)
        add(own, (DNS,), 53, protocol="UDP")
        add((server, APP, CACHE), (MINIO,), 9000)
        add((server, APP, CACHE), (STORAGE,), 443)
        add((server, APP, CACHE), (CACHE,), 6379)
        add((server, scheduler, *((dataflow, *gateways) if self.pipelines else ())), API, 443, 6443)
        if self.pipelines:
            add((dataflow,), (scheduler,), 9008)
            add((envoy,), (pipelines,), 9010, 9011)
            add((PROMETHEUS,), (pipelines,), 9006)
            add((dataflow, *gateways), (KAFKA,), 9092, 8081)
        if self.tracing:
            add((server, scheduler, *((dataflow, *gateways) if self.pipelines else ())), (COLLECTOR,), 4317)
        return {pair: ports for pair, ports in found.items() if pair[0] != pair[1]}


def questions() -> Iterator[tuple[Where, Where]]:
    """All pairs with at least one end in the tenant."""
    outside: tuple[Where, ...] = (*API, STORAGE, PUBLIC, METADATA, "203.0.113.5", "203.0.114.5")
    ends: tuple[Where, ...] = (*PODS, *outside)
    for source, destination in product(ends, ends):
        own = [end for end in (source, destination) if isinstance(end, PodKey) and end.namespace == T]
        if own and source != destination:
            yield source, destination


@cache
def asked() -> list[tuple[int, str]]:
    return [*((port, "TCP") for port in TCP_PORTS), *((port, "UDP") for port in UDP_PORTS), (9004, "SCTP")]


@pytest.mark.parametrize(
    "case",
    [Case(), Case(central=True), Case(pipelines=False, tracing=False, hodometer=False)],
    ids=["an operator of its own", "the central operator", "without pipelines and tracing"],
)
def test_every_needed_flow_is_open_and_no_other(case: Case) -> None:
    network, needed = case.network(), case.needed()
    wrong = []
    for source, destination in questions():
        open_ports = {
            (port, protocol)
            for port, protocol in asked()
            if verdict(network, source, destination, port, protocol).outcome.value == "allowed"
        }
        if open_ports != needed.get((source, destination), set()):
            wrong.append(
                f"{source} to {destination}: {sorted(open_ports)}, needed {sorted(needed.get((source, destination), set()))}"
            )
    assert wrong == []


@pytest.mark.parametrize("port", [5572, 7777, 9007])
def test_control_ports_are_open_to_nobody_whatever_a_team_labels(port: int) -> None:
    network = Case().network()
    for source, destination in questions():
        if isinstance(destination, PodKey) and destination.namespace == T:
            assert verdict(network, source, destination, port).outcome.value == "denied", (source, destination)


def test_two_tenants_never_meet() -> None:
    network = Case().network()
    keys = [key for key in PODS if key.namespace in (T, OTHER)]
    for source, destination in product(keys, keys):
        if source.namespace != destination.namespace:
            assert all(verdict(network, source, destination, *port).outcome.value == "denied" for port in asked())


def test_a_matrix_with_a_flow_missing_or_too_many_is_noticed() -> None:
    policies = Case().policies(T)
    numbers = count(1)
    pods = [pod_of(next(numbers), key, labels) for key, labels in PODS.items()]
    scheduler, server = in_tenant(T, "seldon-scheduler"), in_tenant(T, SERVER)
    lacking = [policy for policy in policies if policy["metadata"]["name"] != "tenant-agents-ingress"]
    assert verdict(Network(NAMESPACES, pods, lacking), server, scheduler, 9005).outcome.value == "denied"
    wide = {**policies[0], "metadata": {"namespace": T, "name": "wide"}, "spec": {"podSelector": {}, "ingress": [{}]}}
    assert verdict(Network(NAMESPACES, pods, [*policies, wide]), GRAFANA, server, 5572).outcome.value == "allowed"


def test_the_plan_renders_what_the_matrix_proves() -> None:
    options = parse_options({"name": T, **OPTIONS, "runtime": {"pipelines": "always", "tracing": True}})
    config = seldon_config(namespace=PLATFORM)
    config["spec"]["config"] = CONFIG
    plan = render_tenant(options, platform(seldon_configs=[config], apiserver=[apiserver(*API)]), (), TenantSnapshot())
    rendered = [obj for obj in plan.platform_objects if obj["kind"] == "NetworkPolicy"]
    assert rendered == Case(hodometer=False).policies(T)
