# SPDX-License-Identifier: GPL-3.0-or-later
"""A few of the changes that ``python -m tests.conformance.quota`` makes by the hundred."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from tests.conformance.quota.cases import generated
from tests.conformance.quota.live import platform
from tests.conformance.quota.run import render, run_all
from tests.labs import running_lab

SECONDS, WORKERS, LEAST = 60, 10, 8


def test_what_is_predicted_is_what_happens(tmp_path: Path) -> None:
    """As many cases as there is time for. A gate has to use the same cases in each run; developers use other seeds."""
    number = 1 if os.environ.get("CI") else secrets.randbelow(10**6)
    print(f"seed {number}")
    with running_lab(tmp_path / "lab") as layout, platform(layout, WORKERS) as live:
        outcomes = run_all(live, generated(60, number), WORKERS, print, SECONDS)
    judged = [outcome for outcome in outcomes if not outcome.discarded]
    assert len(judged) >= LEAST and any(outcome.operator_writes for outcome in judged), render(outcomes, number)
    assert not any(outcome.disagreements for outcome in judged), render(outcomes, number)
