# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads ResourceQuotas: the allowed amounts, and the use as far as it is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from ..diagnosis.diagnostic import Diagnostic
from ..kube.amounts import NOTHING, Amount, Amounts, add
from .charge import Charge
from .reading import Reading
from .scopes import Scope, check_scopes, read_scopes


@dataclass(frozen=True)
class Quota:
    """``used`` has the keys whose use is known; ``doubt``: why others are missing.

    ``written``: spec.hard as text; reports keep its suffixes. ``findings``: why the API server would refuse it.
    """

    name: str
    hard: Amounts
    used: Amounts = field(default_factory=dict)
    scopes: tuple[Scope, ...] = ()
    written: Mapping[str, str] = field(default_factory=dict)
    doubt: str = ""
    findings: tuple[Diagnostic, ...] = ()


def live_quota(obj: object) -> Quota:
    """A quota of the cluster. The use is known only where the status is for the present spec, as admission reads the status."""
    quota = _stated(obj)
    reading = Reading()
    status = reading.mapping(reading.mapping(obj, "").get("status"), "status")
    counted = reading.amounts(status.get("hard"), "status.hard")
    if not status.get("hard"):
        return replace(quota, doubt="its status is empty: the quota controller has not counted it yet")
    if any(counted.get(key) != amount for key, amount in quota.hard.items()):
        return replace(quota, doubt="its status is for an older spec")
    used = reading.amounts(status.get("used"), "status.used")
    certain = {key: amount for key, amount in used.items() if key in quota.hard}
    return replace(
        quota, used=certain, doubt="" if certain.keys() == quota.hard.keys() else "the cluster does not count this key"
    )


def planned_quota(obj: object, charges: Iterable[Charge] = ()) -> Quota:
    """A quota that the change creates; ``charges`` are those of all objects of the namespace."""
    quota = _stated(obj)
    total = _total(charges, quota.scopes)
    return replace(quota, used={key: total.get(key, 0) for key in quota.hard})


def revised_quota(live: object, desired: object, charges: Iterable[Charge] | None = None) -> Quota:
    """A quota whose spec.hard the change replaces. The use of keys that are already counted stays.

    The use of new keys is that of ``charges``, which are those of all objects of the namespace; unknown when None.
    """
    before, after = live_quota(live), _stated(desired)
    total = None if charges is None else _total(charges, after.scopes)
    used = {}
    for key in after.hard:
        if key in before.used:
            used[key] = before.used[key]
        elif total is not None:
            used[key] = total.get(key, 0)
    return replace(
        after, used=used, doubt="" if len(used) == len(after.hard) else before.doubt or "the key is new in this quota"
    )


def _stated(obj: object) -> Quota:
    reading = Reading()
    given = reading.mapping(obj, "")
    name = reading.text(reading.mapping(given.get("metadata"), "metadata").get("name"), "metadata.name")
    spec = reading.mapping(given.get("spec"), "spec")
    hard = reading.amounts(spec.get("hard"), "spec.hard")
    scopes = read_scopes(spec, reading)
    check_scopes(scopes, hard, reading)
    written = {key: str(reading.mapping(spec.get("hard"), "")[key]) for key in hard}
    return Quota(name, hard, NOTHING, scopes, written, "", tuple(reading.findings))


def _total(charges: Iterable[Charge], scopes: tuple[Scope, ...]) -> dict[str, Amount]:
    total: dict[str, Amount] = {}
    for charge in charges:
        add(total, charge.under(scopes))
    return total
