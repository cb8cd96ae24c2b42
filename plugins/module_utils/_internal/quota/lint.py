# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Quotas and limit ranges that can never work, or that silently do nothing; each with its repair."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from ..diagnosis.diagnostic import Diagnostic
from .limit_ranges import LimitRules, read_rules
from .lint_keys import ACCEPTED_KEYS, REFUSED_KEYS, hard_keys
from .lint_limits import LIMITS, LimitEntry
from .lint_quotas import QUOTAS, QuotaInNamespace
from .reading import MOST_FINDINGS, Reading
from .resource_quota import live_quota


def lint_quota(
    obj: object, rules: LimitRules = (), kinds: Collection[str] | None = None, quotas: Iterable[object] = ()
) -> list[Diagnostic]:
    """A ResourceQuota, planned or live. ``rules``: of the namespace's LimitRanges.

    ``kinds``: the resources that the cluster serves (``models.mlops.seldon.io``); None if not known. ``quotas``: the
    namespace's others.
    """
    quota = live_quota(obj)
    judged = QuotaInNamespace(obj, quota, rules, [live_quota(other).hard for other in quotas])
    return [
        *quota.findings,
        *refused_keys(obj),
        *(found for key in hard_keys(obj, kinds) for lint in ACCEPTED_KEYS for found in lint.find(key)),
        *(found for lint in QUOTAS for found in lint.find(judged)),
    ]


def refused_keys(obj: object) -> list[Diagnostic]:
    """Why the API server does not take the amounts of a ResourceQuota."""
    return [found for key in hard_keys(obj) for lint in REFUSED_KEYS for found in lint.find(key)]


def lint_limit_range(obj: object) -> list[Diagnostic]:
    """Errors for which the API server refuses a LimitRange; at most 20, since a hostile object could have any number."""
    reading = Reading()
    entries = _entries(obj, reading)
    found = [found for entry in entries for lint in LIMITS for found in lint.find(entry)]
    return [*reading.findings, *found][:MOST_FINDINGS]


def _entries(obj: object, reading: Reading) -> list[LimitEntry]:
    kinds: set[str] = set()
    entries = []
    for index, rule in enumerate(read_rules(obj, reading)):
        entries.append(LimitEntry(index, rule, rule.kind in kinds))
        kinds.add(rule.kind)
    return entries
