# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What Prometheus scrapes of a tenant. Services of a SeldonRuntime have no port for metrics but Envoy's, so the rest are PodMonitors."""

from __future__ import annotations

from ..kube.types import KubeObject
from ..tenant.labels import tenant_labels
from .options import MonitoringOptions

GROUP = "monitoring.coreos.com"
_COMPONENT = "app.kubernetes.io/name"
_PODS = (
    ("agent", "seldon-server", "metrics"),
    ("server", "seldon-server", "server-metrics"),
    ("pipelinegateway", "seldon-pipelinegateway", "metrics"),
)
"""Name, component, and the name of the container's port."""


def monitors(tenant: str, options: MonitoringOptions) -> list[KubeObject]:
    """PodMonitors for agents, inference servers and pipeline gateways, and a ServiceMonitor for Envoy."""
    found = [
        _monitor(
            "PodMonitor",
            name,
            tenant,
            options,
            component,
            {"podMetricsEndpoints": [_endpoint(port, "/metrics", options)]},
        )
        for name, component, port in _PODS
    ]
    envoy = {"endpoints": [_endpoint("stats", "/stats/prometheus", options)]}
    return [*found, _monitor("ServiceMonitor", "envoy", tenant, options, "seldon-envoy", envoy)]


def _monitor(
    kind: str, name: str, tenant: str, options: MonitoringOptions, component: str, endpoints: KubeObject
) -> KubeObject:
    return {
        "apiVersion": f"{GROUP}/v1",
        "kind": kind,
        "metadata": metadata(f"tenant-{name}", tenant, options),
        "spec": {
            "namespaceSelector": {"matchNames": [tenant]},
            "selector": {"matchLabels": {_COMPONENT: component}},
            "sampleLimit": options.sample_limit,
            **endpoints,
        },
    }


def _endpoint(port: str, path: str, options: MonitoringOptions) -> KubeObject:
    # A target must not be able to say that its samples are of another namespace.
    return {"port": port, "path": path, "interval": options.interval, "honorLabels": False}


def metadata(name: str, tenant: str, options: MonitoringOptions) -> KubeObject:
    """Metadata by which a Prometheus finds the object."""
    return {"name": name, "namespace": tenant, "labels": {**options.labels, **tenant_labels(tenant)}}
