# SPDX-License-Identifier: GPL-3.0-or-later
"""KWOK's kind ClusterPortForward: where a port of a pod that does not run is forwarded to."""
from __future__ import annotations

from typing import Any

Manifest = dict[str, Any]

GROUP = "kwok.x-k8s.io"
PATH = f"/apis/{GROUP}/v1alpha1/clusterportforwards"
DEFINITION: Manifest = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": f"clusterportforwards.{GROUP}"},
    "spec": {
        "group": GROUP,
        "scope": "Cluster",
        "names": {"kind": "ClusterPortForward", "listKind": "ClusterPortForwardList", "plural": "clusterportforwards", "singular": "clusterportforward"},
        "versions": [
            {
                "name": "v1alpha1", "served": True, "storage": True, "subresources": {"status": {}},
                "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}},
            }
        ],
    },
}


def forward(namespace: str, pod_port: int, local_port: int) -> Manifest:
    """That port of every pod of the namespace leads to a loopback port."""
    return {
        "apiVersion": f"{GROUP}/v1alpha1",
        "kind": "ClusterPortForward",
        "metadata": {"name": namespace},
        "spec": {
            "selector": {"matchNamespaces": [namespace]},
            "forwards": [{"ports": [pod_port], "target": {"address": "127.0.0.1", "port": local_port}}],
        },
    }
