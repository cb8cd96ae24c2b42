# SPDX-License-Identifier: GPL-3.0-or-later
"""What the scheduler refuses of Experiments."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.seldon.experiment_rules import (
    experiment_refusals,
)
from hypothesis import given
from hypothesis import strategies as st

from lab.operator.placement import judge_experiment

Spec = dict[str, Any]


def experiment(name: str = "e", *candidates: str, **spec: Any) -> Spec:
    members = [{"name": candidate, "weight": 1} for candidate in candidates]
    return {
        "apiVersion": "mlops.seldon.io/v1alpha1",
        "kind": "Experiment",
        "metadata": {"name": name},
        "spec": {"candidates": members, **spec},
    }


def refusals(obj: Spec, *others: Spec) -> list[str]:
    return [f"{refusal.field}: {refusal.reason}" for refusal in experiment_refusals(obj, (obj, *others))]


def test_two_experiments_with_the_same_default() -> None:
    one, two = experiment("one", "a", "b", default="a"), experiment("two", "a", default="a")
    said = 'spec.default: "a" is the default of Experiment {} too, and the scheduler accepts one Experiment per default'
    assert refusals(one, two) == [said.format("two")]
    assert refusals(two, one) == [said.format("one")]
    assert refusals(one, experiment("two", "a", default="a", resourceType="pipeline")) == []
    assert refusals(one, experiment("two", "a")) == []


@pytest.mark.parametrize(
    ("obj", "said"),
    [
        (experiment(), "spec.candidates: is empty, and there is no mirror"),
        (experiment("e", "a", "a"), 'spec.candidates[1].name: "a" is a candidate already'),
        (experiment("e", "a", mirror={"name": "a", "percent": 1}), 'spec.mirror.name: "a" is a candidate already'),
        (experiment("e", "a", default="b"), 'spec.default: "b" is not one of the candidates'),
    ],
)
def test_what_the_scheduler_refuses(obj: Spec, said: str) -> None:
    assert refusals(obj) == [said]


names = st.sampled_from(["a", "b", "c"])


@given(
    st.lists(names, max_size=3),
    st.none() | names,
    st.none() | names,
    st.lists(names, max_size=1),
)
def test_the_stand_ins_scheduler_agrees(
    candidates: list[str], mirror: str | None, default: str | None, taken: list[str]
) -> None:
    more = {"mirror": {"name": mirror, "percent": 1}} if mirror else {}
    obj = experiment("e", *candidates, **more, **({"default": default} if default else {}))
    others = [experiment(f"other-{name}", name, default=name) for name in taken]
    error = judge_experiment(obj, frozenset("abc"), frozenset(taken)).error
    assert bool(refusals(obj, *others)) == bool(error)
