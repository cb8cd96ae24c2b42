# SPDX-License-Identifier: GPL-3.0-or-later
"""The state that placement needs, read from the store: connected Servers, and the Servers of Models."""

from __future__ import annotations

from typing import Any

from . import conditions
from .capabilities import capabilities
from .ownership import controller_of
from .placement import Host
from .resources import MODEL, PIPELINE, SERVER, STATEFUL_SET
from .store import Store

Json = dict[str, Any]

MODEL_READY = "ModelReady"


def hosts(store: Store, namespace: str) -> list[Host]:
    """Servers of a namespace with the capabilities of their running pods."""
    found = []
    for workload in store.all(STATEFUL_SET, namespace):
        name = controller_of(workload, SERVER)
        if name:
            ready = int((workload.get("status") or {}).get("readyReplicas") or 0)
            found.append(Host(name, ready, capabilities(workload["spec"]["template"]["spec"])))
    return found


def selector(server: str) -> str:
    """status.selector of a Model on a Server."""
    return f"server={server}"


def loaded_models(store: Store, namespace: str, server: str) -> int:
    """Model replicas that a Server holds."""
    return sum(
        int(model["status"].get("availableReplicas") or 0)
        for model in store.all(MODEL, namespace)
        if (model.get("status") or {}).get("selector") == selector(server)
    )


def ready_names(store: Store, namespace: str, resource_type: str) -> frozenset[str]:
    """Names of the Models, or Pipelines, that can serve."""
    resource, condition = (PIPELINE, conditions.READY) if resource_type == "pipeline" else (MODEL, MODEL_READY)
    return frozenset(
        thing["metadata"]["name"]
        for thing in store.all(resource, namespace)
        if "deletionTimestamp" not in thing["metadata"] and conditions.is_true(thing.get("status") or {}, condition)
    )
