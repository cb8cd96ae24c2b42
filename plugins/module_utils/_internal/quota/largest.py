# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The largest number of replicas that fits."""

from __future__ import annotations

from ..kube.amounts import Amounts
from .demand import Demand
from .scopes import Scope


def largest_count(demand: Demand, scopes: tuple[Scope, ...], room: Amounts) -> int | None:
    """``room``: the largest use of this demand by key. 0 when not even one replica fits; None when no key limits it.

    The use grows with the replicas, by at least one replica's amount for each replica without existing objects. This gives
    an upper bound for the search, which is usually the result.
    """
    each, constant = demand.each(scopes), demand.constant(scopes)
    bounds = [(free - constant.get(key, 0)) // each[key] for key, free in room.items() if each.get(key)]
    if not bounds:
        return None
    high = max(min(bounds) + demand.existing(), 0)
    relevant = {key: free for key, free in room.items() if each.get(key) or constant.get(key)}
    if _fits(demand, high, scopes, relevant):
        return high
    low = 0
    while low + 1 < high:
        middle = (low + high) // 2
        if _fits(demand, middle, scopes, relevant):
            low = middle
        else:
            high = middle
    return low


def _fits(demand: Demand, replicas: int, scopes: tuple[Scope, ...], room: Amounts) -> bool:
    taken = demand.taken(replicas, scopes)
    return all(taken.get(key, 0) <= free for key, free in room.items())
