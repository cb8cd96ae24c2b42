# SPDX-License-Identifier: GPL-3.0-or-later
"""Which objects to reconcile when one was seen to change (facts 2.5, 2.6)."""

from __future__ import annotations

from typing import Any

from .ownership import controller_of
from .placement_state import loaded_models
from .resources import (
    DEPLOYMENT,
    EXPERIMENT,
    MODEL,
    PIPELINE,
    RUNTIME,
    SELDON_CONFIG,
    SERVER,
    SERVER_CONFIG,
    STATEFUL_SET,
    Resource,
)
from .store import Store

Json = dict[str, Any]
Work = tuple[Resource, str, str]  # kind, namespace, name

CONTROLLED = (RUNTIME, SERVER, MODEL, EXPERIMENT, PIPELINE)


def work_for(store: Store, resource: Resource, thing: Json) -> list[Work]:
    """The objects to reconcile after a change of this object, or its deletion. The store already has the change."""
    namespace, name = thing["metadata"].get("namespace", ""), thing["metadata"]["name"]
    if resource == SERVER_CONFIG:
        return _users(store, SERVER, "serverConfig", name)
    if resource == SELDON_CONFIG:
        return _users(store, RUNTIME, "seldonConfig", name)
    work: list[Work] = [(resource, namespace, name)] if resource in CONTROLLED else []
    if resource == MODEL:
        work += _all(store, (EXPERIMENT, PIPELINE), namespace) + _miscounted(store, namespace)
    elif resource == PIPELINE:
        work += _all(store, (EXPERIMENT,), namespace)
    for owner in (SERVER, RUNTIME):
        owner_name = controller_of(thing, owner)
        if owner_name:
            work.append((owner, namespace, owner_name))
            if resource in (STATEFUL_SET, DEPLOYMENT):
                # The scheduler notices new connections, and notifies the operator.
                work += _all(store, (MODEL, EXPERIMENT, PIPELINE), namespace)
    return work


def _users(store: Store, resource: Resource, field: str, name: str) -> list[Work]:
    """Objects in any namespace that name the config: the config's own namespace makes no difference."""
    return [
        (resource, thing["metadata"]["namespace"], thing["metadata"]["name"])
        for thing in store.all(resource)
        if thing["spec"].get(field) == name and not thing["spec"].get("disableAutoUpdate")
    ]


def _all(store: Store, resources: tuple[Resource, ...], namespace: str) -> list[Work]:
    return [
        (resource, namespace, thing["metadata"]["name"])
        for resource in resources
        for thing in store.all(resource, namespace)
    ]


def _miscounted(store: Store, namespace: str) -> list[Work]:
    """Servers whose status does not count the models that are placed on them."""
    return [
        (SERVER, namespace, server["metadata"]["name"])
        for server in store.all(SERVER, namespace)
        if (server.get("status") or {}).get("loadedModels", 0)
        != loaded_models(store, namespace, server["metadata"]["name"])
    ]
