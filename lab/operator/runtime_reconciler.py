# SPDX-License-Identifier: GPL-3.0-or-later
"""Reconciles SeldonRuntime: the objects of a namespace's runtime. Errors go to the log, never to the status (facts
1.8).
"""

from __future__ import annotations

from typing import Any

from .clock import timestamp
from .cluster import Cluster, ReconcileError
from .conditions import Condition, ConditionSet, initialized, with_condition
from .resources import (
    DEPLOYMENT,
    RUNTIME,
    SELDON_CONFIG,
    SERVER,
    STATEFUL_SET,
    WATCHED_ON_READ,
)
from .runtime_objects import CONDITIONS, SCHEDULER, BrokenConfigError, active_components, wanted_objects

Json = dict[str, Any]

FINALIZER = "seldon.runtime.finalizer"
_CONDITIONS = ConditionSet(tuple(CONDITIONS.values()))


def reconcile(cluster: Cluster, namespace: str, name: str) -> None:
    runtime = cluster.store.get(RUNTIME, namespace, name)
    if runtime is None:
        return
    if "deletionTimestamp" in runtime["metadata"]:
        _finalize(cluster, runtime)
        return
    if not cluster.read(WATCHED_ON_READ):
        return  # their first list triggers this function again
    runtime = cluster.with_finalizer(RUNTIME, runtime, FINALIZER)
    if not runtime["spec"].get("seldonConfig"):
        raise ReconcileError("SeldonConfig not specified and is required")
    config = cluster.look_up(SELDON_CONFIG, runtime["spec"]["seldonConfig"])
    try:
        wanted = wanted_objects(runtime, config, cluster.settings.release)
    except BrokenConfigError as error:
        raise ReconcileError(str(error)) from error
    for resource, thing in wanted:
        cluster.apply(resource, thing)
    cluster.write_status(RUNTIME, runtime, _status(cluster, runtime, config))


def _finalize(cluster: Cluster, runtime: Json) -> None:
    namespace = runtime["metadata"]["namespace"]
    if FINALIZER not in (runtime["metadata"].get("finalizers") or []):
        return
    if cluster.store.all(SERVER, namespace):
        raise ReconcileError(f"Runtime is being deleted but servers still running in namespace {namespace}")
    cluster.without_finalizer(RUNTIME, runtime, FINALIZER)


def _status(cluster: Cluster, runtime: Json, config: Json) -> Json:
    """The status. A component is ready when readyReplicas >= status.replicas, and so also without any pod."""
    now, namespace = timestamp(), runtime["metadata"]["namespace"]
    status = initialized(runtime.get("status") or {}, _CONDITIONS, now)
    for component in active_components(runtime, config):
        name = component["name"]
        resource = STATEFUL_SET if name == SCHEDULER else DEPLOYMENT
        workload = (cluster.store.get(resource, namespace, name) or {}).get("status") or {}
        ready = int(workload.get("readyReplicas") or 0) >= int(workload.get("replicas") or 0)
        reason = f"{resource.kind} replicas {'matches' if ready else 'does not match'} desired replicas"
        status = with_condition(
            status,
            _CONDITIONS,
            Condition(CONDITIONS[name], "True" if ready else "False", reason),
            now,
        )
    return status
