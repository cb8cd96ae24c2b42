# SPDX-License-Identifier: GPL-3.0-or-later
"""Every query of a tenant's monitoring, and the metrics that queries may use."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.monitoring.alerts import alerts
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.monitoring.dashboard import dashboard
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.monitoring.options import (
    MonitoringOptions,
    Thresholds,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.options.tenant_options import (
    OptionsError,
    parse_options,
)

SELDON = {
    "seldon_model_infer_api_seconds_bucket",
    "seldon_model_infer_total",
    "seldon_model_infer_seconds_total",
    "seldon_model_aggregate_infer_total",
    "seldon_model_aggregate_infer_seconds_total",
    "seldon_cache_evict_count",
    "seldon_cache_miss_count",
    "seldon_load_model_counter",
    "seldon_unload_model_counter",
    "seldon_loaded_model_gauge",
    "seldon_loaded_model_memory_bytes_gauge",
    "seldon_evicted_model_memory_bytes_gauge",
    "seldon_server_replica_memory_capacity_bytes_gauge",
    "seldon_server_replica_memory_capacity_overcommit_bytes_gauge",
    "seldon_pipeline_infer_api_seconds_bucket",
    "seldon_pipeline_infer_total",
    "seldon_pipeline_infer_seconds_total",
    "seldon_pipeline_aggregate_infer_total",
    "seldon_pipeline_aggregate_infer_seconds_total",
}
KUBE_STATE_METRICS = {
    "kube_resourcequota",
    "kube_statefulset_status_replicas_ready",
    "kube_statefulset_replicas",
    "kube_namespace_status_phase",
}
FUNCTIONS = {"absent", "count", "histogram_quantile", "max", "rate", "sum"}
WORDS = {"and", "by", "on", "or"}


def queries(tenant: str, *models: str) -> list[str]:
    """The expressions of all alerts, and of all panels of the dashboard."""
    found = [alert.expression for alert in alerts(tenant, models, Thresholds())]
    panels = dashboard(tenant, Thresholds())["panels"]
    return found + [target["expr"] for panel in panels for target in panel.get("targets", [])]


def names(query: str) -> set[str]:
    """All possible metric names in a query: without strings, labels, durations, functions and keywords."""
    bare = re.sub(r'"(?:[^"\\]|\\.)*"', "", query)
    bare = re.sub(r"\{[^}]*\}|\[[^\]]*\]|\b(?:by|on) \([^)]*\)", "", bare)
    return set(re.findall(r"[A-Za-z_:][A-Za-z0-9_:]*", bare)) - FUNCTIONS - WORDS


def monitoring(value: Any) -> MonitoringOptions:
    """Parsed options."""
    return parse_options({"name": "t", "monitoring": value}).monitoring


def refused(value: Any) -> str:
    """The message of options that are refused."""
    try:
        monitoring(value)
    except OptionsError as error:
        return str(error)
    raise AssertionError(f"not refused: {json.dumps(value, default=str)}")


def secret(name: str = "alerting", key: str = "url") -> Mapping[str, str]:
    return {"name": name, "key": key}
