# SPDX-License-Identifier: GPL-3.0-or-later
"""The platform of each release, as the lab's charts render it. Stored, so that no Helm is needed.

platforms/RELEASE.json holds the documents of
helm template seldon-core-v2 lab/charts/RELEASE/seldon-core-v2-setup --namespace seldon-system
"""

from __future__ import annotations

import copy
import json
from functools import cache
from pathlib import Path

from .world import KubeObject

NAMESPACE = "seldon-system"
RELEASES = ("2.9.1", "2.10.2")
FOLDER = Path(__file__).parent / "platforms"


def platform(release: str) -> list[KubeObject]:
    """A copy of all objects, and the namespaces and the EndpointSlice that every cluster has."""
    return [
        *copy.deepcopy(_rendered(release)),
        *(_namespace(name) for name in ("default", "kube-system", NAMESPACE)),
        apiserver("192.0.2.10"),
    ]


@cache
def _rendered(release: str) -> list[KubeObject]:
    found: list[KubeObject] = json.loads((FOLDER / f"{release}.json").read_text(encoding="utf-8"))
    return found


def _namespace(name: str) -> KubeObject:
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": name, "labels": {"kubernetes.io/metadata.name": name}},
    }


def apiserver(*addresses: str, family: str = "IPv4", port: int = 6443, name: str = "kubernetes") -> KubeObject:
    """An EndpointSlice of the Service default/kubernetes."""
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {"name": name, "namespace": "default", "labels": {"kubernetes.io/service-name": "kubernetes"}},
        "addressType": family,
        "endpoints": [{"addresses": list(addresses), "conditions": {"ready": True}}],
        "ports": [{"name": "https", "port": port, "protocol": "TCP"}],
    }
