# SPDX-License-Identifier: GPL-3.0-or-later
"""The evaluator against a second, independent model, on random worlds. ``python -m tests.conformance.network`` does the
same on 5,000.
"""

from __future__ import annotations

from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conformance.network.compare import Tally


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False))
def test_no_disagreement_that_a_search_finds(random: Random) -> None:
    tally = Tally()
    tally.add(random, questions=6)
    assert not tally.disagreements, tally.disagreements[0]


def test_no_disagreement_in_300_worlds() -> None:
    tally = Tally()
    for number in range(300):
        tally.add(Random(f"unit/{number}"))  # noqa: S311
    assert not tally.disagreements, tally.disagreements[0]
    assert min(tally.outcomes.values()) > 50
