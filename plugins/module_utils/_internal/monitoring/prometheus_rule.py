# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The PrometheusRule of a tenant."""

from __future__ import annotations

from collections.abc import Iterable

from ..kube.types import KubeObject
from .alerts import Alert, alerts
from .monitors import GROUP, metadata
from .options import MonitoringOptions

NAME = "tenant-alerts"


def prometheus_rule(tenant: str, models: Iterable[str], options: MonitoringOptions) -> KubeObject:
    """``models``: the names of those that are meant to be served."""
    rules = [_rule(alert, tenant, options.runbook_url) for alert in alerts(tenant, models, options.thresholds)]
    return {
        "apiVersion": f"{GROUP}/v1",
        "kind": "PrometheusRule",
        "metadata": metadata(NAME, tenant, options),
        "spec": {"groups": [{"name": f"{tenant}.{NAME}", "rules": rules}]},
    }


def _rule(alert: Alert, tenant: str, runbooks: str) -> KubeObject:
    return {
        "alert": alert.name,
        "expr": alert.expression,
        "for": alert.lasting,
        # The namespace is stated, whatever the expression yields: alerts are routed by it.
        "labels": {**alert.labels, "severity": alert.severity, "namespace": tenant},
        "annotations": {
            "summary": alert.summary,
            "description": alert.description,
            "runbook_url": f"{runbooks}#{alert.name.lower()}",
        },
    }
