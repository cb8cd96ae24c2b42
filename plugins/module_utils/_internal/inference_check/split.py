# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether an Experiment's traffic is split by its weights, as far as a number of requests can show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from .binomial import exact_interval, incomplete_beta

MOST_REQUESTS = 1_000_000


class Verdict(str, Enum):
    """``too_few``: nothing contradicts the weights, but a deviation as large as the tolerance could have been missed."""

    AS_WEIGHTED = "as_weighted"
    DEVIATES = "deviates"
    TOO_FEW = "too_few"


@dataclass(frozen=True)
class Precision:
    """``confidence``: the probability that a correct split is not reported as a deviation. ``tolerance``: the smallest
    deviation, as a share from 0 to 1, that must be found.
    """

    confidence: float
    tolerance: float


@dataclass(frozen=True)
class Share:
    """One candidate. Shares are from 0 to 1; ``lower`` and ``upper`` bound the true one."""

    name: str
    weight: int
    served: int
    expected: float
    observed: float
    lower: float
    upper: float

    @property
    def deviates(self) -> bool:
        """Whether the weight is outside of the interval."""
        return not self.lower <= self.expected <= self.upper


@dataclass(frozen=True)
class Split:
    """``needed``: the number of requests that the verdict as_weighted needs."""

    verdict: Verdict
    needed: int
    shares: tuple[Share, ...]


def judge_split(served: Mapping[str, int], weights: Mapping[str, int], precision: Precision) -> Split:
    """``served``: the number of answers by candidate. The exact interval of every candidate is checked, with the error
    divided between them.
    """
    total = sum(served.values())
    error = _error(len(weights), precision)
    shares = tuple(_share(name, weights, served.get(name, 0), total, error) for name in weights)
    needed = requests_needed(weights, precision)
    if any(share.deviates for share in shares):
        return Split(Verdict.DEVIATES, needed, shares)
    return Split(Verdict.TOO_FEW if total < needed else Verdict.AS_WEIGHTED, needed, shares)


def requests_needed(weights: Mapping[str, int], precision: Precision) -> int:
    """The smallest number of requests with which the exact intervals of an expected outcome are within the tolerance, for
    every candidate.
    """
    if len(weights) == 1:
        return 1  # there is no other candidate
    error, total = _error(len(weights), precision), sum(weights.values())
    return max(_needed(weight / total, precision.tolerance, error) for weight in weights.values())


def _needed(share: float, tolerance: float, error: float) -> int:
    low, high = 0, 1
    while high < MOST_REQUESTS and not _suffices(share, high, tolerance, error):
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        if _suffices(share, middle, tolerance, error):
            high = middle
        else:
            low = middle
    return high


def _suffices(share: float, requests: int, tolerance: float, error: float) -> bool:
    """Whether the exact interval of the expected outcome is within the tolerance. Its ends are quantiles, so it is enough
    to compare two probabilities.
    """
    served = share * requests
    lowest, highest = share - tolerance, share + tolerance
    is_low_end_near = lowest <= 0 or incomplete_beta(lowest, served, requests - served + 1) <= error / 2
    return is_low_end_near and (
        highest >= 1 or incomplete_beta(highest, served + 1, requests - served) >= 1 - error / 2
    )


def _share(name: str, weights: Mapping[str, int], served: int, total: int, error: float) -> Share:
    lower, upper = exact_interval(served, total, error) if total else (0.0, 1.0)
    return Share(
        name,
        weights[name],
        served,
        weights[name] / sum(weights.values()),
        served / total if total else 0.0,
        lower,
        upper,
    )


def _error(candidates: int, precision: Precision) -> float:
    """The error of one candidate's interval (Bonferroni). Of two candidates one share determines the other."""
    return (1 - precision.confidence) / (candidates if candidates > 2 else 1)
