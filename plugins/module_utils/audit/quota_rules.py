# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How much of its quota a tenant uses, and whether the quota means anything (TA7xx)."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from ..kube.known import LIMIT_RANGE, RESOURCE_QUOTA
from ..kube.objects import mapping, spec_of
from ..quota.limit_ranges import read_limit_ranges
from ..quota.lint import lint_limit_range, lint_quota
from ..quota.resource_quota import live_quota
from .finding import Findings, Rule, Severity
from .snapshot import title_of
from .world import World

_RAISE = "raise tenant_namespace_quota, or use less"
_CORRECT = "correct tenant_namespace_quota"
_KINDS = (RESOURCE_QUOTA,)

OVER = Rule(
    "TA701",
    Severity.HIGH,
    "more is used than the quota allows",
    "the quota was lowered under what was there: nothing new starts",
    _RAISE,
    _KINDS,
)
NEARLY = Rule("TA702", Severity.LOW, "the quota is nearly used up", "the next change may be refused", _RAISE, _KINDS)
WITHOUT_EFFECT = Rule(
    "TA703",
    Severity.MEDIUM,
    "a quota or LimitRange that does not do what it says",
    "a limit that is never enforced protects nobody, one that contradicts another refuses everything",
    _CORRECT,
    (RESOURCE_QUOTA, LIMIT_RANGE),
)
UNCOUNTED = Rule(
    "TA704",
    Severity.MEDIUM,
    "the quota is not counted",
    "until its status is about its spec, nobody knows what is used, and other limits than the written ones hold",
    "see whether kube-controller-manager runs",
    _KINDS,
)
UNLIMITED = Rule(
    "TA705", Severity.MEDIUM, "no quota limits CPU and memory", "one team can use up the nodes", _CORRECT, _KINDS
)

NEAR = Fraction(9, 10)
_COMPUTE = (("requests.cpu", "cpu", "limits.cpu"), ("requests.memory", "memory", "limits.memory"))


def rules() -> Iterator[Rule]:
    yield from (OVER, NEARLY, WITHOUT_EFFECT, UNCOUNTED, UNLIMITED)


def find(world: World) -> Findings:
    """For each tenant, each key of each of its quotas."""
    for tenant in world.tenants:
        quotas = world.snapshot.inside(RESOURCE_QUOTA, tenant.name)
        ranges = world.snapshot.inside(LIMIT_RANGE, tenant.name)
        limits = read_limit_ranges(ranges) if world.snapshot.readable(LIMIT_RANGE) else None
        for obj in quotas:
            yield from _of_use(tenant.name, obj)
            others = [other for other in quotas if other is not obj]
            for finding in lint_quota(obj, limits, None, others) if limits is not None else ():
                yield WITHOUT_EFFECT.found(tenant.name, title_of(obj), finding.message, finding.field, finding.repair)
        for obj in ranges:
            for finding in lint_limit_range(obj):
                yield WITHOUT_EFFECT.found(tenant.name, title_of(obj), finding.message, finding.field, finding.repair)
        hard = {key for obj in quotas for key in mapping(spec_of(obj).get("hard"))}
        missing = [alternatives[0] for alternatives in _COMPUTE if not hard & set(alternatives)]
        if quotas and missing:
            yield UNLIMITED.found(
                tenant.name, title_of(quotas[0]), f"no quota of the namespace has {' or '.join(missing)}", "spec.hard"
            )


def _of_use(tenant: str, obj: object) -> Findings:
    if not isinstance(obj, dict):
        return
    quota, title = live_quota(obj), title_of(obj)
    if len(quota.used) < len(quota.hard) and "does not count" not in quota.doubt:
        yield UNCOUNTED.found(tenant, title, quota.doubt, "status")
    written = mapping(mapping(obj.get("status")).get("used"))
    for key, used in quota.used.items():
        hard = quota.hard[key]
        said = f"{written.get(key)} of {quota.written.get(key)} {key} are used"
        if used > hard:
            yield OVER.found(tenant, title, said, f"status.used.{key}")
        elif hard > 0 and used >= hard * NEAR and used > 0:
            yield NEARLY.found(tenant, title, said, f"status.used.{key}")
