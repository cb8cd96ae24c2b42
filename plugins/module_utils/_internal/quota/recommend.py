# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Recommends a quota that fits, and default limits that do not refuse pods."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from ..kube.amounts import Amount, add, base_units, raise_to
from ..kube.format_quantity import format_quantity
from ..kube.quantity import QuantityError, parse_quantity, quantity_of
from .demand import Demand
from .keys import classify, unit_like

_CORES = ((Fraction(1), Fraction(1, 10)), (Fraction(10), Fraction(1, 2)))
_BYTES = ((Fraction(2**30), Fraction(64 * 2**20)), (Fraction(16 * 2**30), Fraction(512 * 2**20)))


def recommended_quota(demands: Sequence[Demand], keys: Iterable[str], head_start: int) -> dict[str, str]:
    """spec.hard with these keys: the maximum use of all demands (the present use of those without a maximum), plus the
    largest update, plus ``head_start`` percent, rounded up to a readable number.

    Every demand counts in full, also where it replaces objects.
    """
    total: dict[str, Amount] = {}
    update: dict[str, Amount] = {}
    for demand in demands:
        replicas = max(demand.replicas, demand.replicas_at_max or 0)
        for item in demand.fixed:
            add(total, item.charge.amounts, item.count)
        add(total, demand.each(), replicas)
        if demand.pod is not None and replicas:
            surge = min(demand.surge.count(replicas), replicas)
            raise_to(update, {key: amount * surge for key, amount in demand.pod.amounts.items()})
    factor = 1 + Fraction(head_start, 100)
    needed = {key: base_units(total.get(key, 0) + update.get(key, 0)) * factor for key in keys}
    return {key: format_quantity(_readable(key, amount), unit_like(key)) for key, amount in needed.items()}


def raised(
    default: Mapping[str, str], resources: Iterable[tuple[Mapping[str, object], Mapping[str, object]]]
) -> dict[str, str]:
    """Default limits by resource name, each at least the largest request that has no limit beside it.

    ``resources``: requests and limits of containers, as written. With a default below such a request its pod would be
    invalid.
    """
    grown = dict(default)
    for requests, limits in resources:
        for resource in grown:
            if (
                resource in requests
                and resource not in limits
                and _size(requests[resource]) > parse_quantity(grown[resource])
            ):
                grown[resource] = str(requests[resource])
    return grown


def _size(value: object) -> Fraction:
    """The value of a quantity; 0 for any other value, which the API server refuses."""
    try:
        return quantity_of(value)
    except QuantityError:
        return Fraction(0)


def _readable(key: str, amount: Fraction) -> Fraction:
    """Whole numbers for counts; tenths and halves of cores; 64Mi, 512Mi and whole Gi for bytes."""
    if classify(key).integer:
        return Fraction(math.ceil(amount))
    steps, last = (_BYTES, Fraction(2**30)) if unit_like(key) == "1Gi" else (_CORES, Fraction(1))
    step = next((step for limit, step in steps if amount <= limit), last)
    return math.ceil(amount / step) * step
