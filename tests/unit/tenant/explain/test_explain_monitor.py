# SPDX-License-Identifier: GPL-3.0-or-later
"""The explanation of a team's ServiceMonitor and PodMonitor: each statement appears if it is true, and only then."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.tenant.explain.explain_world import (
    PART_OF,
    KubeObject,
    T,
    explained,
    monitor,
    specification,
    the_platform,
    the_server,
)

INSTEAD = "instead the platform scrapes seldon-server (metrics, server-metrics), seldon-pipelinegateway (metrics), seldon-envoy (stats at /stats/prometheus)"
FREE = "the operator gives its Services no labels of Servers, ServerConfigs or the SeldonRuntime"
NAME = "app.kubernetes.io/name"
SERVERS = {NAME: "seldon-server"}
GOOD: dict[str, Any] = {
    "labels": SERVERS,
    "podMetricsEndpoints": [{"port": "metrics", "path": "/metrics", "honorLabels": False}],
}


def pod_monitor(**changes: Any) -> KubeObject:
    return monitor("PodMonitor", **{**GOOD, **changes})


def test_the_specifications_service_monitor_selects_nothing() -> None:
    expected = [
        f"selects none of the 3 planned Services (seldon-scheduler, seldon-mesh, mlserver-0): {FREE}",
        'endpoints[0].port "metrics": no planned Service has a port of that name; they have xds, scheduler, scheduler-mtls, agent, agent-mtls, dataflow, data, stats, http, grpc',
        "no sampleLimit: one pod could fill Prometheus",
        INSTEAD,
    ]
    assert explained(specification("service-monitor")) == expected
    # The Services do not have the labels of their Servers.
    assert (
        explained(specification("service-monitor"), the_server(labels=PART_OF), snapshot=the_platform(labels=PART_OF))
        == expected
    )


def test_a_sound_monitor_is_told_nothing_bad() -> None:
    assert explained(pod_monitor()) == ["selects Server mlserver, but not seldon-scheduler, seldon-envoy", INSTEAD]
    stats = [{"port": "stats", "path": "/stats/prometheus"}]
    assert explained(monitor("ServiceMonitor", {NAME: "seldon-envoy"}, endpoints=stats)) == [
        "selects seldon-mesh, but not seldon-scheduler, mlserver-0",
        INSTEAD,
    ]


def test_a_service_of_the_team_is_said_not_to_be_scraped_otherwise() -> None:
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "cache", "namespace": T, "labels": {"app": "cache"}},
        "spec": {"ports": [{"name": "metrics", "port": 9121}]},
    }
    given = monitor("ServiceMonitor", {"app": "cache"}, endpoints=[{"port": "metrics"}])
    assert explained(given, the_server(), service) == [
        f"selects cache, but not seldon-scheduler, seldon-mesh, mlserver-0: {FREE}",
        "the platform does not scrape cache: ask for a monitor of the platform's",
        INSTEAD,
    ]


def test_a_port_without_a_name_is_none_that_a_monitor_can_name() -> None:
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "cache", "namespace": T, "labels": {"app": "cache"}},
        "spec": {"ports": [{"port": 6379}]},
    }
    given = monitor("ServiceMonitor", {"app": "cache"}, endpoints=[{"port": "metrics"}])
    assert (
        'endpoints[0].port "metrics": no selected Service has a port of that name; they have no port with a name'
        in explained(given, the_server(), service)
    )


def test_one_service_for_each_replica_and_one_more_before_release_2_10() -> None:
    given = monitor("ServiceMonitor", {"seldon-server-replica": "mlserver"}, endpoints=[{"port": "http"}])
    assert (
        explained(given, the_server(replicas=3))[0]
        == "selects mlserver-0, mlserver-1, mlserver-2, but not seldon-scheduler, seldon-mesh"
    )
    old = the_platform("registry.example/seldonv2-controller:2.9.1")
    assert (
        explained(given, snapshot=old)[0]
        == "selects mlserver-0, but not seldon-scheduler, seldon-mesh, seldon-pipelinegateway"
    )


def test_the_prefix_of_ports_is_that_of_the_runtime() -> None:
    given = monitor("ServiceMonitor", {NAME: "seldon-envoy"}, endpoints=[{"port": "x"}])
    assert 'endpoints[0].port "x": no selected Service has a port of that name; they have data, stats' in explained(
        given
    )
    prefixed = explained(given, runtime={"config": {"serviceConfig": {"grpcServicePrefix": "grpc-"}}})
    assert 'endpoints[0].port "x": no selected Service has a port of that name; they have grpc-data, stats' in prefixed


def endpoint(**changes: Any) -> KubeObject:
    return pod_monitor(podMetricsEndpoints=[{"port": "metrics", **changes}])


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            pod_monitor(podMetricsEndpoints=[{"port": "nope"}]),
            'podMetricsEndpoints[0].port "nope": no selected pod has a port of that name; they have rclone, grpc, http, metrics, '
            "readiness-port, server-grpc, server-http, server-metrics",
        ),
        (
            pod_monitor(podMetricsEndpoints=[{"path": "/metrics"}]),
            "podMetricsEndpoints[0] names no port, so it scrapes every port of what it selects",
        ),
        (
            pod_monitor(labels={NAME: "seldon-envoy"}, podMetricsEndpoints=[{"port": "envoy-stats"}]),
            'podMetricsEndpoints[0].path "/metrics": seldon-envoy has its metrics at /stats/prometheus',
        ),
        (pod_monitor(podMetricsEndpoints=[]), "spec.podMetricsEndpoints has no endpoint, so it scrapes nothing"),
        (pod_monitor(podMetricsEndpoints="metrics"), "spec.podMetricsEndpoints has no endpoint, so it scrapes nothing"),
        (
            pod_monitor(selector={"matchLabels": {"a b": "c"}}),
            "cannot be judged: spec.selector.matchLabels is not a label's key",
        ),
        (pod_monitor(namespaceSelector={"any": True}), "namespaceSelector.any: it would scrape other tenants too"),
        (
            pod_monitor(namespaceSelector={"matchNames": ["prices", T]}),
            'namespaceSelector.matchNames: "prices" would be scraped, which is not this tenant',
        ),
        (pod_monitor(sampleLimit=None), "no sampleLimit: one pod could fill Prometheus"),
        (
            pod_monitor(podTargetLabels=["namespace"]),
            "podTargetLabels: takes the label namespace from labels that the team sets",
        ),
        (
            endpoint(honorLabels=True),
            "podMetricsEndpoints[0].honorLabels: samples could claim to be of another tenant's namespace",
        ),
        (
            endpoint(bearerTokenFile="/var/run/secrets/token"),
            "podMetricsEndpoints[0].bearerTokenFile: makes Prometheus read files of its own pod, such as its token, and send what is in them to the team's pods",
        ),
        (
            endpoint(tlsConfig={"caFile": "/a", "keyFile": "/b"}),
            "podMetricsEndpoints[0].tlsConfig.caFile, tlsConfig.keyFile: makes Prometheus read files of its own pod, such as its token, and send what is in them to the team's pods",
        ),
        (
            endpoint(basicAuth={"username": {"name": "s"}}),
            "podMetricsEndpoints[0].basicAuth: puts a Secret of the tenant into Prometheus' configuration; Seldon's metrics ask for no login",
        ),
        (
            endpoint(tlsConfig={"insecureSkipVerify": True}),
            "podMetricsEndpoints[0].tlsConfig.insecureSkipVerify: the certificate of the target is not verified",
        ),
        (
            endpoint(proxyUrl="http://proxy"),
            "podMetricsEndpoints[0].proxyUrl: sends what Prometheus asks through a host of the team's choice",
        ),
        (
            endpoint(scheme="https"),
            'podMetricsEndpoints[0].scheme "https": Seldon\'s metrics are plain HTTP, so nothing would answer',
        ),
        (
            endpoint(relabelings=[{"targetLabel": "pod"}, {"targetLabel": "namespace"}]),
            "podMetricsEndpoints[0].relabelings[1]: can change the label namespace, by which alerts and dashboards tell tenants apart",
        ),
        (
            endpoint(metricRelabelings=[{"action": "LabelMap", "regex": "(.+)"}]),
            "podMetricsEndpoints[0].metricRelabelings[0]: can change the label namespace, by which alerts and dashboards tell tenants apart",
        ),
        (
            endpoint(relabelings=[{"targetLabel": "${1}"}]),
            "podMetricsEndpoints[0].relabelings[0]: can change the label namespace, by which alerts and dashboards tell tenants apart",
        ),
    ],
)
def test_what_would_break_or_be_unsafe(given: KubeObject, said: str) -> None:
    assert said in explained(given)
    assert said not in explained(pod_monitor())


@pytest.mark.parametrize(
    "fine",
    [
        {"relabelings": [{"targetLabel": "pod"}]},
        {"relabelings": [{"action": "drop", "regex": "x"}]},
        {"scheme": "http"},
        {"tlsConfig": {}},
    ],
)
def test_what_is_fine_is_not_complained_of(fine: KubeObject) -> None:
    assert explained(endpoint(**fine)) == explained(pod_monitor())


def test_a_place_counts_what_is_no_endpoint_too() -> None:
    assert "podMetricsEndpoints[1].honorLabels: samples could claim to be of another tenant's namespace" in explained(
        pod_monitor(podMetricsEndpoints=["x", {"port": "metrics", "honorLabels": True}])
    )


def test_where_the_platform_scrapes_nothing_that_is_said() -> None:
    said = "the platform scrapes nothing of this tenant: tenant_namespace_monitoring is off, or the cluster lacks the Prometheus Operator's kinds"
    assert explained(pod_monitor(), monitored=False)[-1] == said


def test_hostile_text_is_shown_safely() -> None:
    lines = explained(
        pod_monitor(
            podMetricsEndpoints=[{"port": "\x1b[2J\nok: [host]", "scheme": "\u202egnp"}],
            namespaceSelector={"matchNames": ["a\nb"]},
        )
    )
    assert all(line.isprintable() for line in lines)
    assert any('podMetricsEndpoints[0].port "\\u001b[2J\\nok: [host]"' in line for line in lines)


KEYS = st.sampled_from(
    [
        "selector",
        "matchLabels",
        "endpoints",
        "podMetricsEndpoints",
        "port",
        "path",
        "tlsConfig",
        "caFile",
        "relabelings",
        "targetLabel",
        "action",
        "namespaceSelector",
        "matchNames",
        NAME,
    ]
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(["metrics", "stats", "namespace", "\x1b[31m\n", "{{ x }}", "\ud800", ""]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=20,
)


@settings(deadline=None, max_examples=80)
@given(JSON, st.sampled_from(["ServiceMonitor", "PodMonitor"]))
def test_any_json_is_explained(spec: Any, kind: str) -> None:
    lines = explained({**monitor(kind), "spec": spec})
    assert lines[-1] == INSTEAD
    assert all(line.isprintable() and len(line) <= 320 for line in lines)
