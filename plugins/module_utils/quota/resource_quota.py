# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A ResourceQuota as far as it decides about an object: what is allowed, and what is known to be used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from .amounts import NOTHING, Amount, Amounts, add
from .charge import Charge
from .finding import Finding
from .reading import Reading
from .scopes import Scope, check_scopes, read_scopes


@dataclass(frozen=True)
class Quota:
    """``used`` holds the keys whose use is known for certain; ``doubt`` says why others are missing.

    ``written``: spec.hard as text, whose suffixes reports keep. ``findings``: what the API server would refuse.
    """

    name: str
    hard: Amounts
    used: Amounts = field(default_factory=dict)
    scopes: tuple[Scope, ...] = ()
    written: Mapping[str, str] = field(default_factory=dict)
    doubt: str = ""
    findings: tuple[Finding, ...] = ()


def live_quota(obj: object) -> Quota:
    """A quota of the cluster. Only a status that is about the present spec is believed: admission decides by it."""
    quota = _stated(obj)
    reading = Reading()
    status = reading.mapping(reading.mapping(obj, "").get("status"), "status")
    counted = reading.amounts(status.get("hard"), "status.hard")
    if not status.get("hard"):
        return replace(quota, doubt="its status is empty: the quota controller has not counted it yet")
    if any(counted.get(key) != amount for key, amount in quota.hard.items()):
        return replace(quota, doubt="its status is about an older spec")
    used = reading.amounts(status.get("used"), "status.used")
    known = {key: amount for key, amount in used.items() if key in quota.hard}
    return replace(
        quota, used=known, doubt="" if known.keys() == quota.hard.keys() else "the cluster does not count this key"
    )


def planned_quota(obj: object, charges: Iterable[Charge] = ()) -> Quota:
    """A quota that the change creates: its use is that of the namespace's objects, whose charges are given."""
    quota = _stated(obj)
    total = _total(charges, quota.scopes)
    return replace(quota, used={key: total.get(key, 0) for key in quota.hard})


def revised_quota(live: object, desired: object, charges: Iterable[Charge] | None = None) -> Quota:
    """A quota whose hard the change replaces: the use of keys that were counted stays.

    That of new keys is what ``charges`` (of all the namespace's objects) say, or not known when they are None.
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
