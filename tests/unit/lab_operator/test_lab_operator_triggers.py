# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

from lab.operator.resources import (
    EXPERIMENT,
    MODEL,
    RUNTIME,
    SELDON_CONFIG,
    SERVER,
    SERVER_CONFIG,
    STATEFUL_SET,
    Resource,
)
from lab.operator.store import Store
from lab.operator.triggers import work_for


def _thing(name: str, namespace: str, **more: Any) -> dict[str, Any]:
    return {"metadata": {"name": name, "namespace": namespace, "uid": name, "resourceVersion": "1"}, "spec": {}, **more}


def _store(*things: tuple[Resource, dict[str, Any]]) -> Store:
    store = Store()
    for resource, thing in things:
        store.put(resource, thing)
    return store


def test_a_server_config_concerns_the_servers_that_name_it_in_any_namespace() -> None:
    store = _store(
        (SERVER, _thing("one", "a", spec={"serverConfig": "c"})),
        (SERVER, _thing("two", "b", spec={"serverConfig": "c"})),
        (SERVER, _thing("three", "b", spec={"serverConfig": "d"})),
        (SERVER, _thing("four", "b", spec={"serverConfig": "c", "disableAutoUpdate": True})),
    )
    assert work_for(store, SERVER_CONFIG, _thing("c", "elsewhere")) == [(SERVER, "a", "one"), (SERVER, "b", "two")]


def test_a_seldon_config_concerns_its_runtimes() -> None:
    store = _store((RUNTIME, _thing("seldon", "a", spec={"seldonConfig": "default"})))
    assert work_for(store, SELDON_CONFIG, _thing("default", "b")) == [(RUNTIME, "a", "seldon")]
    assert work_for(store, SELDON_CONFIG, _thing("other", "a")) == []


def test_a_workload_concerns_its_owner_and_what_the_scheduler_places() -> None:
    owner = {"kind": "Server", "name": "s", "controller": True}
    workload = _thing("s", "a")
    workload["metadata"]["ownerReferences"] = [owner]
    store = _store((MODEL, _thing("m", "a")), (MODEL, _thing("n", "b")), (EXPERIMENT, _thing("x", "a")))
    assert work_for(store, STATEFUL_SET, workload) == [(SERVER, "a", "s"), (MODEL, "a", "m"), (EXPERIMENT, "a", "x")]
    owner["controller"] = False
    assert work_for(store, STATEFUL_SET, workload) == []


def test_a_model_concerns_experiments_and_the_server_that_counts_it() -> None:
    model = _thing("m", "a", status={"selector": "server=s", "availableReplicas": 1})
    store = _store(
        (MODEL, model), (EXPERIMENT, _thing("x", "a")), (SERVER, _thing("s", "a", status={"loadedModels": 0}))
    )
    assert work_for(store, MODEL, model) == [(MODEL, "a", "m"), (EXPERIMENT, "a", "x"), (SERVER, "a", "s")]
    store.put(SERVER, _thing("s", "a", status={"loadedModels": 1}))
    assert work_for(store, MODEL, model) == [(MODEL, "a", "m"), (EXPERIMENT, "a", "x")]
