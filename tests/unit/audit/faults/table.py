# SPDX-License-Identifier: GPL-3.0-or-later
"""The table that the modules beside this one fill."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ..cluster import Cluster


class Fault(NamedTuple):
    """``seed`` changes the cluster.

    ``also`` are rules that find the same fault from another side: a binding that is nobody's gives rights, and is nobody's.
    """

    rule: str
    what: str
    seed: Callable[[Cluster], None]
    also: tuple[str, ...] = ()


FAULTS: list[Fault] = []


def fault(rule: str, what: str, *also: str) -> Callable[[Callable[[Cluster], None]], Callable[[Cluster], None]]:
    """Enters the function that follows into the table."""

    def enter(seed: Callable[[Cluster], None]) -> Callable[[Cluster], None]:
        FAULTS.append(Fault(rule, what, seed, also))
        return seed

    return enter
