# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the platform team may decide about one tenant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ...monitoring.options import MonitoringOptions
from ...quota.container_limits import ContainerLimits
from ...seldon.charts import PLATFORM_NAMESPACE
from ..readme.options import ReadmeOptions
from .access import Access, TeamServiceAccount
from .network import NetworkOptions

SPECIFICATION_QUOTA: Mapping[str, str] = {
    "requests.cpu": "20",
    "requests.memory": "40Gi",
    "limits.cpu": "40",
    "limits.memory": "80Gi",
    "persistentvolumeclaims": "10",
    "services.loadbalancers": "2",
}


@dataclass(frozen=True)
class PodSecurity:
    """Pod Security levels of the namespace, all judged by the rules of the same Kubernetes release (``v1.34``).

    ``restrict_seldon``: what the platform offers is given what level restricted asks for.
    """

    enforce: str = "baseline"
    audit: str = "restricted"
    warn: str = "restricted"
    version: str = "v1.34"
    restrict_seldon: bool = False


@dataclass(frozen=True)
class RuntimeOptions:
    """``pipelines``: auto (as soon as there is a Pipeline), always, never. ``service_type`` is that of the inference
    entry, ``seldon-mesh``.

    ``overrides`` are entries of SeldonRuntime.spec.overrides by component; ``config`` is SeldonRuntime.spec.config;
    ``rclone_secrets`` name Secrets of the tenant's namespace.
    """

    pipelines: str = "auto"
    service_type: str = "ClusterIP"
    tracing: bool = False
    overrides: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    config: Mapping[str, Any] = field(default_factory=dict)
    rclone_secrets: tuple[str, ...] = ()


@dataclass(frozen=True)
class OperatorOptions:
    """``resources`` is laid over the resources of the central operator's container: requests and limits by resource
    name.
    """

    resources: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class TenantOptions:
    """One tenant of strategy ``dedicated``. ``adopt`` allows guard-rails in a namespace that somebody else made."""

    name: str
    platform_namespace: str = PLATFORM_NAMESPACE
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    adopt: bool = False
    pod_security: PodSecurity = PodSecurity()
    quota: Mapping[str, str] = field(default_factory=lambda: dict(SPECIFICATION_QUOTA))
    limit_range: ContainerLimits = field(default_factory=ContainerLimits)
    access: Access = Access()
    service_accounts: tuple[TeamServiceAccount, ...] = ()
    runtime: RuntimeOptions = field(default_factory=RuntimeOptions)
    operator: OperatorOptions = field(default_factory=OperatorOptions)
    monitoring: MonitoringOptions = field(default_factory=MonitoringOptions)
    readme: ReadmeOptions = ReadmeOptions()
    network: NetworkOptions = NetworkOptions()
