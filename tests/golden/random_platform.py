# SPDX-License-Identifier: GPL-3.0-or-later
"""Variations of the cluster and its platform, as platform teams make them."""

from __future__ import annotations

import json
from typing import Any

from .dice import Dice
from .draft import Draft
from .platform import NAMESPACE, apiserver
from .world import KubeObject

_KUBERNETES = ("v1.29.4", "v1.31.0", "v1.33.1+k3s1", "v1.34.2", "v1.36.0-eks-1", "v1.37.2")
_GUARD: dict[str, Any] = {
    "registries": [],
    "rules": {},
    "runtime_classes": ["nvidia"],
    "priority_classes": [],
    "service_accounts": [],
}


def vary_platform(dice: Dice, draft: Draft) -> None:
    """Only changes that do not prevent a tenant."""
    draft.kubernetes = dice.choose(*_KUBERNETES)
    if draft.kubernetes < "v1.34":
        draft.options.setdefault("pod_security", {})["version"] = dice.choose("v1.29", "latest")
    if dice.often(0.25):
        draft.unserved.add("monitoring.coreos.com")
    if dice.often(0.4):
        draft.platform += [_storage_class("fast", dice.often()), _storage_class("slow", dice.often())]
    _vary_operator(dice, draft)
    if dice.often(0.3):
        _vary_endpoints(dice, draft)
    if dice.often(0.3):
        draft.platform.append(
            guard(
                dice.some(
                    0.5, registries=lambda: ["docker.io/seldonio", "registry.example"], rules=lambda: {"SG102": False}
                )
            )
        )
    if dice.often(0.15):
        _only_cluster_role(draft)
    elif dice.often(0.15):
        draft.platform[:] = [obj for obj in draft.platform if obj["kind"] != "Role"]


def guard(options: dict[str, Any] | str) -> KubeObject:
    """The scoping guard's ConfigMap; a text is stored as it is."""
    text = options if isinstance(options, str) else json.dumps({**_GUARD, **options}, sort_keys=True)
    metadata = {"name": "seldon-scoping-guard", "namespace": NAMESPACE}
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": metadata,
        "data": {"options": text, "policies": "sha256:0"},
    }


def set_variable(operator: KubeObject, name: str, value: str) -> None:
    """Sets a literal variable of the operator's first container."""
    for entry in operator["spec"]["template"]["spec"]["containers"][0]["env"]:
        if entry["name"] == name:
            entry.pop("valueFrom", None)
            entry["value"] = value


def _vary_operator(dice: Dice, draft: Draft) -> None:
    operator = draft.central()
    template = operator["spec"]["template"]
    container = template["spec"]["containers"][0]
    operator["metadata"] |= {"uid": "11111111-2222-3333-4444-555555555555", "resourceVersion": "815", "generation": 3}
    if dice.often(0.9):
        operator["status"] = {
            "observedGeneration": 3,
            "replicas": 1,
            "updatedReplicas": 1,
            "readyReplicas": 1,
            "availableReplicas": 1,
        }
    if dice.often(0.25):
        set_variable(operator, "CONTROL_PLANE_SECURITY_PROTOCOL", "SSL")
    if dice.often(0.2):
        set_variable(operator, "USE_DEPLOYMENTS_FOR_SERVERS", "true")
    if dice.often(0.2):
        container["image"] = container["image"].replace("docker.io", "registry.example:5000")
    if dice.often(0.15):
        container["image"] = "registry.example/seldonio/seldonv2-controller:" + dice.choose("latest", "2.11.0-rc1")
    if dice.often(0.25):
        template["spec"] |= {
            "imagePullSecrets": [{"name": "pull"}],
            "nodeSelector": {"pool": "system"},
            "serviceAccount": "seldon-v2-controller-manager",
        }
        template["metadata"]["labels"]["cost-center"] = "platform"
        template["metadata"].setdefault("annotations", {})["kubectl.kubernetes.io/restartedAt"] = "2026-01-01T00:00:00Z"
    if dice.often(0.2):
        template["spec"]["containers"].insert(0, {"name": "proxy", "image": "registry.example/proxy:1"})
        template["spec"]["containers"].reverse()
    if dice.often(0.2):
        container["resources"]["limits"]["memory"] = "128Mi"


def _vary_endpoints(dice: Dice, draft: Draft) -> None:
    draft.platform[:] = [obj for obj in draft.platform if obj["kind"] != "EndpointSlice"]
    if dice.often(0.7):
        draft.platform.append(apiserver("192.0.2.11", "192.0.2.10", port=dice.choose(443, 6443)))
        draft.platform.append(apiserver("2001:db8::11", family="IPv6", name="kubernetes-v6"))


def _only_cluster_role(draft: Draft) -> None:
    """Replaces the operator's rules by those of a clusterwide chart."""
    for obj in draft.platform:
        if obj["kind"] == "Role" and obj["metadata"]["name"] == "seldon-v2-manager-role":
            obj["kind"] = "ClusterRole"
            del obj["metadata"]["namespace"]
            obj["rules"].append(
                {"apiGroups": ["monitoring.coreos.com"], "resources": ["podmonitors"], "verbs": ["get"]}
            )


def _storage_class(name: str, default: bool) -> KubeObject:
    annotations = {"storageclass.kubernetes.io/is-default-class": "true"} if default else {}
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": name, "annotations": annotations},
        "provisioner": "example.org/disk",
    }
