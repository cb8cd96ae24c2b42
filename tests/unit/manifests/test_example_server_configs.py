# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples' ServerConfigs keep the contract between Seldon's agent, its scheduler and the inference container."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.manifests.load import load_manifests
from manifest_cases import EXAMPLES, builder

TENANTS = ["fraud-detection", "recommendation-engine"]


def objects(tenant: str) -> dict[str, dict[str, Any]]:
    manifests = load_manifests([str(EXAMPLES / tenant / "k8s" / "base")], kustomize=builder())
    return {manifest.title: manifest.object for manifest in manifests}


def pod(tenant: str) -> dict[str, Any]:
    spec: dict[str, Any] = objects(tenant)["ServerConfig mlserver-config"]["spec"]["podSpec"]
    return spec


@pytest.mark.parametrize("tenant", TENANTS)
def test_contract(tenant: str) -> None:
    spec = pod(tenant)
    containers = {container["name"]: container for container in spec["containers"]}
    assert set(containers) == {"mlserver", "agent", "rclone"}
    env = {entry["name"]: entry for entry in containers["agent"]["env"]}
    assert env["MEMORY_REQUEST"]["valueFrom"]["resourceFieldRef"] == {
        "containerName": "mlserver",
        "resource": "requests.memory",
    }
    expected = {
        "SELDON_SERVER_TYPE": "mlserver",
        "SELDON_SERVER_HTTP_PORT": "9000",
        "SELDON_SERVER_GRPC_PORT": "9500",
        "SELDON_REVERSE_PROXY_HTTP_PORT": "9001",
        "SELDON_REVERSE_PROXY_GRPC_PORT": "9501",
        "SELDON_SCHEDULER_HOST": "seldon-scheduler",
        "SELDON_SCHEDULER_PORT": "9005",
        "SELDON_SCHEDULER_TLS_PORT": "9055",
        "SELDON_METRICS_PORT": "9006",
        "SELDON_DRAINER_PORT": "9007",
        "SELDON_READINESS_PORT": "9008",
        "SELDON_ENVOY_HOST": "seldon-mesh",
        "SELDON_ENVOY_PORT": "80",
    }
    assert {name: env[name]["value"] for name in expected} == expected
    assert {"SELDON_SERVER_CAPABILITIES", "SELDON_OVERCOMMIT_PERCENTAGE", "POD_NAME", "POD_NAMESPACE"} <= set(env)
    assert len(env) == len(containers["agent"]["env"])
    ports = {name: {port["name"]: port["containerPort"] for port in containers[name]["ports"]} for name in containers}
    assert {"http": 9001, "grpc": 9501, "metrics": 9006}.items() <= ports["agent"].items()
    assert ports["mlserver"]["server-metrics"] == 8082
    inference = {entry["name"]: entry["value"] for entry in containers["mlserver"]["env"]}
    assert inference["MLSERVER_LOAD_MODELS_AT_STARTUP"] == "false"
    assert inference["MLSERVER_MODELS_DIR"] == "/mnt/agent/models"
    assert spec["serviceAccountName"] == "seldon-server"
    assert spec["terminationGracePeriodSeconds"] == 120
    for container in containers.values():
        assert container["lifecycle"]["preStop"]["httpGet"] == {"path": "/terminate", "port": 9007}
        assert "memory" in container["resources"]["requests"]
        assert container["resources"]["limits"]["memory"]


@pytest.mark.parametrize("tenant", TENANTS)
def test_volumes_exist(tenant: str) -> None:
    config = objects(tenant)["ServerConfig mlserver-config"]["spec"]
    claims = {claim["name"] for claim in config["volumeClaimTemplates"]}
    volumes = {volume["name"]: volume["configMap"]["name"] for volume in config["podSpec"]["volumes"]}
    assert volumes == {"config-volume": "seldon-agent", "tracing-config-volume": "seldon-tracing"}
    for container in config["podSpec"]["containers"]:
        mounts = {mount["mountPath"]: mount["name"] for mount in container["volumeMounts"]}
        assert mounts["/mnt/agent"] in claims
        assert set(mounts.values()) <= claims | set(volumes)


@pytest.mark.parametrize("tenant", TENANTS)
def test_restricted_pod_security(tenant: str) -> None:
    spec = pod(tenant)
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    for container in spec["containers"]:
        assert container["securityContext"] == {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}


@pytest.mark.parametrize("tenant", TENANTS)
def test_references_and_requirements(tenant: str) -> None:
    every = objects(tenant)
    server = every["Server mlserver"]["spec"]
    assert f"ServerConfig {server['serverConfig']}" in every
    assert server["replicas"] == server["minReplicas"] == server["maxReplicas"] == 1
    agent = next(container for container in pod(tenant)["containers"] if container["name"] == "agent")
    capabilities = next(entry["value"] for entry in agent["env"] if entry["name"] == "SELDON_SERVER_CAPABILITIES")
    models = {title: obj["spec"] for title, obj in every.items() if title.startswith("Model ")}
    assert models
    for model in models.values():
        assert set(model["requirements"]) <= set(capabilities.split(","))
        assert f"Server {model['server']}" in every


def test_the_experiment_of_the_specification() -> None:
    every = objects("fraud-detection")
    experiment = every["Experiment fraud-ab-test-experiment"]["spec"]
    assert experiment["default"] == "fraud-v1-baseline"
    weights = {candidate["name"]: candidate["weight"] for candidate in experiment["candidates"]}
    assert weights == {"fraud-v1-baseline": 80, "fraud-v2-candidate": 20}
    assert {f"Model {name}" for name in weights} <= set(every)


def test_one_name_two_contents() -> None:
    fraud, recommendation = (pod(tenant) for tenant in TENANTS)
    images = [
        next(c["image"] for c in spec["containers"] if c["name"] == "mlserver") for spec in (fraud, recommendation)
    ]
    assert images[0] != images[1]


def test_payload_is_a_v2_request() -> None:
    payload = json.loads((EXAMPLES / "fraud-detection" / "test-payload.json").read_text(encoding="utf-8"))
    for tensor in payload["inputs"]:
        rows, columns = tensor["shape"]
        assert len(tensor["data"]) == rows * columns
        assert tensor["name"]
        assert tensor["datatype"] == "FP32"
