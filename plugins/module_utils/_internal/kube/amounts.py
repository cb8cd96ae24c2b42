# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Amounts by name: of resources (cpu, memory, nvidia.com/gpu) or of quota keys (requests.cpu, pods).

An amount is a whole number of billionths of the base unit (cores, bytes, pieces): no quantity is finer, so that sums of
them are exact.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TypeAlias

Amount: TypeAlias = int
Amounts: TypeAlias = Mapping[str, Amount]
ONE: Amount = 10**9
"""One core, byte or piece."""
NOTHING: Amounts = {}


def whole(number: int) -> Amount:
    """The amount of ``number`` pieces."""
    return number * ONE


def rounded_up(amount: Amount, step: Amount = ONE) -> Amount:
    """The smallest multiple of ``step`` that is not below ``amount``."""
    return -(-amount // step) * step


def base_units(amount: Amount) -> Fraction:
    """The amount in cores, bytes or pieces, the units of quantities."""
    return Fraction(amount, ONE)


def add(total: dict[str, Amount], amounts: Amounts, times: int = 1) -> None:
    """Adds ``amounts`` ``times`` times to ``total``, in place."""
    for name, amount in amounts.items():
        total[name] = total.get(name, 0) + amount * times


def raise_to(total: dict[str, Amount], amounts: Amounts) -> None:
    """Makes every entry of ``total`` at least that of ``amounts``, in place."""
    for name, amount in amounts.items():
        if name not in total or total[name] < amount:
            total[name] = amount


def united(amounts: Amounts, defaults: Amounts) -> Amounts:
    """``amounts``, with the entries of ``defaults`` for names that it does not have."""
    return {**defaults, **amounts} if defaults else amounts
