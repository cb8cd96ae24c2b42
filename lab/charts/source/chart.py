# SPDX-License-Identifier: GPL-3.0-or-later
"""Chart.yaml and values.yaml of the stand-in charts, per Seldon Core release."""

from __future__ import annotations

from typing import Any

CAPABILITIES = {
    "mlserver": "mlserver,alibi-detect,alibi-explain,huggingface,lightgbm,mlflow,python,sklearn,spark-mlib,xgboost",
    "triton": "triton,dali,fil,onnx,openvino,python,pytorch,tensorflow,tensorrt",
}


def crds_metadata(release: str) -> dict[str, Any]:
    return _metadata("seldon-core-v2-crds", release, "Lab stand-in: the CRDs of Seldon Core 2, written from facts")


def setup_metadata(release: str) -> dict[str, Any]:
    return _metadata("seldon-core-v2-setup", release, "Lab stand-in: the operator and configs of Seldon Core 2")


def _metadata(name: str, release: str, description: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "name": name, "description": description, "version": release, "appVersion": release}


def setup_values(release: str) -> dict[str, Any]:
    """The values that the templates read; names and defaults as upstream's chart has them."""
    since_210 = release != "2.9.1"
    identity = {"fsGroup": 1000, "runAsUser": 1000, "runAsGroup": 1000, "runAsNonRoot": True}
    default_container = {"kubectl.kubernetes.io/default-container": "manager"}
    values: dict[str, Any] = {
        "imagePullSecrets": None,
        "logging": {"logLevel": "info"},
        "controller": {
            "clusterwide": False,
            "image": _image("seldonio/seldonv2-controller", release),
            "resources": {"cpu": "10m", "memory": "64Mi"},
            "securityContext": identity,
            "annotations": default_container | ({"sidecar.istio.io/inject": "false"} if since_210 else {}),
        },
        "security": {
            "controlplane": {
                "protocol": "PLAINTEXT",
                "ssl": {
                    "server": {
                        "secret": "seldon-controlplane-server",
                        "clientValidationSecret": "seldon-controlplane-client",
                    },
                    "client": {
                        "secret": "seldon-controlplane-client",
                        "serverValidationSecret": "seldon-controlplane-server",
                    },
                },
            },
            "kafka": {
                "protocol": "PLAINTEXT",
                "sasl": {"mechanism": "SCRAM-SHA-512", "client": {"username": "seldon", "secret": ""}},
                "ssl": {"client": {"secret": "", "brokerValidationSecret": ""}},
            },
            "envoy": {"protocol": "PLAINTEXT"},
        },
        "opentelemetry": {
            "endpoint": "seldon-collector.seldon-mesh:4317",
            "protocol": "grpc",
            "disable": False,
            "ratio": 1,
        },
        "kafka": {
            "bootstrap": "seldon-kafka-bootstrap.seldon-mesh:9092",
            "topicPrefix": "seldon",
            "consumerGroupIdPrefix": "",
            "debug": "",
            "consumer": {
                "sessionTimeoutMs": 6000,
                "autoOffsetReset": "earliest",
                "topicMetadataPropagationMaxMs": 300000,
                "messageMaxBytes": 1000000000,
            },
            "producer": {"lingerMs": 0, "messageMaxBytes": 1000000000},
            "topics": {"replicationFactor": 1, "numPartitions": 1},
        },
        "services": {"defaultServiceType": "LoadBalancer", "serviceGRPCPrefix": ""},
        "autoscaling": {
            "autoscalingModelEnabled": False,
            "autoscalingServerEnabled": True,
            "serverPackingEnabled": False,
            "serverPackingPercentage": 0.0,
        },
        "scheduler": _component("seldonio/seldon-scheduler", release, "100m", "1Gi", storage="1Gi")
        | {
            "schedulerReadyTimeoutSeconds": 600,
        },
        "envoy": _component("seldonio/seldon-envoy", release, "100m", "128Mi")
        | {
            "preStopSleepPeriodSeconds": 30,
            "terminationGracePeriodSeconds": 120,
            "annotations": {
                "prometheus.io/scrape": "true",
                "prometheus.io/port": "9003",
                "prometheus.io/path": "/stats/prometheus",
            },
        },
        "modelgateway": _component("seldonio/seldon-modelgateway", release, "100m", "1G")
        | {
            "workers": 8,
            "maxNumConsumers": 100,
        },
        "pipelinegateway": _component("seldonio/seldon-pipelinegateway", release, "100m", "1G")
        | {
            "maxNumConsumers": 100,
        },
        "dataflow": _component("seldonio/seldon-dataflow-engine", release, "100m", "3G" if since_210 else "1G")
        | {
            "cores": 4,
        },
        "hodometer": _component("seldonio/seldon-hodometer", release, "1m", "32Mi") | {"metricsLevel": "feature"},
        "serverConfig": {
            "terminationGracePeriodSeconds": 120,
            "securityContext": identity,
            "rclone": {
                "image": _image("seldonio/seldon-rclone", release),
                "logLevel": "INFO",
                "resources": {
                    "cpu": "50m",
                    "memory": "128Mi",
                    "limits": {"memory": "256Mi" if since_210 else "128Mi"},
                },
            },
            "agent": {
                "image": _image("seldonio/seldon-agent", release),
                "resources": {"cpu": "200m", "memory": "1Gi"},
                "overcommitPercentage": "10",
                "modelInferenceLagThreshold": "30",
                "modelInactiveSecondsThreshold": "600",
                "scalingStatsPeriodSeconds": "20",
            },
            "mlserver": {
                "image": _image("seldonio/mlserver", "1.7.1"),
                "resources": {"cpu": "100m", "memory": "1Gi"},
                "serverCapabilities": CAPABILITIES["mlserver"],
                "modelVolumeStorage": "1Gi",
            },
            "triton": {
                "image": _image("nvidia/tritonserver", "23.03-py3", "nvcr.io"),
                "resources": {"cpu": "100m", "memory": "1Gi"},
                "serverCapabilities": CAPABILITIES["triton"],
                "modelVolumeStorage": "1Gi",
            },
        },
    }
    if since_210:
        values["useDeploymentsForServers"] = False
        values["dataflow"]["pipelineCtlopsThreads"] = 8
    return values


def _image(repository: str, tag: str, registry: str = "docker.io") -> dict[str, str]:
    return {"registry": registry, "repository": repository, "tag": tag, "pullPolicy": "IfNotPresent"}


def _component(repository: str, release: str, cpu: str, memory: str, storage: str = "") -> dict[str, Any]:
    resources = {"cpu": cpu, "memory": memory} | ({"storage": storage} if storage else {})
    identity = {"fsGroup": 1000, "runAsUser": 1000, "runAsGroup": 1000, "runAsNonRoot": True}
    return {"image": _image(repository, release), "resources": resources, "securityContext": identity}
