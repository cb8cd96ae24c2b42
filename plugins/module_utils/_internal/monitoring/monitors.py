# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What Prometheus scrapes of a tenant. Services of a SeldonRuntime have no port for metrics but Envoy's, so the rest
are PodMonitors.
"""

from __future__ import annotations

from ..kube.types import KubeObject
from ..ownership.labels import tenant_labels
from ..seldon.component import Monitor
from ..seldon.components import NAME_LABEL, SERVER_PODS, TABLE
from .options import MonitoringOptions

GROUP = "monitoring.coreos.com"

_MONITORED = [
    (pods.name, port.monitor) for pods in (SERVER_PODS, *TABLE) for port in pods.ports if port.monitor is not None
]


def monitors(tenant: str, options: MonitoringOptions) -> list[KubeObject]:
    """A PodMonitor for each metrics port that pods name, then a ServiceMonitor for each of the others."""
    of_pods = [
        _monitor("PodMonitor", "podMetricsEndpoints", component, monitor, tenant, options)
        for component, monitor in _MONITORED
        if not monitor.of_service
    ]
    of_services = [
        _monitor("ServiceMonitor", "endpoints", component, monitor, tenant, options)
        for component, monitor in _MONITORED
        if monitor.of_service
    ]
    return [*of_pods, *of_services]


def _monitor(
    kind: str, field: str, component: str, monitor: Monitor, tenant: str, options: MonitoringOptions
) -> KubeObject:
    return {
        "apiVersion": f"{GROUP}/v1",
        "kind": kind,
        "metadata": metadata(f"tenant-{monitor.name}", tenant, options),
        "spec": {
            "namespaceSelector": {"matchNames": [tenant]},
            "selector": {"matchLabels": {NAME_LABEL: component}},
            "sampleLimit": options.sample_limit,
            field: [_endpoint(monitor.port, monitor.path, options)],
        },
    }


def _endpoint(port: str, path: str, options: MonitoringOptions) -> KubeObject:
    # A target must not be able to say that its samples are of another namespace.
    return {"port": port, "path": path, "interval": options.interval, "honorLabels": False}


def metadata(name: str, tenant: str, options: MonitoringOptions) -> KubeObject:
    """Metadata by which a Prometheus finds the object."""
    return {"name": name, "namespace": tenant, "labels": {**options.labels, **tenant_labels(tenant)}}
