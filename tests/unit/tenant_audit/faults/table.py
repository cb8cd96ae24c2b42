# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of faults, which the other modules of this package fill."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ..cluster import Cluster


class Fault(NamedTuple):
    """``seed`` changes the cluster.

    ``also`` are rules that report the same fault for another reason: an unowned binding grants permissions, and is
    unowned.
    """

    rule: str
    what: str
    seed: Callable[[Cluster], None]
    also: tuple[str, ...] = ()


FAULTS: list[Fault] = []


def fault(rule: str, what: str, *also: str) -> Callable[[Callable[[Cluster], None]], Callable[[Cluster], None]]:
    """A decorator that adds the function to the table."""

    def enter(seed: Callable[[Cluster], None]) -> Callable[[Cluster], None]:
        FAULTS.append(Fault(rule, what, seed, also))
        return seed

    return enter
