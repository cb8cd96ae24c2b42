# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds that the worlds' clusters serve, as discovery documents. They are input, so they are not imported from the
product.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, NamedTuple


class Kind(NamedTuple):
    group: str
    version: str
    plural: str
    kind: str
    namespaced: bool

    @property
    def api_version(self) -> str:
        return f"{self.group}/{self.version}" if self.group else self.version


_NAMESPACED = {
    ("", "v1"): {
        "configmaps": "ConfigMap",
        "endpoints": "Endpoints",
        "events": "Event",
        "limitranges": "LimitRange",
        "persistentvolumeclaims": "PersistentVolumeClaim",
        "pods": "Pod",
        "replicationcontrollers": "ReplicationController",
        "resourcequotas": "ResourceQuota",
        "secrets": "Secret",
        "serviceaccounts": "ServiceAccount",
        "services": "Service",
    },
    ("apps", "v1"): {
        "daemonsets": "DaemonSet",
        "deployments": "Deployment",
        "replicasets": "ReplicaSet",
        "statefulsets": "StatefulSet",
    },
    ("autoscaling", "v2"): {"horizontalpodautoscalers": "HorizontalPodAutoscaler"},
    ("batch", "v1"): {"cronjobs": "CronJob", "jobs": "Job"},
    ("discovery.k8s.io", "v1"): {"endpointslices": "EndpointSlice"},
    ("mlops.seldon.io", "v1alpha1"): {
        "experiments": "Experiment",
        "models": "Model",
        "pipelines": "Pipeline",
        "seldonconfigs": "SeldonConfig",
        "seldonruntimes": "SeldonRuntime",
        "serverconfigs": "ServerConfig",
        "servers": "Server",
    },
    ("monitoring.coreos.com", "v1"): {
        "podmonitors": "PodMonitor",
        "prometheusrules": "PrometheusRule",
        "servicemonitors": "ServiceMonitor",
    },
    ("monitoring.coreos.com", "v1alpha1"): {"alertmanagerconfigs": "AlertmanagerConfig"},
    ("networking.istio.io", "v1"): {"virtualservices": "VirtualService"},
    ("networking.k8s.io", "v1"): {"ingresses": "Ingress", "networkpolicies": "NetworkPolicy"},
    ("policy", "v1"): {"poddisruptionbudgets": "PodDisruptionBudget"},
    ("rbac.authorization.k8s.io", "v1"): {"rolebindings": "RoleBinding", "roles": "Role"},
}
_CLUSTER = {
    ("", "v1"): {"namespaces": "Namespace", "nodes": "Node", "persistentvolumes": "PersistentVolume"},
    ("rbac.authorization.k8s.io", "v1"): {"clusterrolebindings": "ClusterRoleBinding", "clusterroles": "ClusterRole"},
    ("storage.k8s.io", "v1"): {"storageclasses": "StorageClass"},
}
KINDS = tuple(
    Kind(group, version, plural, kind, namespaced)
    for table, namespaced in ((_NAMESPACED, True), (_CLUSTER, False))
    for (group, version), kinds in table.items()
    for plural, kind in kinds.items()
)


def discovery(core: bool, unserved: Collection[str]) -> dict[str, Any]:
    """The document of /api (``core``) or /apis."""
    groups: dict[str, dict[str, list[Kind]]] = {}
    for kind in KINDS:
        if (kind.group == "") is core and kind.group not in unserved:
            groups.setdefault(kind.group, {}).setdefault(kind.version, []).append(kind)
    items = [
        {"metadata": {"name": name} if name else {}, "versions": list(_versions(versions))}
        for name, versions in groups.items()
    ]
    return {"kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "items": items}


def _versions(versions: dict[str, list[Kind]]) -> Iterator[dict[str, Any]]:
    for version, kinds in versions.items():
        resources = [
            {
                "resource": kind.plural,
                "responseKind": {"kind": kind.kind},
                "scope": "Namespaced" if kind.namespaced else "Cluster",
            }
            for kind in kinds
        ]
        yield {"version": version, "resources": resources}
