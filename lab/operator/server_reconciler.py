# SPDX-License-Identifier: GPL-3.0-or-later
"""Reconciles Server: its ServerConfig, its workload, the scheduler, its status (facts 2.2)."""

from __future__ import annotations

from typing import Any

from . import server_objects
from .api import ApiError
from .clock import timestamp
from .cluster import Cluster, ReconcileError, TerminalError
from .conditions import Condition, ConditionSet, initialized, with_condition
from .ownership import controller_of
from .placement_state import loaded_models
from .resources import SERVER, SERVER_CONFIG, SERVICE, STATEFUL_SET

Json = dict[str, Any]


def reconcile(cluster: Cluster, namespace: str, name: str) -> None:
    server = cluster.store.get(SERVER, namespace, name)
    if server is None or "deletionTimestamp" in server["metadata"]:
        return
    try:
        workload = _workload(cluster, server)
    except (ReconcileError, ApiError) as error:
        _write_status(cluster, server, Condition(cluster.settings.release.server_condition, "False", str(error)), None)
        raise
    _write_status(cluster, server, _verdict(cluster, workload), workload)


def _workload(cluster: Cluster, server: Json) -> Json:
    """Updates the Server's StatefulSet and Services in the release's order; returns the StatefulSet."""
    release, namespace = cluster.settings.release, server["metadata"]["namespace"]
    if release.validates_scaling:
        error = server_objects.scaling(server["spec"]).error
        if error:
            raise TerminalError(error)
    if not release.workload_before_scheduler:
        _notify(cluster, namespace)
    config = _config(cluster, server)
    for service in server_objects.services(server):
        cluster.apply(SERVICE, service)
    _drop_services(cluster, server)
    workload = cluster.apply(STATEFUL_SET, server_objects.stateful_set(server, config))
    if release.workload_before_scheduler:
        _notify(cluster, namespace)
    return workload


def _config(cluster: Cluster, server: Json) -> Json:
    name = server["spec"].get("serverConfig")
    if not name:
        raise ReconcileError("ServerType not specified and is required")
    try:
        return cluster.look_up(SERVER_CONFIG, name)
    except ReconcileError as error:
        raise ReconcileError(f"{cluster.settings.release.config_error_prefix}{error}") from error


def _notify(cluster: Cluster, namespace: str) -> None:
    if not cluster.scheduler_answers(namespace):
        raise ReconcileError(cluster.settings.release.unreachable(namespace))


def _drop_services(cluster: Cluster, server: Json) -> None:
    """Deletes the Services of replicas that are no longer wanted."""
    namespace, name = server["metadata"]["namespace"], server["metadata"]["name"]
    wanted = {service["metadata"]["name"] for service in server_objects.services(server)}
    for service in cluster.store.all(SERVICE, namespace):
        if controller_of(service, SERVER) == name and service["metadata"]["name"] not in wanted:
            cluster.delete(SERVICE, service)


def _verdict(cluster: Cluster, workload: Json) -> Condition:
    kind = cluster.settings.release.server_condition
    wanted = workload["spec"].get("replicas")
    if wanted is None:
        return Condition(kind, "False", "[BUG] StatefulSet replicas is nil")
    if int((workload.get("status") or {}).get("readyReplicas") or 0) >= wanted:
        return Condition(kind, "True", "StatefulSet replicas matches desired replicas")
    return Condition(kind, "False", "StatefulSet replicas does not match desired replicas")


def _write_status(cluster: Cluster, server: Json, condition: Condition, workload: Json | None) -> None:
    """Writes the status. After an error (without workload) the numbers stay unchanged."""
    metadata, now = server["metadata"], timestamp()
    known = ConditionSet((cluster.settings.release.server_condition,))
    old = server.get("status") or {}
    status = with_condition(initialized(old, known, now), known, condition, now)
    status = {"loadedModels": 0, "replicas": 0, "selector": "", **status}
    if workload is not None:
        status["replicas"] = int((workload.get("status") or {}).get("replicas") or 0)
        status["selector"] = server_objects.selector(metadata["name"])
        status["loadedModels"] = loaded_models(cluster.store, metadata["namespace"], metadata["name"])
    cluster.write_status(SERVER, server, status)
