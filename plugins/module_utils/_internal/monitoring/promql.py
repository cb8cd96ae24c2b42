# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""PromQL selectors that can see one namespace only, and the names of the metrics that they are made of."""

from __future__ import annotations

# Seldon's agents and pipeline gateways.
MODEL_SECONDS_BUCKET = "seldon_model_infer_api_seconds_bucket"
MODEL_TOTAL = "seldon_model_infer_total"
MODEL_SECONDS = "seldon_model_infer_seconds_total"
PIPELINE_SECONDS_BUCKET = "seldon_pipeline_infer_api_seconds_bucket"
PIPELINE_TOTAL = "seldon_pipeline_infer_total"
PIPELINE_SECONDS = "seldon_pipeline_infer_seconds_total"
LOADED_MODEL = "seldon_loaded_model_gauge"
LOADED_BYTES = "seldon_loaded_model_memory_bytes_gauge"
EVICTED_BYTES = "seldon_evicted_model_memory_bytes_gauge"
CAPACITY_BYTES = "seldon_server_replica_memory_capacity_bytes_gauge"
OVERCOMMIT_BYTES = "seldon_server_replica_memory_capacity_overcommit_bytes_gauge"
EVICTIONS = "seldon_cache_evict_count"
MISSES = "seldon_cache_miss_count"

# kube-state-metrics, with its default settings.
QUOTA = "kube_resourcequota"
STATEFUL_SET_READY = "kube_statefulset_status_replicas_ready"
STATEFUL_SET_WANTED = "kube_statefulset_replicas"
NAMESPACE_PHASE = "kube_namespace_status_phase"

FAILED = 'code!~"2..|OK"'
"""Of a request: HTTP codes are numbers, gRPC codes are names."""


def select(metric: str, namespace: str, *matchers: str) -> str:
    """An instant vector of this namespace and no other; ``matchers`` as PromQL writes them."""
    return metric + "{" + ",".join((f"namespace={quoted(namespace)}", *matchers)) + "}"


def equals(label: str, value: str) -> str:
    """A matcher."""
    return f"{label}={quoted(value)}"


def quoted(text: str) -> str:
    """A PromQL string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def model_version(model: str) -> str:
    """A matcher for what an agent calls any version of a model: the Model's name, an underscore, and a number."""
    # Of what the name of an object may hold, only the dot means something in a regular expression.
    return f'model_internal=~"{model.replace(".", "[.]")}_[0-9]+"'


def rate(metric: str, namespace: str, window: str, *matchers: str) -> str:
    """Per second."""
    return f"rate({select(metric, namespace, *matchers)}[{window}])"


def summed(expression: str, *labels: str) -> str:
    """The sum, kept apart by ``namespace`` and ``labels``."""
    return f"sum by ({', '.join(('namespace', *labels))}) ({expression})"


def largest(expression: str, *labels: str) -> str:
    """The maximum, kept apart by ``namespace`` and ``labels``: more than one exporter may tell the same."""
    return f"max by ({', '.join(('namespace', *labels))}) ({expression})"


def error_percent(total: str, namespace: str, window: str, label: str) -> str:
    """How many of 100 requests failed, by ``label`` (model or pipeline); nothing where there are no requests."""
    failed = summed(rate(total, namespace, window, FAILED), label)
    everything = summed(rate(total, namespace, window), label)
    # Where none failed yet there is no series of failures.
    return f"100 * ({failed} or {everything} * 0) / ({everything} > 0)"


def mean_seconds(seconds: str, total: str, namespace: str, window: str, label: str) -> str:
    """The mean duration of a request, by ``label``; nothing where there are no requests."""
    return f"{summed(rate(seconds, namespace, window), label)} / ({summed(rate(total, namespace, window), label)} > 0)"


def quota_percent(namespace: str) -> str:
    """Use of each key of each quota; nothing for a key of which nothing is allowed."""
    labels = ("resourcequota", "resource")
    used = largest(select(QUOTA, namespace, equals("type", "used")), *labels)
    hard = largest(select(QUOTA, namespace, equals("type", "hard")), *labels)
    return f"100 * {used} / ({hard} > 0)"
