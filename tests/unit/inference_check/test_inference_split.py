# SPDX-License-Identifier: GPL-3.0-or-later
"""Intervals are exact, verdicts keep their error rates, and percentiles are samples."""

from __future__ import annotations

import math
import random
from fractions import Fraction

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.inference_check.binomial import (
    exact_interval,
    incomplete_beta,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.inference_check.latency import (
    latencies,
    nearest_rank,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.inference_check.split import (
    Precision,
    Verdict,
    judge_split,
    requests_needed,
)
from hypothesis import given, settings
from hypothesis import strategies as st

STANDARD = Precision(0.999, 0.1)
EIGHTY_TWENTY = {"baseline": 80, "candidate": 20}


def at_least(successes: int, trials: int, share: Fraction) -> Fraction:
    """P(X >= successes) of a binomial distribution, exactly."""
    return sum(
        (math.comb(trials, k) * share**k * (1 - share) ** (trials - k) for k in range(successes, trials + 1)),
        Fraction(0),
    )


@given(st.integers(1, 40), st.data())
@settings(deadline=None, max_examples=60)
def test_the_incomplete_beta_function_is_the_tail_of_the_binomial_distribution(
    trials: int, data: st.DataObject
) -> None:
    successes = data.draw(st.integers(1, trials))
    share = Fraction(data.draw(st.integers(1, 999)), 1000)
    expected = float(at_least(successes, trials, share))
    assert incomplete_beta(float(share), successes, trials - successes + 1) == pytest.approx(
        expected, rel=1e-9, abs=1e-13
    )


@given(st.integers(1, 60), st.data())
@settings(deadline=None, max_examples=60)
def test_the_ends_of_an_interval_are_as_unlikely_as_it_says(trials: int, data: st.DataObject) -> None:
    successes, error = data.draw(st.integers(0, trials)), data.draw(st.sampled_from([0.05, 0.001]))
    lower, upper = exact_interval(successes, trials, error)
    assert 0 <= lower <= successes / trials <= upper <= 1
    if successes:
        assert float(at_least(successes, trials, Fraction(lower))) == pytest.approx(error / 2, rel=1e-6)
    if successes < trials:
        assert 1 - float(at_least(successes + 1, trials, Fraction(upper))) == pytest.approx(error / 2, rel=1e-6)


def test_a_table_that_everybody_has() -> None:
    """Published table of Clopper and Pearson, 95 %: 0 of 10: 0 to 0.3085; 5 of 10: 0.1871 to 0.8129."""
    assert exact_interval(0, 10, 0.05) == pytest.approx((0.0, 0.30850), abs=5e-6)
    assert exact_interval(5, 10, 0.05) == pytest.approx((0.18709, 0.81291), abs=5e-6)


def test_as_weighted_deviates_and_too_few() -> None:
    assert judge_split({"baseline": 178, "candidate": 45}, EIGHTY_TWENTY, STANDARD).verdict is Verdict.AS_WEIGHTED
    assert judge_split({"baseline": 8, "candidate": 2}, EIGHTY_TWENTY, STANDARD).verdict is Verdict.TOO_FEW
    assert judge_split({"baseline": 112, "candidate": 111}, EIGHTY_TWENTY, STANDARD).verdict is Verdict.DEVIATES
    assert judge_split({"candidate": 10}, EIGHTY_TWENTY, STANDARD).verdict is Verdict.DEVIATES, (
        "ten are enough for that"
    )


def test_no_answers_are_too_few() -> None:
    split = judge_split({}, EIGHTY_TWENTY, STANDARD)
    assert split.verdict is Verdict.TOO_FEW
    assert [(share.lower, share.upper) for share in split.shares] == [(0, 1), (0, 1)]


def test_one_answer_of_a_candidate_without_weight_deviates() -> None:
    assert judge_split({"a": 999, "b": 1}, {"a": 1, "b": 0}, STANDARD).verdict is Verdict.DEVIATES
    assert judge_split({"a": 73}, {"a": 1, "b": 0}, STANDARD).verdict is Verdict.AS_WEIGHTED


def test_a_candidate_that_is_never_asked_deviates() -> None:
    weights = {"a": 1, "b": 1, "c": 1}
    enough = requests_needed(weights, STANDARD)
    assert judge_split({"a": enough // 2, "b": enough // 2}, weights, STANDARD).verdict is Verdict.DEVIATES


def test_a_single_candidate_needs_one_request() -> None:
    assert judge_split({"a": 1}, {"a": 7}, STANDARD).verdict is Verdict.AS_WEIGHTED


WEIGHTS = st.lists(st.integers(1, 100), min_size=2, max_size=4).map(
    lambda values: {f"m{index}": value for index, value in enumerate(values)}
)


@given(WEIGHTS, st.integers(0, 2**32))
@settings(deadline=None, max_examples=100)
def test_a_correct_split_is_hardly_ever_called_a_deviation(weights: dict[str, int], seed: int) -> None:
    precision = Precision(0.999999, 0.1)
    drawn = random.Random(seed).choices(list(weights), list(weights.values()), k=requests_needed(weights, precision))
    assert judge_split({name: drawn.count(name) for name in weights}, weights, precision).verdict is Verdict.AS_WEIGHTED


@given(WEIGHTS)
@settings(deadline=None, max_examples=50)
def test_a_deviation_beyond_twice_the_tolerance_is_found_with_the_requests_needed(weights: dict[str, int]) -> None:
    total, needed = sum(weights.values()), requests_needed(weights, STANDARD)
    name = min(weights, key=lambda key: weights[key])
    observed = math.ceil((weights[name] / total + 2.5 * STANDARD.tolerance) * needed)
    rest = [other for other in weights if other != name]
    served = {name: observed, **{other: (needed - observed) // len(rest) for other in rest}}
    assert judge_split(served, weights, STANDARD).verdict is Verdict.DEVIATES


@given(WEIGHTS, st.sampled_from([0.05, 0.1, 0.2]))
@settings(deadline=None, max_examples=30)
def test_more_precision_takes_more_requests(weights: dict[str, int], tolerance: float) -> None:
    loose = requests_needed(weights, Precision(0.99, tolerance))
    assert requests_needed(weights, Precision(0.999, tolerance)) > loose
    assert requests_needed(weights, Precision(0.99, tolerance / 2)) > loose


def test_percentiles_are_the_nearest_rank() -> None:
    samples = [index / 1000 for index in range(1, 101)]
    random.Random(1).shuffle(samples)
    assert latencies(samples) == {"min_ms": 1, "p50_ms": 50, "p90_ms": 90, "p99_ms": 99, "max_ms": 100}
    assert latencies([0.002]) == dict.fromkeys(("min_ms", "p50_ms", "p90_ms", "p99_ms", "max_ms"), 2)
    assert latencies([]) == {}


@given(st.lists(st.floats(0, 100), min_size=1, max_size=300), st.integers(1, 100))
@settings(deadline=None)
def test_a_percentile_is_the_smallest_sample_that_enough_do_not_exceed(samples: list[float], percent: int) -> None:
    ordered = sorted(samples)
    value = nearest_rank(ordered, percent)
    assert value in ordered
    assert sum(sample <= value for sample in ordered) * 100 >= percent * len(ordered)
    assert sum(sample < value for sample in ordered) * 100 < percent * len(ordered)
