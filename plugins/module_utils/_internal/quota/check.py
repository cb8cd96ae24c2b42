# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether a change fits all quotas of its namespace, now and when every workload has its maximum of replicas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..diagnosis.diagnostic import Diagnostic, Severity
from ..diagnosis.quoting import escaped
from ..diagnosis.subject import Subject
from ..kube.amounts import Amount, Amounts, add
from ..kube.resources import RESOURCE_QUOTA
from .charge import Charge
from .demand import Demand
from .finding import finding
from .keys import CLASS_INFIX, Standing, classify
from .largest import largest_count
from .object_usage import UNKNOWN_CLASS
from .pod_usage import unstated
from .report import Fit, Line, Report, Verdict, worst
from .resource_quota import Quota
from .scopes import Scope, selects

_STATE_THEM = "state them for each container, or add a LimitRange with defaults for them"


def check(quotas: Sequence[Quota], demands: Sequence[Demand]) -> Report:
    """The verdict on a change. As in admission, only keys of which the change uses more are compared: a quota whose other
    keys are exceeded refuses nothing.

    The order in which controllers create and delete is not considered: an amount that one demand releases is available
    to the others.
    """
    totals = {quota.scopes: _totals(quota.scopes, demands) for quota in quotas}
    lines = tuple(_line(quota, key, totals[quota.scopes]) for quota in quotas for key in quota.hard)
    invalid = (*_findings(quotas, demands), *_unstated(quotas, demands))
    later = {demand.subject: refusals for demand in demands if (refusals := _later(quotas, demand))}
    unknown = (
        *(_unknown(demand.subject, reason) for demand in demands for reason in demand.unknown),
        *(
            _unknown(_of_quota(line.quota), f"{escaped(line.key)}: {line.note}")
            for line in lines
            if line.verdict is Verdict.UNKNOWN and line.touched
        ),
    )
    verdicts = [line.verdict for line in lines if line.touched]
    verdicts += [Verdict.INVALID] if invalid else []
    verdicts += [Verdict.FITS_NOW_NOT_AT_MAX for demand in demands if demand.subject in later and demand.grows()]
    verdicts += [Verdict.UNKNOWN] if unknown else []
    fits = tuple(_fit(index, demand, quotas, totals) for index, demand in enumerate(demands) if demand.scales())
    notes = tuple(
        Diagnostic(demand.subject, note, severity=Severity.INFO)
        for demand in demands
        for note in (*demand.notes, *later.get(demand.subject, ()))
    )
    return Report(worst(verdicts), lines, fits, invalid, unknown, notes)


@dataclass(frozen=True)
class _Totals:
    """Amounts by key. ``now``: the peak during the change; ``settled``: after it. ``each`` has one entry per demand.
    ``unbounded``: keys of demands without a maximum; ``created``: keys of which something is created, also where the total
    decreases.
    """

    now: Amounts
    settled: Amounts
    at_max: Amounts
    each: Sequence[Amounts]
    unbounded: frozenset[str]
    created: frozenset[str]


def _totals(scopes: tuple[Scope, ...], demands: Sequence[Demand]) -> _Totals:
    now: dict[str, Amount] = {}
    settled: dict[str, Amount] = {}
    at_max: dict[str, Amount] = {}
    each = []
    unbounded: set[str] = set()
    created: set[str] = set()
    for demand in demands:
        taken = demand.taken(demand.replicas, scopes)
        each.append(taken)
        created |= demand.creates(taken, scopes)
        add(now, taken)
        add(settled, taken if demand.rolling is None else demand.taken(demand.replicas, scopes, settled=True))
        if demand.replicas_at_max is None:
            add(at_max, taken)
            unbounded.update(key for key, amount in demand.each(scopes).items() if amount)
        elif demand.replicas_at_max == demand.replicas:
            add(at_max, taken)
        else:
            add(at_max, demand.taken(max(demand.replicas, demand.replicas_at_max), scopes))
    return _Totals(now, settled, at_max, each, frozenset(unbounded), frozenset(created))


def _line(quota: Quota, key: str, totals: _Totals) -> Line:
    counted, note = key, ""
    standing = classify(key)
    if standing.standing is Standing.DEAD and standing.meant:
        counted, note = (
            standing.meant,
            f"Kubernetes does not enforce this key, but {escaped(standing.meant)}",
        )
    elif standing.standing is Standing.UNSUPPORTED:
        note = "the use of this key is not computed"
    delta, peak, at_max = (amounts.get(counted, 0) for amounts in (totals.settled, totals.now, totals.at_max))
    unclassed = UNKNOWN_CLASS + key[key.index(CLASS_INFIX) :] if CLASS_INFIX in key else ""
    if totals.at_max.get(unclassed):
        delta, peak, at_max = (
            amount + amounts.get(unclassed, 0)
            for amount, amounts in ((delta, totals.settled), (peak, totals.now), (at_max, totals.at_max))
        )
        note = "a claim names no StorageClass, and the cluster's default is not known"
    used = None if note else quota.used.get(key)
    bounded = counted not in totals.unbounded
    hard = quota.hard[key]
    if used is None:
        verdict, note = Verdict.UNKNOWN, note or quota.doubt
    elif not _fits(used, peak, hard) or (counted in totals.created and used + peak > hard):
        verdict = Verdict.EXCEEDS
    elif not bounded or not _fits(used, at_max, hard):
        verdict = Verdict.FITS_NOW_NOT_AT_MAX
    else:
        verdict = Verdict.FITS
    return Line(
        quota.name,
        key,
        hard,
        used,
        delta,
        at_max if bounded else None,
        peak,
        counted in totals.created,
        verdict,
        quota.written.get(key, ""),
        note,
    )


def _fits(used: Amount, delta: Amount, hard: Amount) -> bool:
    return delta <= 0 or used + delta <= hard


def _of_quota(name: str) -> Subject:
    return Subject(RESOURCE_QUOTA.kind, name)


def _unknown(subject: Subject, reason: str) -> Diagnostic:
    return Diagnostic(subject, reason, severity=Severity.UNKNOWN)


def _findings(quotas: Iterable[Quota], demands: Iterable[Demand]) -> list[Diagnostic]:
    of_quotas = [diagnostic.about(_of_quota(quota.name)) for quota in quotas for diagnostic in quota.findings]
    return of_quotas + [diagnostic.about(demand.subject) for demand in demands for diagnostic in demand.findings]


def _unstated(quotas: Iterable[Quota], demands: Iterable[Demand]) -> list[Diagnostic]:
    """Pods that a quota refuses because containers do not state a request or limit that it counts."""
    refused = []
    for quota in quotas:
        for demand in demands:
            for charge in demand.pods():
                message = _must_specify(quota, charge)
                if message:
                    refused.append(finding("spec.containers[].resources", message, _STATE_THEM).about(demand.subject))
    return refused


def _later(quotas: Iterable[Quota], demand: Demand) -> list[str]:
    """Why pods that are not created now would be refused later; empty where they would not."""
    if demand.pod is None or demand.new_pods(demand.replicas):
        return []
    pod = demand.pod
    messages = [f"{diagnostic.field} {diagnostic.message}" for diagnostic in demand.later]
    messages += [message for message in (_must_specify(quota, pod) for quota in quotas) if message]
    return (
        [f"a new pod of it would be refused: {message}" for message in messages]
        if demand.kept or demand.grows()
        else []
    )


def _must_specify(quota: Quota, charge: Charge) -> str:
    """The API server's message about missing requests and limits; empty for none."""
    if charge.pod is None or not selects(quota.scopes, charge.pod):
        return ""
    missing = unstated(charge.pod, quota.hard)
    parts = [f"{key} for: {','.join(sorted({escaped(name) for name in names[:20]}))}" for key, names in missing.items()]
    return f"failed quota: {escaped(quota.name)}: must specify {'; '.join(parts)}" if parts else ""


def _fit(index: int, demand: Demand, quotas: Sequence[Quota], totals: Mapping[tuple[Scope, ...], _Totals]) -> Fit:
    largest: int | None = None
    for scopes, total in totals.items():
        room: dict[str, Amount] = {}
        for quota in quotas:
            if quota.scopes == scopes:
                for key, used in quota.used.items():
                    others = total.now.get(key, 0) - total.each[index].get(key, 0)
                    free = max(quota.hard[key] - used, 0) - others
                    room[key] = min(room.get(key, free), free)
        most = largest_count(demand, scopes, room)
        if most is not None:
            largest = most if largest is None else min(largest, most)
    wanted = demand.replicas_at_max
    refused = largest is not None and (wanted is None or largest < max(wanted, demand.replicas))
    return Fit(demand.subject, demand.replicas, wanted, largest, largest if refused else None)
