# SPDX-License-Identifier: GPL-3.0-or-later
"""Which statuses of Models, Experiments and Pipelines prove that the operator has acted on a change."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.evidence import (
    awaited_version,
    never_reported,
    unreported,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.execute import Done
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.inventory import Member
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.objects import ObjectKey
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.step import Action, Step
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube import resources as known
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.seldon.status_evidence import (
    has_reported,
    is_reported,
    needs_evidence,
)

EARLY, LATE = "2026-01-01T00:00:00Z", "2026-01-01T00:00:09Z"


def condition(kind: str, status: str = "True", at: str = EARLY) -> dict[str, Any]:
    return {"type": kind, "status": status, "lastTransitionTime": at}


def obj(kind: str = "Model", generation: int = 1, version: str = "10", **spec: Any) -> dict[str, Any]:
    return {
        "kind": kind,
        "metadata": {"name": "m", "namespace": "n", "generation": generation, "resourceVersion": version},
        "spec": spec,
        "status": {"replicas": 1, "conditions": [condition(f"{kind}Ready"), condition("Ready")]},
    }


@pytest.mark.parametrize("kind", ["Model", "Experiment", "Pipeline"])
def test_a_change_of_the_spec_needs_evidence_and_one_of_labels_does_not(kind: str) -> None:
    assert needs_evidence(obj(kind), obj(kind, generation=2))
    assert not needs_evidence(obj(kind), obj(kind))
    assert not needs_evidence(None, obj(kind))


def test_kinds_with_workloads_need_no_status() -> None:
    assert not needs_evidence(obj("Server"), obj("Server", generation=2))


@pytest.mark.parametrize(
    ("before", "after", "reported"),
    [
        ({"storageUri": "a"}, {"storageUri": "b"}, True),
        ({"memory": "1Ki"}, {"memory": "2Ki"}, True),
        ({"memory": "1Ki"}, {"memory": "1024"}, False),
        ({}, {"memory": "1Ki"}, True),
        ({"replicas": 1}, {"replicas": 2}, True),
        ({}, {"replicas": 1}, False),
        ({}, {"minReplicas": 2}, True),
        ({"replicas": 2}, {"replicas": 2, "minReplicas": 1}, False),
        ({}, {"maxReplicas": 3}, False),
        ({"requirements": ["a"]}, {"requirements": ["a", "b"]}, True),
        ({"requirements": ["a"], "modelType": "b"}, {"requirements": ["a", "b"]}, False),
        ({}, {"secretName": "s"}, True),
        ({}, {"server": "s"}, True),
        ({}, {"logger": {"percent": 1}}, False),
        ({}, {"dataflow": {"cleanTopicsOnDelete": True}}, False),
    ],
)
def test_the_scheduler_reports_new_versions_and_moved_replicas(
    before: dict[str, Any], after: dict[str, Any], reported: bool
) -> None:
    assert is_reported(obj(**before), obj(**after)) is reported


@pytest.mark.parametrize("kind", ["Experiment", "Pipeline"])
def test_each_change_of_an_experiment_or_pipeline_is_reported(kind: str) -> None:
    assert is_reported(obj(kind, a=1), obj(kind, a=2))


def test_a_status_that_was_not_written_since_proves_nothing() -> None:
    written = obj(generation=2)
    labelled = copy.deepcopy(written)
    labelled["metadata"] |= {"labels": {"a": "b"}, "resourceVersion": "11"}
    assert not has_reported(written, written)
    assert not has_reported(written, labelled)


def test_a_later_transition_or_another_number_proves_it() -> None:
    written = obj(generation=2)
    moved, scaled = copy.deepcopy(written), copy.deepcopy(written)
    moved["status"]["conditions"][0]["lastTransitionTime"] = LATE
    scaled["status"]["replicas"] = 2
    assert has_reported(written, moved) and has_reported(written, scaled)


def test_two_transitions_within_a_second_prove_it() -> None:
    written = obj(generation=2)
    again = copy.deepcopy(written)
    again["metadata"]["resourceVersion"] = "12"
    assert has_reported(written, again)


def test_an_error_that_leaves_the_old_conditions_of_an_experiment_proves_nothing() -> None:
    written = obj("Experiment", generation=2)
    refused = copy.deepcopy(written)
    refused["metadata"]["resourceVersion"] = "12"
    refused["status"]["conditions"].append(condition("ModelReady", "False", LATE))
    assert not has_reported(written, refused)
    started = copy.deepcopy(refused)
    started["status"]["conditions"][0]["lastTransitionTime"] = LATE
    assert has_reported(written, started)


KEY = ObjectKey(known.MODEL.group, "Model", "n", "m")


def step(live: dict[str, Any] | None, action: Action = Action.UPDATE) -> Step:
    return Step(action, known.MODEL, KEY, live, live)


def member(awaits: str) -> Member:
    return Member(known.MODEL, KEY, "uid", {}, awaits=awaits)


def test_what_one_run_did_not_see_reported_is_still_awaited_by_the_next() -> None:
    before, stored = obj(storageUri="a"), obj(generation=2, version="11", storageUri="b")
    done = Done(step(before), stored, {})
    assert unreported(done.step, done, None) is stored
    assert awaited_version(done.step, done, None) == "11"
    unchanged = step(stored, Action.UNCHANGED)
    assert unreported(unchanged, None, member("11")) is stored
    reported = {**stored, "metadata": {**stored["metadata"], "resourceVersion": "12"}}
    assert unreported(step(reported, Action.UNCHANGED), None, member("11")) is None
    assert unreported(unchanged, None, member("")) is None


def test_a_change_of_labels_does_not_forget_what_is_awaited() -> None:
    before, stored = obj(generation=2, version="11"), obj(generation=2, version="12")
    done = Done(step(before), stored, {})
    assert unreported(done.step, done, member("11")) is stored
    assert unreported(done.step, done, member("9")) is None


def test_a_change_that_is_never_reported_is_named_with_its_fields() -> None:
    before, stored = obj(maxReplicas=1, schemaUri="a"), obj(generation=2, version="11", maxReplicas=2, schemaUri="b")
    done = Done(step(before), stored, {})
    assert unreported(done.step, done, None) is None
    [line] = never_reported([done])
    assert line == (
        "Model n/m: Seldon does not report when a change of spec.maxReplicas, spec.schemaUri has arrived, so the run has "
        "waited only for Ready, which may be older than the change"
    )
