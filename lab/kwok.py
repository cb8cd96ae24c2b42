# SPDX-License-Identifier: GPL-3.0-or-later
"""KWOK plays the kubelets of two nodes: it keeps them Ready and makes pods that were scheduled there Running and Ready."""
from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .layout import Layout

NODES = ("lab-0", "lab-1")
POD_RANGE = "10.244.0.0/16"  # must not overlap the range of the Services
_CAPACITY = {"cpu": "256", "memory": "1Ti", "ephemeral-storage": "1Ti", "pods": "1000"}


def node(name: str) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": name,
            "labels": {"kubernetes.io/hostname": name, "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64"},
            "annotations": {"kwok.x-k8s.io/node": "fake"},
        },
        "status": {"capacity": _CAPACITY, "allocatable": _CAPACITY},
    }


def write_config(layout: Layout, stages: Sequence[Path]) -> Path:
    """KWOK does nothing without stages; its module ships them as separate files."""
    path = layout.config / "kwok-stages.yaml"
    path.write_text("\n---\n".join(stage.read_text() for stage in stages))
    return path


def command(layout: Layout, port: int, config: Path) -> list[str]:
    return [
        str(layout.bin / "kwok"),
        f"--kubeconfig={layout.config / 'kwok.kubeconfig'}",
        f"--config={config}",
        "--manage-all-nodes=true",
        # Renewed by KWOK; without it the controller-manager takes the nodes for dead after 40 s.
        "--node-lease-duration-seconds=40",
        f"--cidr={POD_RANGE}",
        f"--server-address=127.0.0.1:{port}",
    ]
