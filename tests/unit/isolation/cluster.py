# SPDX-License-Identifier: GPL-3.0-or-later
"""Small namespaces, pods and NetworkPolicies."""

from __future__ import annotations

from typing import Any

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.network.evaluate import verdict
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.network.pod import PodKey
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.network.world import Network

Json = dict[str, Any]
CLIENT, SERVER, OTHER = PodKey("apps", "client"), PodKey("fraud", "server"), PodKey("fraud", "other")


def namespace(name: str, **labels: str) -> Json:
    return {"metadata": {"name": name, "labels": labels}}


def pod(key: PodKey, *ips: str, labels: Any = None, node: str = "node-1", **spec: Any) -> Json:
    """Labelled ``app: <name>``, with a port named ``http`` that is 8080."""
    containers = [
        {
            "name": "c",
            "ports": [
                {"name": "http", "containerPort": 8080},
                {"name": "dns", "containerPort": 5353, "protocol": "UDP"},
            ],
        }
    ]
    status = {
        "phase": "Running",
        "podIPs": [{"ip": ip} for ip in ips],
        "hostIPs": [{"ip": {"node-1": "192.168.0.1", "node-2": "192.168.0.2"}[node]}],
    }
    metadata = {"namespace": key.namespace, "name": key.name, "labels": {"app": key.name} if labels is None else labels}
    return {"metadata": metadata, "spec": {"nodeName": node, "containers": containers, **spec}, "status": status}


def policy(namespace: str, name: str = "policy", **spec: Any) -> Json:
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"namespace": namespace, "name": name},
        "spec": {"podSelector": {}, **spec},
    }


PODS = (pod(CLIENT, "10.1.0.1"), pod(SERVER, "10.1.0.2"), pod(OTHER, "10.1.0.3", node="node-2"))
NAMESPACES = (namespace("apps", team="apps"), namespace("fraud", team="fraud"))


def network(*policies: Any, pods: tuple[Any, ...] = PODS, namespaces: tuple[Any, ...] = NAMESPACES) -> Network:
    return Network(namespaces, pods, policies)


def outcome(found: Network, source: Any, destination: Any, port: int = 8080, protocol: str = "TCP") -> str:
    return verdict(found, source, destination, port, protocol).outcome.value


def ingress(rule: Json | None, source: Any = CLIENT, port: int = 8080, protocol: str = "TCP", **more: Any) -> str:
    """The outcome at SERVER under one policy with this ingress rule, or with none."""
    return outcome(
        network(policy("fraud", ingress=[] if rule is None else [rule]), **more), source, SERVER, port, protocol
    )
