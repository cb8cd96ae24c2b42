# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import copy
from typing import Any

import pytest

from lab.operator.ownership import LAST_APPLIED, last_applied, merged_metadata
from lab.operator.release import release
from lab.operator.runtime_config import config_maps, effective_config
from lab.operator.runtime_objects import BrokenConfigError, service_type, wanted_objects
from lab.operator.server_objects import scaling, services, stateful_set

Json = dict[str, Any]
OLD, NEW = release("2.9.1"), release("2.10.2")


def _server(**spec: Any) -> Json:
    metadata = {
        "name": "s",
        "namespace": "t",
        "uid": "u",
        "labels": {"a": "server", "app.kubernetes.io/name": "mine"},
        "annotations": {"note": "server", "meta.helm.sh/release-name": "r"},
    }
    return {"metadata": metadata, "spec": {"serverConfig": "c", **spec}}


CONFIG: Json = {
    "metadata": {
        "name": "c",
        "namespace": "t",
        "labels": {"a": "config", "b": "config"},
        "annotations": {"note": "config"},
    },
    "spec": {
        "podSpec": {"containers": [{"name": "mlserver", "image": "i"}]},
        "volumeClaimTemplates": [{"name": "models", "spec": {"accessModes": ["ReadWriteOnce"]}}],
    },
}


def test_stateful_set() -> None:
    wanted = stateful_set(_server(replicas=2, podSpec={"containers": [{"name": "mlserver", "image": "j"}]}), CONFIG)
    labels = {"app.kubernetes.io/name": "seldon-server", "a": "server", "b": "config"}
    spec = wanted["spec"]
    assert wanted["metadata"]["labels"] == labels
    assert spec["template"]["metadata"]["labels"] == {**labels, "seldon-server-name": "s"}
    assert spec["template"]["metadata"]["annotations"] == {"note": "server"}
    assert spec["selector"] == {"matchLabels": {"seldon-server-name": "s"}}
    assert (spec["replicas"], spec["serviceName"], spec["podManagementPolicy"]) == (2, "s", "Parallel")
    assert spec["template"]["spec"]["containers"] == [{"name": "mlserver", "image": "j"}]
    assert spec["volumeClaimTemplates"] == [
        {"metadata": {"name": "models"}, "spec": {"accessModes": ["ReadWriteOnce"]}}
    ]
    assert "persistentVolumeClaimRetentionPolicy" not in spec
    [owner] = wanted["metadata"]["ownerReferences"]
    assert (owner["kind"], owner["name"], owner["uid"], owner["controller"]) == ("Server", "s", "u", True)


@pytest.mark.parametrize(
    ("variable", "spec", "value"),
    [
        ({"value": "a"}, {"extraCapabilities": ["x", "y"]}, "a,x,y"),
        ({"value": ""}, {"extraCapabilities": ["x"]}, ",x"),
        ({"valueFrom": {"configMapKeyRef": {"name": "s", "key": "k"}}}, {"extraCapabilities": ["x"]}, ",x"),
        ({"valueFrom": {"configMapKeyRef": {"name": "s", "key": "k"}}}, {"capabilities": ["b"]}, "b"),
    ],
)
def test_capabilities_make_the_variable_anew(variable: Json, spec: Json, value: str) -> None:
    name = "SELDON_SERVER_CAPABILITIES"
    config = copy.deepcopy(CONFIG)
    config["spec"]["podSpec"]["containers"][0]["env"] = [{"name": name, **variable}]
    [container] = stateful_set(_server(**spec), config)["spec"]["template"]["spec"]["containers"]
    assert container["env"] == [{"name": name, "value": value}]


def test_last_applied_tells_what_was_applied_and_is_stable() -> None:
    one, two = stateful_set(_server(), CONFIG), stateful_set(_server(), CONFIG)
    assert one["metadata"]["annotations"][LAST_APPLIED] == two["metadata"]["annotations"][LAST_APPLIED]
    assert last_applied(one) == {"spec": one["spec"]}
    assert last_applied({"metadata": {"annotations": {LAST_APPLIED: "nonsense"}}}) is None
    assert last_applied({"metadata": {}}) is None


def test_a_config_without_claims_gives_none() -> None:
    bare = copy.deepcopy(CONFIG)
    del bare["spec"]["volumeClaimTemplates"]
    assert stateful_set(_server(), bare)["spec"]["volumeClaimTemplates"] == []


def test_services_of_the_replicas() -> None:
    first, second = services(_server(replicas=2))
    assert [first["metadata"]["name"], second["metadata"]["name"]] == ["s-0", "s-1"]
    assert second["spec"]["selector"] == {"statefulset.kubernetes.io/pod-name": "s-1"}
    assert first["spec"]["clusterIP"] == "None"
    assert [(port["name"], port["port"]) for port in first["spec"]["ports"]] == [
        ("http", 9000),
        ("grpc", 9500),
        ("agent", 9005),
    ]


@pytest.mark.parametrize(
    ("spec", "replicas", "refused"),
    [
        ({}, 1, False),
        ({"replicas": 0}, 0, False),
        ({"replicas": 5}, 5, False),
        ({"replicas": 1, "minReplicas": 1, "maxReplicas": 1}, 1, False),
        ({"replicas": 0, "minReplicas": 1}, 0, True),
        ({"replicas": 3, "maxReplicas": 2}, 3, True),
        ({"minReplicas": 3, "maxReplicas": 2}, 1, True),
    ],
)
def test_scaling(spec: Json, replicas: int, refused: bool) -> None:
    assert scaling(spec).replicas == replicas
    assert bool(scaling(spec).error) is refused


def test_private_metadata_does_not_travel() -> None:
    assert merged_metadata({"kubectl.kubernetes.io/last-applied-configuration": "x", "a": "1"}, {"a": "2"}, None) == {
        "a": "1"
    }


def _runtime(**spec: Any) -> Json:
    return {
        "metadata": {"name": "seldon", "namespace": "t", "uid": "u", "labels": {"own": "1"}},
        "spec": {"seldonConfig": "default", **spec},
    }


def _component(name: str, **more: Any) -> Json:
    return {"name": name, "podSpec": {"containers": [{"name": "c", "image": "i"}]}, "replicas": 7, **more}


NAMES = (
    "seldon-scheduler",
    "seldon-envoy",
    "seldon-dataflow-engine",
    "seldon-modelgateway",
    "seldon-pipelinegateway",
    "hodometer",
)
BASE: Json = {
    "metadata": {"name": "default", "namespace": "t"},
    "spec": {
        "components": [_component(name) for name in NAMES],
        "config": {
            "agentConfig": {"rclone": {"config_secrets": ["seldon-rclone-gs-public"]}},
            "serviceConfig": {"serviceType": "LoadBalancer"},
            "tracingConfig": {"disable": True, "otelExporterEndpoint": "o:1"},
            "kafkaConfig": {"bootstrap.servers": "k:1", "topicPrefix": "seldon"},
            "scalingConfig": {"servers": {"enabled": True}},
        },
    },
}


def _names(runtime: Json, behaviour: Any = NEW) -> set[tuple[str, str]]:
    return {(resource.kind, thing["metadata"]["name"]) for resource, thing in wanted_objects(runtime, BASE, behaviour)}


def test_objects_of_a_runtime() -> None:
    assert _names(_runtime()) == {
        ("StatefulSet", "seldon-scheduler"),
        ("Deployment", "seldon-envoy"),
        ("Deployment", "seldon-dataflow-engine"),
        ("Deployment", "seldon-modelgateway"),
        ("Deployment", "seldon-pipelinegateway"),
        ("Deployment", "hodometer"),
        ("Service", "seldon-scheduler"),
        ("Service", "seldon-mesh"),
        ("ServiceAccount", "hodometer"),
        ("ServiceAccount", "seldon-scheduler"),
        ("ServiceAccount", "seldon-server"),
        ("Role", "hodometer-role"),
        ("Role", "seldon-scheduler-role"),
        ("Role", "agent-role"),
        ("RoleBinding", "hodometer-rolebinding"),
        ("RoleBinding", "seldon-scheduler-rolebinding"),
        ("RoleBinding", "agent-rolebinding"),
        ("ConfigMap", "seldon-agent"),
        ("ConfigMap", "seldon-kafka"),
        ("ConfigMap", "seldon-tracing"),
        ("ConfigMap", "seldon-scaling"),
    }
    assert _names(_runtime(), OLD) - _names(_runtime()) == {("Service", "seldon-pipelinegateway")}
    assert _names(_runtime()) - _names(_runtime(), OLD) == {("ConfigMap", "seldon-scaling")}


def test_all_objects_are_the_runtime_s_and_in_its_namespace() -> None:
    for _resource, thing in wanted_objects(_runtime(), BASE, NEW):
        assert thing["metadata"]["namespace"] == "t"
        assert [owner["name"] for owner in thing["metadata"]["ownerReferences"]] == ["seldon"]


def test_a_disabled_component_is_left_out_but_its_service_is_not() -> None:
    names = _names(_runtime(overrides=[{"name": "seldon-envoy", "disable": True}]))
    assert ("Deployment", "seldon-envoy") not in names
    assert ("Service", "seldon-mesh") in names


@pytest.mark.parametrize(("override", "replicas"), [({}, 1), ({"replicas": 0}, 0), ({"replicas": 3}, 3)])
def test_replicas_come_from_the_override_never_from_the_config(override: Json, replicas: int) -> None:
    wanted = wanted_objects(_runtime(overrides=[{"name": "hodometer", **override}]), BASE, NEW)
    [hodometer] = [
        thing
        for resource, thing in wanted
        if resource.kind == "Deployment" and thing["metadata"]["name"] == "hodometer"
    ]
    assert hodometer["spec"]["replicas"] == replicas


@pytest.mark.parametrize(
    ("runtime", "expected"),
    [
        (_runtime(), "LoadBalancer"),
        (_runtime(config={"serviceConfig": {"serviceType": "NodePort"}}), "NodePort"),
        (_runtime(overrides=[{"name": "seldon-scheduler", "serviceType": "ClusterIP"}]), "ClusterIP"),
        (
            _runtime(overrides=[{"name": "seldon-scheduler", "replicas": 1}]),
            "ClusterIP",
        ),  # an override without fields
        (_runtime(overrides=[{"name": "seldon-envoy"}]), "LoadBalancer"),
    ],
)
def test_service_type_of_the_scheduler(runtime: Json, expected: str) -> None:
    assert service_type(runtime, effective_config(runtime, BASE), "seldon-scheduler") == expected


def test_a_component_without_pod_spec_breaks_the_config() -> None:
    broken = copy.deepcopy(BASE)
    del broken["spec"]["components"][0]["podSpec"]
    with pytest.raises(BrokenConfigError, match="component seldon-scheduler of SeldonConfig default has no podSpec"):
        wanted_objects(_runtime(), broken, NEW)


def test_effective_config() -> None:
    own = {"agentConfig": {"rclone": {"config_secrets": ["mine"]}}, "kafkaConfig": {"topicPrefix": "", "debug": "all"}}
    config = effective_config(_runtime(config=own), BASE)
    assert config["agentConfig"]["rclone"]["config_secrets"] == ["mine", "seldon-rclone-gs-public"]
    assert config["kafkaConfig"] == {"bootstrap.servers": "k:1", "topicPrefix": "seldon", "debug": "all"}
    assert config["tracingConfig"] == {"otelExporterEndpoint": "o:1"}
    assert config_maps(config, NEW)["seldon-tracing"]["OTEL_JAVAAGENT_ENABLED"] == "true"


def test_the_agent_reads_endpoint_slices_since_2_10() -> None:
    def groups(behaviour: Any) -> list[str]:
        roles = {thing["metadata"]["name"]: thing for _resource, thing in wanted_objects(_runtime(), BASE, behaviour)}
        return [group for rule in roles["agent-role"]["rules"] for group in rule["apiGroups"]]

    assert groups(NEW) == ["", "discovery.k8s.io"]
    assert groups(OLD) == [""]
