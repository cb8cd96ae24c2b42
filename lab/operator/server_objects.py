# SPDX-License-Identifier: GPL-3.0-or-later
"""The objects of one Server: a StatefulSet, and one headless Service per replica (facts 2.4)."""

from __future__ import annotations

from typing import Any, NamedTuple

from .capabilities import with_capabilities
from .ownership import controller_reference, merged_metadata, with_last_applied
from .podspec_merge import merge_pod_specs
from .resources import SERVER

Json = dict[str, Any]

NAME_LABEL = "app.kubernetes.io/name"
SERVER_LABEL = "seldon-server-name"
_NAME = "seldon-server"


class Scaling(NamedTuple):
    replicas: int
    error: str  # "" when the three numbers agree


def scaling(spec: Json) -> Scaling:
    """Replicas of a Server; unset is 1, and an unset maximum is unlimited."""
    replicas, low, high = spec.get("replicas"), spec.get("minReplicas"), spec.get("maxReplicas")
    wanted = 1 if replicas is None else replicas
    if low is not None and high is not None and high < low:
        return Scaling(wanted, f"number of min replicas ({low}) must be less than or equal to max replicas ({high})")
    if low is not None and wanted < low:
        return Scaling(wanted, f"number of desired replicas ({wanted}) cannot be less than min replicas ({low})")
    if high is not None and wanted > high:
        return Scaling(wanted, f"number of desired replicas ({wanted}) cannot be more than max replicas ({high})")
    return Scaling(wanted, "")


def selector(server_name: str) -> str:
    return f"{SERVER_LABEL}={server_name}"


def pod_spec(server: Json, config: Json) -> Json:
    """ServerConfig's pod spec with the Server's over it and its capabilities in the environment."""
    merged = merge_pod_specs(config["spec"]["podSpec"], server["spec"].get("podSpec"))
    return with_capabilities(merged, server["spec"])


def stateful_set(server: Json, config: Json) -> Json:
    metadata, name = server["metadata"], server["metadata"]["name"]
    labels = merged_metadata({NAME_LABEL: _NAME}, metadata.get("labels"), config["metadata"].get("labels"))
    annotations = merged_metadata(metadata.get("annotations"), config["metadata"].get("annotations"))
    pod_labels = merged_metadata({NAME_LABEL: _NAME, SERVER_LABEL: name}, labels)
    spec: Json = {
        "serviceName": name,
        "replicas": scaling(server["spec"]).replicas,
        "podManagementPolicy": "Parallel",
        "selector": {"matchLabels": {SERVER_LABEL: name}},
        "template": {
            "metadata": {"name": name, "labels": pod_labels, "annotations": annotations},
            "spec": pod_spec(server, config),
        },
        "volumeClaimTemplates": [
            {"metadata": {"name": claim["name"]}, "spec": claim["spec"]}
            for claim in config["spec"].get("volumeClaimTemplates") or []
        ],
    }
    retention = server["spec"].get("statefulSetPersistentVolumeClaimRetentionPolicy")
    if retention:
        spec["persistentVolumeClaimRetentionPolicy"] = retention
    return with_last_applied(
        {
            "apiVersion": "apps/v1",
            "kind": "StatefulSet",
            "metadata": {
                "name": name,
                "namespace": metadata["namespace"],
                "labels": labels,
                "annotations": annotations,
                "ownerReferences": [controller_reference(server, SERVER)],
            },
            "spec": spec,
        }
    )


def services(server: Json) -> list[Json]:
    """One headless Service per replica; clients that resolve it connect to the pod's own ports."""
    metadata, name = server["metadata"], server["metadata"]["name"]
    return [
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {
                "name": f"{name}-{index}",
                "namespace": metadata["namespace"],
                "labels": {"seldon-server-replica": name, "seldon-server-replica-name": f"{name}-{index}"},
                "ownerReferences": [controller_reference(server, SERVER)],
            },
            "spec": {
                "clusterIP": "None",
                "selector": {"statefulset.kubernetes.io/pod-name": f"{name}-{index}"},
                "ports": [
                    {"name": "http", "port": 9000, "targetPort": "http", "protocol": "TCP"},
                    {"name": "grpc", "port": 9500, "targetPort": "grpc", "protocol": "TCP"},
                    {"name": "agent", "port": 9005, "targetPort": 9005, "protocol": "TCP"},
                ],
            },
        }
        for index in range(scaling(server["spec"]).replicas)
    ]
