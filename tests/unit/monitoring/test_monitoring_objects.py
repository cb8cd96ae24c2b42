# SPDX-License-Identifier: GPL-3.0-or-later
"""The objects of a tenant's monitoring, and the ones that depend on the cluster's kinds."""

from __future__ import annotations

import json
from typing import Any

import yaml
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.diagnosis.render import as_text
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.discovery import Discovery
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.resource import Resource
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.resources import CONFIG_MAP
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.monitoring.objects import (
    as_yaml,
    monitoring_objects,
    tenant_monitoring,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.monitoring.options import MonitoringOptions

from tests.unit.monitoring.builders import monitoring, secret

GROUP = "monitoring.coreos.com"
KINDS = {
    "PodMonitor": Resource(GROUP, "v1", "podmonitors", "PodMonitor", True),
    "ServiceMonitor": Resource(GROUP, "v1", "servicemonitors", "ServiceMonitor", True),
    "PrometheusRule": Resource(GROUP, "v1", "prometheusrules", "PrometheusRule", True),
    "AlertmanagerConfig": Resource(GROUP, "v1alpha1", "alertmanagerconfigs", "AlertmanagerConfig", True),
}
RECEIVERS = [
    {"type": "slack", "channel": "#fraud", "secret": secret()},
    {"type": "slack", "secret": secret(key="second")},
    {"type": "webhook", "secret": secret(key="hook")},
    {"type": "pagerduty", "secret": secret(key="routing-key")},
    {"type": "email", "to": "team@example.org"},
]


def served(*kinds: str) -> Discovery:
    return Discovery([CONFIG_MAP, *(KINDS[kind] for kind in kinds)])


def object_of_kind(objects: Any, kind: str, name: str | None = None) -> Any:
    [found] = [obj for obj in objects if obj["kind"] == kind and name in (None, obj["metadata"]["name"])]
    return found


def test_all_of_them_are_the_tenants_and_of_its_namespace_only() -> None:
    objects = monitoring_objects("t", ["m"], monitoring({"labels": {"release": "prometheus"}, "receivers": RECEIVERS}))
    assert [f"{obj['kind']}/{obj['metadata']['name']}" for obj in objects] == [
        "PodMonitor/tenant-agent",
        "PodMonitor/tenant-server",
        "PodMonitor/tenant-pipelinegateway",
        "ServiceMonitor/tenant-envoy",
        "PrometheusRule/tenant-alerts",
        "AlertmanagerConfig/tenant-alerts",
        "ConfigMap/tenant-dashboard",
    ]
    for obj in objects:
        assert obj["metadata"]["namespace"] == "t"
        assert obj["metadata"]["labels"]["ml-platform.seldon/tenant"] == "t"
        assert (obj["metadata"]["labels"].get("release") == "prometheus") is (obj["kind"] != "ConfigMap")


def test_monitors_scrape_one_namespace_and_believe_no_target() -> None:
    objects = monitoring_objects("t", [], monitoring({"interval": "30s", "sample_limit": 7}))
    places = {}
    for obj in objects:
        if not obj["kind"].endswith("Monitor"):
            continue
        spec = obj["spec"]
        assert spec["namespaceSelector"] == {"matchNames": ["t"]} and spec["sampleLimit"] == 7
        [endpoint] = spec.get("podMetricsEndpoints") or spec["endpoints"]
        assert endpoint["honorLabels"] is False and endpoint["interval"] == "30s"
        places[obj["metadata"]["name"]] = (
            spec["selector"]["matchLabels"]["app.kubernetes.io/name"],
            endpoint["port"],
            endpoint["path"],
        )
    assert places == {
        "tenant-agent": ("seldon-server", "metrics", "/metrics"),
        "tenant-server": ("seldon-server", "server-metrics", "/metrics"),
        "tenant-pipelinegateway": ("seldon-pipelinegateway", "metrics", "/metrics"),
        "tenant-envoy": ("seldon-envoy", "stats", "/stats/prometheus"),
    }


def test_rules_carry_the_namespace_severity_and_runbook() -> None:
    [group] = object_of_kind(
        monitoring_objects("t", ["m"], monitoring({"runbook_url": "https://wiki.example/alerts"})), "PrometheusRule"
    )["spec"]["groups"]
    for rule in group["rules"]:
        assert rule["labels"]["namespace"] == "t" and rule["labels"]["severity"] in ("warning", "critical")
        assert rule["annotations"]["runbook_url"] == f"https://wiki.example/alerts#{rule['alert'].lower()}"
        assert rule["annotations"]["summary"] and rule["annotations"]["description"]


def test_alerts_of_the_namespace_go_to_the_team_by_reference() -> None:
    config = object_of_kind(monitoring_objects("t", [], monitoring({"receivers": RECEIVERS})), "AlertmanagerConfig")
    assert config["spec"]["route"]["matchers"] == [{"name": "namespace", "matchType": "=", "value": "t"}]
    [receiver] = config["spec"]["receivers"]
    assert receiver["name"] == config["spec"]["route"]["receiver"]
    assert [entry["apiURL"] for entry in receiver["slackConfigs"]] == [
        {"name": "alerting", "key": "url"},
        {"name": "alerting", "key": "second"},
    ]
    assert receiver["webhookConfigs"][0]["urlSecret"] == {"name": "alerting", "key": "hook"}
    assert receiver["pagerdutyConfigs"][0]["routingKey"] == {"name": "alerting", "key": "routing-key"}
    assert receiver["emailConfigs"] == [{"sendResolved": True, "to": "team@example.org"}]
    assert "://" not in json.dumps(config)


def test_without_receivers_there_is_no_route() -> None:
    assert [
        obj for obj in monitoring_objects("t", [], MonitoringOptions()) if obj["kind"] == "AlertmanagerConfig"
    ] == []


def test_what_the_cluster_does_not_serve_is_said_and_not_applied() -> None:
    nothing = tenant_monitoring("t", [], monitoring({"receivers": RECEIVERS}), served())
    assert [obj["kind"] for obj in nothing.served] == ["ConfigMap"] and len(nothing.objects) == 7
    [note] = nothing.notes
    assert "PodMonitor, ServiceMonitor, PrometheusRule, AlertmanagerConfig (monitoring.coreos.com)" in as_text(note)
    assert "kube-prometheus-stack" in as_text(note) and "enabled: false" in as_text(note)
    some = tenant_monitoring("t", [], MonitoringOptions(), served("PodMonitor", "PrometheusRule"))
    assert [obj["kind"] for obj in some.served] == ["PodMonitor"] * 3 + ["PrometheusRule", "ConfigMap"]
    assert "does not serve ServiceMonitor (" in as_text(some.notes[0])
    everything = tenant_monitoring("t", [], MonitoringOptions(), served(*KINDS))
    assert everything.notes == () and everything.served == everything.objects


def test_turned_off_there_is_nothing_and_nothing_is_said() -> None:
    off = tenant_monitoring("t", ["m"], monitoring(False), served())
    assert off.objects == off.served == off.notes == ()


def test_the_file_is_the_objects_and_the_same_every_time() -> None:
    objects = monitoring_objects("t", ["a", "b"], monitoring({"receivers": RECEIVERS}))
    text = as_yaml(objects)
    assert text == as_yaml(monitoring_objects("t", ["b", "a"], monitoring({"receivers": RECEIVERS})))
    assert list(yaml.safe_load_all(text)) == objects
