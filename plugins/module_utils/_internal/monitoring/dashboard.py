# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The Grafana dashboard of a tenant: its namespace, and nothing else."""

from __future__ import annotations

import hashlib
import json

from ..kube.types import KubeObject
from ..ownership.labels import tenant_labels
from ..seldon.components import SCHEDULER
from .options import DashboardOptions, MonitoringOptions, Thresholds
from .panels import Panel, Query, Row, laid_out
from .promql import (
    CAPACITY_BYTES,
    EVICTED_BYTES,
    EVICTIONS,
    LOADED_BYTES,
    LOADED_MODEL,
    MISSES,
    MODEL_SECONDS,
    MODEL_SECONDS_BUCKET,
    MODEL_TOTAL,
    OVERCOMMIT_BYTES,
    PIPELINE_SECONDS_BUCKET,
    PIPELINE_TOTAL,
    STATEFUL_SET_READY,
    STATEFUL_SET_WANTED,
    equals,
    error_percent,
    largest,
    mean_seconds,
    quota_percent,
    rate,
    select,
    summed,
)

NAME = "tenant-dashboard"
WINDOW = "$__rate_interval"
"""Grafana's own: at least four scrapes."""
_GRACE = "no requests"


def uid(tenant: str) -> str:
    """The same for one tenant, and another for any other; at most 40 characters, as Grafana demands."""
    return f"tenant-{hashlib.sha256(tenant.encode()).hexdigest()[:20]}"


def folder(tenant: str, options: DashboardOptions) -> str:
    """The title of the folder that the dashboard is in."""
    return options.folder or tenant


def dashboard_config_map(tenant: str, options: MonitoringOptions) -> KubeObject:
    """For Grafana's sidecar, which takes the folder from an annotation."""
    sidecar = options.dashboard
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {
            "name": NAME,
            "namespace": tenant,
            "labels": {**tenant_labels(tenant), sidecar.label: sidecar.label_value},
            "annotations": {sidecar.folder_annotation: folder(tenant, sidecar)},
        },
        # Grafana's sidecar keeps the files of all namespaces in one directory a folder.
        "data": {f"{tenant}.json": json.dumps(dashboard(tenant, options.thresholds), indent=1, sort_keys=True) + "\n"},
    }


def dashboard(tenant: str, thresholds: Thresholds) -> KubeObject:
    """Grafana's dashboard model."""
    datasource = {
        "name": "datasource",
        "type": "datasource",
        "label": "Data source",
        "query": "prometheus",
        "current": {},
        "hide": 0,
        "includeAll": False,
        "multi": False,
        "options": [],
        "refresh": 1,
        "regex": "",
    }
    return {
        "uid": uid(tenant),
        "title": f"Seldon: {tenant}",
        "description": f"Models, servers and quotas of the namespace {tenant}.",
        "tags": ["seldon", "tenant"],
        "editable": False,
        "graphTooltip": 1,
        "schemaVersion": 39,
        "timezone": "browser",
        "time": {"from": "now-3h", "to": "now"},
        "refresh": "1m",
        "templating": {"list": [datasource]},
        "panels": laid_out(
            [
                _state(tenant),
                _models(tenant, thresholds),
                _latency(tenant),
                _quota(tenant, thresholds),
                _servers(tenant),
                _pipelines(tenant, thresholds),
            ]
        ),
    }


def _state(tenant: str) -> Row:
    scheduler = equals("statefulset", SCHEDULER)
    others = f'statefulset!="{SCHEDULER}"'
    up = ((None, "red"), (1, "green"))
    lacking = ((None, "green"), (1, "red"))
    missing = (
        f"{summed(select(STATEFUL_SET_WANTED, tenant, others))} - {summed(select(STATEFUL_SET_READY, tenant, others))}"
    )
    return Row(
        "State",
        (
            Panel(
                "Scheduler", "Ready replicas of seldon-scheduler. Nothing is shown without kube-state-metrics.", "short",
                [Query(largest(select(STATEFUL_SET_READY, tenant, scheduler)), "ready")], "stat", "unknown", up,
            ),
            Panel(
                "Server replicas not ready", "Wanted less ready replicas of all Servers.", "short",
                [Query(missing, "not ready")], "stat", "unknown", lacking,
            ),
            Panel(
                "Loaded models", "Models that some server replica has loaded, each version counted.", "short",
                [Query(f"count(max by (model_internal) ({select(LOADED_MODEL, tenant)}) > 0)", "loaded")], "stat", "none",
            ),
            Panel(
                "Requests", "Requests to all models.", "reqps",
                [Query(summed(rate(MODEL_TOTAL, tenant, WINDOW)), "requests")], "stat", _GRACE,
            ),
        ),
        4,
    )  # fmt: skip


def _models(tenant: str, thresholds: Thresholds) -> Row:
    model = "{{model}}"
    return Row(
        "Models",
        (
            Panel("Requests", "Requests a second, by model.", "reqps", [Query(summed(rate(MODEL_TOTAL, tenant, WINDOW), "model"), model)], nothing=_GRACE),
            Panel(
                "Errors", "How many of 100 requests were answered with an error, by model.", "percent",
                [Query(error_percent(MODEL_TOTAL, tenant, WINDOW, "model"), model)],
                nothing=_GRACE, steps=((None, "green"), (float(thresholds.error_percent), "red")),
            ),
            Panel(
                "Mean duration", "Of a request, by model.", "s",
                [Query(mean_seconds(MODEL_SECONDS, MODEL_TOTAL, tenant, WINDOW, "model"), model)],
                nothing=_GRACE, steps=((None, "green"), (float(thresholds.latency_seconds), "red")),
            ),
        ),
        8,
    )  # fmt: skip


def _latency(tenant: str) -> Row:
    return Row(
        "Duration of requests",
        (
            Panel(
                "Servers", "Half, 95 and 99 of 100 requests to a Server took at most this long. Histograms are not kept by model.", "s",
                [Query(_quantile(MODEL_SECONDS_BUCKET, tenant, q), f"{{{{server}}}} {name}") for q, name in _QUANTILES], nothing=_GRACE,
            ),
            Panel(
                "Pipelines", "Half, 95 and 99 of 100 requests to pipelines took at most this long.", "s",
                [Query(_quantile(PIPELINE_SECONDS_BUCKET, tenant, q), f"{{{{server}}}} {name}") for q, name in _QUANTILES], nothing=_GRACE,
            ),
        ),
        8,
    )  # fmt: skip


_QUANTILES = (("0.5", "p50"), ("0.95", "p95"), ("0.99", "p99"))


def _quantile(bucket: str, tenant: str, quantile: str) -> str:
    return f"histogram_quantile({quantile}, {summed(rate(bucket, tenant, WINDOW), 'server', 'le')})"


def _quota(tenant: str, thresholds: Thresholds) -> Row:
    steps = (
        (None, "green"),
        (float(thresholds.quota_warning_percent), "orange"),
        (float(thresholds.quota_critical_percent), "red"),
    )
    query = [Query(quota_percent(tenant), "{{resourcequota}} {{resource}}")]
    return Row(
        "Quota",
        (
            Panel(
                "Use now",
                "Of what each quota allows. At 100 % new pods are refused.",
                "percent",
                query,
                "bargauge",
                "unknown",
                steps,
                100,
            ),
            Panel("Use", "Of what each quota allows.", "percent", query, nothing="unknown", steps=steps),
        ),
        8,
    )


def _servers(tenant: str) -> Row:
    def by_replica(metric: str) -> str:
        return summed(select(metric, tenant), "server", "server_replica")

    name = "{{server}}-{{server_replica}}"
    return Row(
        "Memory for models",
        (
            Panel(
                "Memory",
                "Memory of loaded and evicted models, and capacity without and with overcommit. The next request for an evicted model loads it again.",
                "bytes",
                [
                    Query(by_replica(LOADED_BYTES), f"{name} loaded"),
                    Query(by_replica(EVICTED_BYTES), f"{name} evicted"),
                    Query(by_replica(CAPACITY_BYTES), f"{name} capacity"),
                    Query(by_replica(OVERCOMMIT_BYTES), f"{name} with overcommit"),
                ],
            ),
            Panel(
                "Models evicted and loaded again", "A server replica that does both all the time has too little memory.", "cps",
                [
                    Query(summed(rate(EVICTIONS, tenant, WINDOW), "server", "server_replica"), f"{name} evicted"),
                    Query(summed(rate(MISSES, tenant, WINDOW), "server", "server_replica"), f"{name} loaded again"),
                ],
            ),
        ),
        8,
    )  # fmt: skip


def _pipelines(tenant: str, thresholds: Thresholds) -> Row:
    pipeline = "{{pipeline}}"
    return Row(
        "Pipelines",
        (
            Panel(
                "Requests", "Requests a second, by pipeline.", "reqps", [Query(summed(rate(PIPELINE_TOTAL, tenant, WINDOW), "pipeline"), pipeline)],
                nothing=_GRACE,
            ),
            Panel(
                "Errors", "How many of 100 requests were answered with an error, by pipeline.", "percent",
                [Query(error_percent(PIPELINE_TOTAL, tenant, WINDOW, "pipeline"), pipeline)],
                nothing=_GRACE, steps=((None, "green"), (float(thresholds.error_percent), "red")),
            ),
        ),
        8,
    )  # fmt: skip
