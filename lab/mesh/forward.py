# SPDX-License-Identifier: GPL-3.0-or-later
"""KWOK's kind ClusterPortForward: the target of a forwarded port of a simulated pod."""

from __future__ import annotations

from ..kwok_kinds import GROUP, Manifest, definition, path

PATH = path("clusterportforwards")
DEFINITION = definition("ClusterPortForward", "clusterportforwards")


def forward(namespace: str, pod_port: int, local_port: int) -> Manifest:
    """An object that forwards this port of every pod of the namespace to a loopback port."""
    return {
        "apiVersion": f"{GROUP}/v1alpha1",
        "kind": "ClusterPortForward",
        "metadata": {"name": namespace},
        "spec": {
            "selector": {"matchNamespaces": [namespace]},
            "forwards": [{"ports": [pod_port], "target": {"address": "127.0.0.1", "port": local_port}}],
        },
    }
