# SPDX-License-Identifier: GPL-3.0-or-later
"""KWOK plays the kubelets of two nodes: it keeps them Ready and makes pods that were scheduled there Running and Ready.

It makes operator pods only Running. The node process, which runs their processes, sets their Ready condition.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import yaml

from .container import OPERATOR_REPOSITORY
from .errors import LabError
from .layout import Layout

Manifest = dict[str, Any]

NODES = ("lab-0", "lab-1")
POD_RANGE = "10.244.0.0/16"  # must not overlap the range of the Services
_CAPACITY = {"cpu": "256", "memory": "1Ti", "ephemeral-storage": "1Ti", "pods": "1000"}
_OPERATOR_IMAGE = f'.spec.containers.[].image | select( test("{OPERATOR_REPOSITORY}([:@]|$)") )'
_READY = re.compile(r'status: "True"(\n\s*type: (?:Ready|ContainersReady)\n)')


def node(name: str) -> Manifest:
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


def stages(shipped: Iterable[Manifest]) -> list[Manifest]:
    """KWOK's own stages with pod-ready split in two: unchanged for other pods, and without readiness for operator pods."""
    found: list[Manifest] = []
    for stage in shipped:
        if stage["metadata"]["name"] != "pod-ready":
            found.append(stage)
            continue
        running = copy.deepcopy(stage)
        running["metadata"]["name"] = "operator-pod-running"
        template, conditions = _READY.subn(r'status: "False"\1', stage["spec"]["next"]["statusTemplate"])
        template, containers = re.subn(r"ready: true", "ready: false", template, count=1)
        if (conditions, containers) != (2, 1):
            raise LabError(
                "KWOK's stage pod-ready does not have the fields that lab/kwok.py expects.\nNext: compare it with the version pinned in lab/go/kwok/go.mod."
            )
        running["spec"]["next"]["statusTemplate"] = template
        found += [_selecting(stage, "DoesNotExist"), _selecting(running, "Exists")]
    return found


def _selecting(stage: Manifest, operator: str) -> Manifest:
    selected = copy.deepcopy(stage)
    selected["spec"]["selector"]["matchExpressions"].append({"key": _OPERATOR_IMAGE, "operator": operator})
    return selected


def write_config(layout: Layout, shipped: Sequence[Path]) -> Path:
    """KWOK does nothing without stages; its module ships each as a file."""
    path = layout.config / "kwok-stages.yaml"
    documents = [document for file in shipped for document in yaml.safe_load_all(file.read_text()) if document]
    path.write_text(yaml.safe_dump_all(stages(documents)))
    return path


def command(layout: Layout, port: int, config: Path) -> list[str]:
    return [
        str(layout.bin / "kwok"),
        f"--kubeconfig={layout.config / 'kwok.kubeconfig'}",
        f"--config={config}",
        "--manage-all-nodes=true",
        # KWOK renews it; otherwise the controller-manager marks the nodes as not ready after 40 s.
        "--node-lease-duration-seconds=40",
        f"--cidr={POD_RANGE}",
        f"--server-address=127.0.0.1:{port}",
        # The address of the nodes' kubelets: the target of `kubectl port-forward` and `kubectl logs`.
        "--node-ip=127.0.0.1",
        f"--node-port={port}",
        "--enable-crds=ClusterPortForward,ClusterLogs",
    ]
