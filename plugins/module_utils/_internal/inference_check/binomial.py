# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The exact confidence interval of a share (Clopper and Pearson, 1934), computed with the incomplete beta function."""

from __future__ import annotations

import math

_TINY = 1e-300
_TERMS = 10_000
_HALVINGS = 60


def exact_interval(successes: float, trials: float, error: float) -> tuple[float, float]:
    """(lower, upper) bound of the true share, from 0 to 1: each is wrong with probability ``error`` / 2 at most.

    ``successes`` may be a fraction, to compute in advance the interval of an expected number. 0 <= successes <= trials,
    trials > 0, 0 < error < 1.
    """
    lower = _beta_quantile(error / 2, successes, trials - successes + 1) if successes > 0 else 0.0
    upper = _beta_quantile(1 - error / 2, successes + 1, trials - successes) if successes < trials else 1.0
    return lower, upper


def _beta_quantile(probability: float, a: float, b: float) -> float:
    low, high = 0.0, 1.0
    for _halving in range(_HALVINGS):
        middle = (low + high) / 2
        if incomplete_beta(middle, a, b) < probability:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def incomplete_beta(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function I_x(a, b), by its continued fraction (DLMF 8.17.22); a, b > 0."""
    if x <= 0 or x >= 1:
        return min(max(x, 0.0), 1.0)
    if x > (a + 1) / (a + b + 2):  # where the fraction of the mirror image converges faster
        return 1 - incomplete_beta(1 - x, b, a)
    factor = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
    return factor / a * _fraction(x, a, b)


def _fraction(x: float, a: float, b: float) -> float:
    """1 / (1 + d1 / (1 + d2 / (1 + …))), evaluated forwards (Lentz)."""
    value, c, d = 1.0, 1.0, 0.0
    for term in range(_TERMS):
        m = term // 2
        if term == 0:
            numerator = 1.0
        elif term % 2:
            numerator = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            numerator = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1 + numerator * d
        d = 1 / (d if abs(d) > _TINY else _TINY)
        c = 1 + numerator / c
        c = c if abs(c) > _TINY else _TINY
        value *= c * d
        if abs(1 - c * d) < 1e-15:
            break
    return value - 1
