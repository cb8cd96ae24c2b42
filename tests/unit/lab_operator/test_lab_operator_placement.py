# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest

from lab.operator.capabilities import capabilities, with_capabilities
from lab.operator.placement import Host, judge_experiment, judge_pipeline, place

SMALL, LARGE = Host("small", 1, frozenset({"sklearn"})), Host("large", 3, frozenset({"sklearn", "xgboost"}))
NO_SERVER = "Failed to schedule model as no matching servers are available"
NO_ROOM = "Failed to schedule model as no matching server had enough suitable replicas"


@pytest.mark.parametrize(
    ("spec", "hosts", "state", "reason", "server", "replicas"),
    [
        ({"requirements": ["sklearn"]}, [SMALL, LARGE], "ModelAvailable", "", "large", 1),
        ({"requirements": ["sklearn"], "server": "small"}, [SMALL, LARGE], "ModelAvailable", "", "small", 1),
        ({"requirements": [" sklearn "]}, [SMALL], "ModelAvailable", "", "small", 1),
        ({}, [SMALL], "ModelAvailable", "", "small", 1),
        ({"requirements": ["sklearn"], "modelType": "xgboost"}, [SMALL, LARGE], "ModelAvailable", "", "large", 1),
        ({"requirements": ["sklearn"], "replicas": 2}, [SMALL, LARGE], "ModelAvailable", "", "large", 2),
        ({"requirements": ["sklearn"], "replicas": 4}, [SMALL, LARGE], "ScheduleFailed", NO_ROOM, "", 0),
        ({"replicas": 4, "minReplicas": 2}, [SMALL, LARGE], "ModelAvailable", "", "large", 3),
        ({"requirements": ["torch"]}, [SMALL, LARGE], "ScheduleFailed", NO_SERVER, "", 0),
        ({"server": "other"}, [SMALL, LARGE], "ScheduleFailed", NO_SERVER, "", 0),
        ({}, [Host("empty", 0, frozenset())], "ScheduleFailed", NO_SERVER, "", 0),
        ({}, [], "ScheduleFailed", NO_SERVER, "", 0),
        ({"replicas": 0}, [SMALL], "ModelScaledDown", "", "", 0),
    ],
)
def test_place(spec: dict[str, Any], hosts: list[Host], state: str, reason: str, server: str, replicas: int) -> None:
    assert tuple(place({"spec": spec}, hosts)) == (state, reason, server, replicas)


def _experiment(**spec: Any) -> dict[str, Any]:
    return {"metadata": {"name": "x"}, "spec": spec}


def test_an_experiment_with_ready_candidates_is_active() -> None:
    both = _experiment(default="a", candidates=[{"name": "a", "weight": 1}, {"name": "b", "weight": 1}])
    verdict = judge_experiment(both, frozenset("ab"), frozenset())
    assert (verdict.error, verdict.active, verdict.candidates, verdict.mirror) == (
        "",
        (True, "experiment active"),
        (True, "Candidates ready"),
        (True, "Mirror ready"),
    )


def test_an_experiment_names_the_first_candidate_that_is_missing() -> None:
    both = _experiment(
        candidates=[{"name": "a", "weight": 1}, {"name": "b", "weight": 1}], mirror={"name": "m", "percent": 5}
    )
    verdict = judge_experiment(both, frozenset("a"), frozenset())
    assert verdict.active == (False, "no live replica for model b for model route x.experiment")
    assert verdict.candidates == (False, "Candidates not ready")
    assert verdict.mirror == (False, "Mirror not ready")


@pytest.mark.parametrize(
    ("spec", "taken", "message"),
    [
        ({"candidates": []}, "", "neither candidates nor a mirror"),
        ({"candidates": [{"name": "a"}, {"name": "a"}]}, "", "more than once"),
        ({"candidates": [{"name": "a"}], "default": "b"}, "", "default b is not among"),
        ({"candidates": [{"name": "a"}], "default": "a"}, "a", "default of another experiment"),
    ],
)
def test_experiments_that_are_refused(spec: dict[str, Any], taken: str, message: str) -> None:
    assert message in judge_experiment(_experiment(**spec), frozenset("ab"), frozenset(taken)).error


def test_a_pipeline_needs_the_models_of_all_its_steps() -> None:
    pipeline = {"spec": {"steps": [{"name": "a"}, {"name": "b"}]}}
    assert judge_pipeline(pipeline, frozenset("ab")).ready
    assert judge_pipeline(pipeline, frozenset("a")) == (False, "no models available for b")


def _pod(value: str) -> dict[str, Any]:
    return {
        "containers": [
            {
                "name": "agent",
                "env": [{"name": "SELDON_SERVER_CAPABILITIES", "value": value}, {"name": "X", "value": "1"}],
            },
            {"name": "other"},
        ]
    }


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({}, "a,b"),
        ({"capabilities": ["c", "d"]}, "c,d"),
        ({"extraCapabilities": ["c", "d"]}, "a,b,c,d"),
        ({"capabilities": ["c"], "extraCapabilities": ["d"]}, "c"),
    ],
)
def test_capabilities(spec: dict[str, Any], expected: str) -> None:
    pod = _pod("a,b")
    assert with_capabilities(pod, spec) == _pod(expected)
    assert pod == _pod("a,b")


def test_capabilities_are_compared_trimmed() -> None:
    assert capabilities(_pod("a, b,")) == {"a", "b"}
