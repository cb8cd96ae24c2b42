# SPDX-License-Identifier: GPL-3.0-or-later
"""Which finalizers nobody else can remove from the objects of a namespace that is being deleted."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.diagnosis.render import as_line
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.resource import Resource
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.resources import (
    EXPERIMENT,
    MODEL,
    PIPELINE,
    SELDON_RUNTIME,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.seldon.finalizers import FINALIZERS
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_drain.decide import (
    obstacles,
    releases,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_drain.snapshot import Snapshot

NOW = "2026-12-01T00:00:00Z"
FOREIGN = "example.com/hold"
SCHEDULER = {"metadata": {"name": "seldon-scheduler-0"}}
KINDS = tuple(FINALIZERS)


def held(resource: Resource, *, deleted: bool = True, finalizers: list[str] | None = None) -> dict[str, Any]:
    metadata: dict[str, Any] = {
        "name": "a",
        "uid": "u1",
        "finalizers": [FINALIZERS[resource]] if finalizers is None else finalizers,
    }
    return {"metadata": {**metadata, **({"deletionTimestamp": NOW} if deleted else {})}}


def snapshot(*kinds: Resource, ending: bool = True, **parts: Any) -> Snapshot:
    namespace = {"metadata": {"name": "team", **({"deletionTimestamp": NOW} if ending else {})}}
    given = {"held": {kind: [held(kind)] for kind in kinds}, "servers": [], "schedulers": [], **parts}
    return Snapshot(namespace, **given)


def released(found: Snapshot) -> list[str]:
    return [release.resource.kind for release in releases(found)]


def test_without_a_scheduler_what_waits_for_it_is_released_and_the_runtime_afterwards() -> None:
    assert released(snapshot(*KINDS)) == ["Experiment", "Pipeline", "Model"]
    assert released(snapshot(SELDON_RUNTIME)) == ["SeldonRuntime"]


def test_a_scheduler_that_runs_keeps_what_waits_for_it() -> None:
    assert released(snapshot(EXPERIMENT, PIPELINE, MODEL, schedulers=[SCHEDULER])) == []


def test_a_server_keeps_the_runtime_as_the_operator_does_it() -> None:
    assert released(snapshot(SELDON_RUNTIME, servers=[{"metadata": {"name": "mlserver"}}])) == []


def test_a_runtime_needs_no_scheduler() -> None:
    assert released(snapshot(SELDON_RUNTIME, schedulers=[SCHEDULER])) == ["SeldonRuntime"]


def test_nothing_is_released_in_a_namespace_that_stays() -> None:
    assert released(snapshot(*KINDS, ending=False)) == []
    assert released(snapshot(SELDON_RUNTIME, ending=False)) == []


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
def test_an_object_that_is_not_deleted_yet_is_left(kind: Resource) -> None:
    assert released(snapshot(held={kind: [held(kind, deleted=False)]})) == []


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
def test_a_foreign_finalizer_is_never_removed_but_named(kind: Resource) -> None:
    found = snapshot(held={kind: [held(kind, finalizers=[FOREIGN])]})
    assert released(found) == []
    [line] = [as_line(problem) for problem in obstacles(found)]
    assert line == (
        f"{kind.kind} team/a: metadata.finalizers: is held by {FOREIGN}, which is not Seldon's; "
        "start the controller that sets it, or remove it if that controller is gone for good"
    )


def test_the_patch_removes_only_that_finalizer_of_only_that_object() -> None:
    [release] = releases(snapshot(held={MODEL: [held(MODEL, finalizers=[FOREIGN, "seldon.model.finalizer"])]}))
    assert release.operations() == [
        {"op": "test", "path": "/metadata/uid", "value": "u1"},
        {"op": "test", "path": "/metadata/finalizers/1", "value": "seldon.model.finalizer"},
        {"op": "remove", "path": "/metadata/finalizers/1"},
    ]


def test_a_scheduler_that_does_not_go_is_named_with_the_objects_that_wait_for_it() -> None:
    [line] = [as_line(problem) for problem in obstacles(snapshot(MODEL, EXPERIMENT, schedulers=[SCHEDULER]))]
    assert line.startswith(
        "Pod team/seldon-scheduler-0: still runs, so 2 Experiments, Pipelines and Models wait for it"
    )
    assert "kubectl delete pod seldon-scheduler-0 -n team --grace-period=0 --force" in line


def test_conditions_of_the_namespace_are_quoted() -> None:
    found = snapshot()
    condition = {"type": "NamespaceDeletionDiscoveryFailure", "status": "True", "message": "no answer"}
    found.namespace["status"] = {"conditions": [condition, {"type": "x", "status": "False", "message": "fine"}]}
    assert [as_line(problem) for problem in obstacles(found)] == [
        "Namespace team: status.conditions[NamespaceDeletionDiscoveryFailure]: no answer"
    ]
