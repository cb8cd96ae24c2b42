# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The alerts of a tenant: what is wrong, from which metrics, for how long."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ..seldon.components import SCHEDULER
from .options import Thresholds
from .promql import (
    CAPACITY_BYTES,
    LOADED_MODEL,
    MODEL_SECONDS,
    MODEL_TOTAL,
    NAMESPACE_PHASE,
    PIPELINE_SECONDS,
    PIPELINE_TOTAL,
    QUOTA,
    STATEFUL_SET_READY,
    STATEFUL_SET_WANTED,
    equals,
    error_percent,
    largest,
    mean_seconds,
    model_version,
    quota_percent,
    select,
)

WINDOW = "5m"
_OTHERS = f'statefulset!="{SCHEDULER}"'


@dataclass(frozen=True)
class Alert:
    """``lasting``: how long the expression has to hold. ``labels`` come on top of the severity and the namespace.

    Texts are Prometheus' templates; they contain nothing of the team's except names of objects.
    """

    name: str
    severity: str
    expression: str
    lasting: str
    summary: str
    description: str
    labels: Mapping[str, str] = field(default_factory=dict)


def alerts(tenant: str, models: Iterable[str], thresholds: Thresholds) -> list[Alert]:
    """``models``: the names of those that are meant to be served."""
    return [
        _scheduler_down(tenant),
        _replicas_not_ready(tenant),
        *(_model_not_ready(tenant, model) for model in sorted(set(models))),
        *_inference(tenant, "model", MODEL_TOTAL, MODEL_SECONDS, thresholds),
        *_inference(tenant, "pipeline", PIPELINE_TOTAL, PIPELINE_SECONDS, thresholds),
        *_quota(tenant, thresholds),
        *_metrics_missing(tenant),
    ]


def _scheduler_down(tenant: str) -> Alert:
    ready = select(STATEFUL_SET_READY, tenant, equals("statefulset", SCHEDULER))
    # An absent metric of the StatefulSet means that it is gone only where the namespace has metrics.
    gone = f"{largest(f'absent({ready})')} and on (namespace) {_namespace_is_known(tenant)}"
    return Alert(
        "SeldonSchedulerDown",
        "critical",
        f"{largest(ready)} == 0 or ({gone})",
        "5m",
        f"The scheduler of {tenant} is down",
        "No replica of the StatefulSet seldon-scheduler is ready. Loaded models are still served; no model is loaded, moved or updated.",
    )


def _replicas_not_ready(tenant: str) -> Alert:
    ready = largest(select(STATEFUL_SET_READY, tenant, _OTHERS), "statefulset")
    wanted = largest(select(STATEFUL_SET_WANTED, tenant, _OTHERS), "statefulset")
    return Alert(
        "SeldonServerReplicasNotReady",
        "warning",
        f"{wanted} - {ready} > 0",
        "15m",
        f"{{{{ $labels.statefulset }}}} in {tenant} lacks {{{{ $value }}}} ready replicas",
        "Pods of this StatefulSet, which is a Server's, have not been ready for 15 minutes. Models that need them are not served, or by fewer replicas.",
    )


def _model_not_ready(tenant: str, model: str) -> Alert:
    return Alert(
        "SeldonModelNotReady",
        "critical",
        f"absent({select(LOADED_MODEL, tenant, model_version(model))} > 0)",
        "10m",
        f"Model {model} in {tenant} is loaded nowhere",
        "No server replica that is scraped has had a version of this model loaded for 10 minutes.",
        {"model": model},
    )


def _inference(tenant: str, subject: str, total: str, seconds: str, thresholds: Thresholds) -> list[Alert]:
    title = subject.capitalize()
    name = f"{title} {{{{ $labels.{subject} }}}} in {tenant}"
    return [
        Alert(
            f"Seldon{title}Errors",
            "warning",
            f"{error_percent(total, tenant, WINDOW, subject)} > {thresholds.error_percent}",
            "5m",
            f"{name} fails {{{{ $value | humanize }}}} % of its requests",
            f"More than {thresholds.error_percent} % of the requests of the last 5 minutes were answered with an error.",
        ),
        Alert(
            f"Seldon{title}Slow",
            "warning",
            f"{mean_seconds(seconds, total, tenant, WINDOW, subject)} > {thresholds.latency_seconds}",
            "10m",
            f"{name} takes {{{{ $value | humanizeDuration }}}} on average",
            f"The mean duration of a request has been above {thresholds.latency_seconds} s for 10 minutes.",
        ),
    ]


def _quota(tenant: str, thresholds: Thresholds) -> list[Alert]:
    used = quota_percent(tenant)
    text = (
        "{{ $labels.resource }} of {{ $labels.resourcequota }} in " + tenant + " is used to {{ $value | humanize }} %"
    )
    return [
        Alert(
            "TenantQuotaAlmostUsed",
            "warning",
            # Not both of them at once.
            f"{used} > {thresholds.quota_warning_percent} <= {thresholds.quota_critical_percent}",
            "15m",
            text,
            "New pods are refused once it is used up, also those of a rolling update.",
        ),
        Alert(
            "TenantQuotaUsed",
            "critical",
            f"{used} > {thresholds.quota_critical_percent}",
            "5m",
            text,
            "New pods are refused, or will be with the next change: also those that replace a pod that was lost.",
        ),
    ]


def _metrics_missing(tenant: str) -> list[Alert]:
    serving = f"{largest(select(STATEFUL_SET_READY, tenant, _OTHERS))} > 0"
    agents = select(CAPACITY_BYTES, tenant)
    return [
        Alert(
            "TenantMetricsMissing",
            "warning",
            f"absent({select(QUOTA, tenant)})",
            "15m",
            f"The quotas of {tenant} have no metrics",
            "kube-state-metrics is not scraped, or not with honorLabels: true. The alerts about quotas, replicas and the scheduler cannot fire.",
            {"source": "kube-state-metrics"},
        ),
        Alert(
            "TenantMetricsMissing",
            "warning",
            f"absent({agents}) and on (namespace) ({serving})",
            "15m",
            f"The servers of {tenant} are ready but not scraped",
            "No agent has been scraped for 15 minutes. The alerts about requests cannot fire, and every model counts as not loaded.",
            {"source": "seldon-agent"},
        ),
    ]


def _namespace_is_known(tenant: str) -> str:
    return f"{largest(select(NAMESPACE_PHASE, tenant, equals('phase', 'Active')))} == 1"
