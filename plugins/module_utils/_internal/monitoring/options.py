# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the platform team may decide about the monitoring of one tenant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

RUNBOOKS = "https://github.com/ml-platform/seldon/blob/main/docs/alerts.md"


@dataclass(frozen=True)
class SecretKey:
    """A key of a Secret in the tenant's namespace."""

    name: str
    key: str


@dataclass(frozen=True)
class Receiver:
    """Where alerts go: ``type`` is slack, webhook, pagerduty or email. ``secret`` refers to the Secret with its
    credentials; their values are never here.
    """

    type: str
    secret: SecretKey | None = None
    channel: str = ""
    to: str = ""
    sender: str = ""
    smarthost: str = ""
    username: str = ""


@dataclass(frozen=True)
class Thresholds:
    """Texts of numbers, as PromQL takes them. Percentages are of 100."""

    error_percent: str = "5"
    latency_seconds: str = "1"
    quota_warning_percent: str = "80"
    quota_critical_percent: str = "95"


@dataclass(frozen=True)
class DashboardOptions:
    """How Grafana's sidecar finds a dashboard and its folder. ``folder`` empty: the tenant's name."""

    label: str = "grafana_dashboard"
    label_value: str = "1"
    folder_annotation: str = "grafana_folder"
    folder: str = ""


@dataclass(frozen=True)
class MonitoringOptions:
    """``labels`` are those by which a Prometheus selects monitors and rules; ``directory`` is where the objects are
    written as a file.
    """

    enabled: bool = True
    labels: Mapping[str, str] = field(default_factory=dict)
    interval: str = "15s"
    sample_limit: int = 10000
    thresholds: Thresholds = Thresholds()
    receivers: tuple[Receiver, ...] = ()
    dashboard: DashboardOptions = DashboardOptions()
    runbook_url: str = RUNBOOKS
    directory: str = ""
