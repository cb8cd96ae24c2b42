# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Lints of the entries of a LimitRange, each of which makes the API server refuse it (QL3xx)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from ..diagnosis.diagnostic import Severity
from ..diagnosis.quoting import escaped
from ..kube.amounts import ONE
from .limit_ranges import LimitRule
from .lint_rule import Hit, lint

_REFUSED = "the API server refuses the LimitRange"


@dataclass(frozen=True)
class LimitEntry:
    """``spec.limits[index]``. ``is_repeated``: an entry before it is of the same type."""

    index: int
    rule: LimitRule
    is_repeated: bool

    @property
    def field(self) -> str:
        return f"spec.limits[{self.index}]"


@lint("QL301", Severity.ERROR, title="is there twice", why=_REFUSED, repair="merge the two entries")
def type_twice(entry: LimitEntry) -> Iterator[Hit]:
    if entry.is_repeated:
        yield Hit(f"{entry.field}.type", f"{escaped(entry.rule.kind)} is there twice")


@lint(
    "QL302",
    Severity.ERROR,
    title="is not possible for the type Pod",
    why=_REFUSED,
    repair="use the type Container",
)
def default_of_pod(entry: LimitEntry) -> Iterator[Hit]:
    if entry.rule.kind == "Pod" and (entry.rule.default or entry.rule.default_request):
        yield Hit(f"{entry.field}.default")


@lint(
    "QL303",
    Severity.ERROR,
    title="has neither min.storage nor max.storage",
    why=_REFUSED,
    repair="state one of them",
)
def claim_without_storage(entry: LimitEntry) -> Iterator[Hit]:
    is_stated = "storage" in entry.rule.min or "storage" in entry.rule.max
    if entry.rule.kind == "PersistentVolumeClaim" and not is_stated:
        yield Hit(entry.field)


@lint("QL304", Severity.ERROR, title="is less than 1", why=_REFUSED, repair="state 1 or more")
def ratio_below_one(entry: LimitEntry) -> Iterator[Hit]:
    for resource in sorted(name for name, ratio in entry.rule.ratio.items() if ratio < ONE):
        yield Hit(f"{entry.field}.maxLimitRequestRatio.{escaped(resource)}")


@lint(
    "QL305",
    Severity.ERROR,
    title="is more than a value that must not be less",
    why=_REFUSED,
    repair="choose values with min <= defaultRequest <= default <= max",
)
def out_of_order(entry: LimitEntry) -> Iterator[Hit]:
    rule = entry.rule
    rungs = (("min", rule.min), ("defaultRequest", rule.default_request), ("default", rule.default), ("max", rule.max))
    for (low_name, low), (high_name, high) in combinations(rungs, 2):
        for resource in sorted(low.keys() & high.keys()):
            if low[resource] > high[resource]:
                yield Hit(f"{entry.field}.{low_name}.{escaped(resource)}", f"is more than {high_name}")


LIMITS = (type_twice, default_of_pod, claim_without_storage, ratio_below_one, out_of_order)
