# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Latency over the requests of one check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

PERCENTILES = {"p50_ms": 50, "p90_ms": 90, "p99_ms": 99}


def latencies(seconds: Sequence[float]) -> Mapping[str, float]:
    """Milliseconds with three digits: min, p50, p90, p99, max; empty without samples.

    A percentile is the nearest rank: the smallest sample such that at least this percentage of all samples is not larger.
    So it is always a measured value, and p99 of fewer than 100 samples is the largest.
    """
    if not seconds:
        return {}
    ordered = sorted(seconds)
    values = {
        "min_ms": ordered[0],
        **{name: nearest_rank(ordered, percent) for name, percent in PERCENTILES.items()},
        "max_ms": ordered[-1],
    }
    return {name: round(value * 1000, 3) for name, value in values.items()}


def nearest_rank(ordered: Sequence[float], percent: int) -> float:
    """The percentile of samples in ascending order, at least one; ``percent`` from 1 to 100."""
    return ordered[-(-percent * len(ordered) // 100) - 1]
