# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Lints of single keys of a quota's ``spec.hard`` (QL1xx)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from ..diagnosis.diagnostic import Severity
from ..diagnosis.quoting import escaped
from ..kube.amounts import ONE
from ..kube.quantity import QuantityError, billionths_of
from .keys import Key, Standing, classify
from .lint_rule import Hit, lint
from .reading import Reading


@dataclass(frozen=True)
class HardKey:
    """``text`` is the key as it is written, ``amount`` its value. ``kinds``: the resources that the cluster serves
    (``models.mlops.seldon.io``); None if not known.
    """

    text: str
    amount: object
    key: Key
    kinds: Collection[str] | None

    @property
    def field(self) -> str:
        return f"spec.hard.{escaped(self.text)}"

    @property
    def suggestion(self) -> str:
        """Empty where no key is like it."""
        return f'did you mean "{escaped(self.key.meant)}"?' if self.key.meant else ""


def hard_keys(obj: object, kinds: Collection[str] | None = None) -> list[HardKey]:
    """Of a ResourceQuota of any shape."""
    reading = Reading()
    hard = reading.mapping(reading.mapping(reading.mapping(obj, "").get("spec"), "spec").get("hard"), "spec.hard")
    return [HardKey(text, amount, classify(text), kinds) for text, amount in hard.items() if isinstance(text, str)]


@lint(
    "QL101",
    Severity.ERROR,
    title="is not a quota key: the API server refuses the quota",
    why="nothing of the quota is applied",
)
def no_quota_key(hard: HardKey) -> Iterator[Hit]:
    if hard.key.standing is Standing.REFUSED:
        yield Hit(hard.field, repair=hard.suggestion)


@lint(
    "QL102",
    Severity.ERROR,
    title="is a fraction, but only whole numbers can be counted",
    why="the API server refuses the quota",
    repair="state a whole number",
)
def fraction(hard: HardKey) -> Iterator[Hit]:
    if hard.key.standing is not Standing.REFUSED and hard.key.integer and _is_fraction(hard.amount):
        yield Hit(hard.field, f"is {escaped(hard.amount)}, but only whole numbers can be counted")


@lint(
    "QL103",
    Severity.ERROR,
    title="is accepted by the API server, and never enforced",
    why="the limit protects nobody",
)
def never_enforced(hard: HardKey) -> Iterator[Hit]:
    if hard.key.standing is Standing.DEAD:
        yield Hit(hard.field, repair=hard.suggestion)


@lint(
    "QL104",
    Severity.UNKNOWN,
    title="is enforced by some releases of Kubernetes only, and not checked here",
    why="whether the limit holds is unknown",
)
def not_in_every_release(hard: HardKey) -> Iterator[Hit]:
    if hard.key.standing is Standing.UNSUPPORTED:
        yield Hit(hard.field)


@lint(
    "QL105",
    Severity.ERROR,
    title="counts a kind that the cluster does not know: once it does, this quota blocks every creation of it, until its spec changes",
    why="the quota controller reads a key only when it first sees the quota, and when its spec changes",
    repair="install the kind first, or leave the key out",
)
def unknown_kind(hard: HardKey) -> Iterator[Hit]:
    is_unknown = hard.kinds is not None and hard.text.removeprefix("count/") not in hard.kinds
    if hard.key.standing is Standing.NEEDS_KIND and is_unknown:
        yield Hit(hard.field, repair=hard.suggestion)


REFUSED_KEYS = (no_quota_key, fraction)
"""Lints of keys and amounts that the API server refuses."""
ACCEPTED_KEYS = (never_enforced, not_in_every_release, unknown_kind)


def _is_fraction(amount: object) -> bool:
    try:
        return billionths_of(amount) % ONE != 0
    except QuantityError:
        return False
