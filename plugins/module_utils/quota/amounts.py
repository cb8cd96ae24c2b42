# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Amounts by name: of resources (cpu, memory, nvidia.com/gpu) or of quota keys (requests.cpu, pods). Base units, exact."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

Amounts = Mapping[str, Fraction]
NOTHING: Amounts = {}
ZERO = Fraction(0)


def add(total: dict[str, Fraction], amounts: Amounts, times: int = 1) -> None:
    """Adds ``amounts`` so many times to ``total``, in place."""
    for name, amount in amounts.items():
        more = amount if times == 1 else amount * times
        before = total.get(name)
        total[name] = more if before is None else before + more


def raise_to(total: dict[str, Fraction], amounts: Amounts) -> None:
    """Makes every entry of ``total`` at least that of ``amounts``, in place."""
    for name, amount in amounts.items():
        if name not in total or total[name] < amount:
            total[name] = amount


def united(amounts: Amounts, defaults: Amounts) -> Amounts:
    """``amounts``, and of ``defaults`` what it lacks."""
    return {**defaults, **amounts} if defaults else amounts
