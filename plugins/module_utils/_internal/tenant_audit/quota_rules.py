# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How much of its quota a tenant uses, and whether the quota means anything (TA7xx)."""

from __future__ import annotations

from fractions import Fraction

from ..kube.objects import mapping, spec_of
from ..kube.resources import LIMIT_RANGE, RESOURCE_QUOTA
from ..quota.limit_ranges import read_limit_ranges
from ..quota.lint import lint_limit_range, lint_quota
from .quotas import live_quotas
from .rule import Observation, Observations, Severity, rule
from .snapshot import title_of
from .world import World

NEAR = Fraction(9, 10)
_RAISE = "raise tenant_namespace_quota, or use less"
_CORRECT = "correct tenant_namespace_quota"
_COMPUTE = (("requests.cpu", "cpu", "limits.cpu"), ("requests.memory", "memory", "limits.memory"))


@rule(
    "TA701",
    Severity.HIGH,
    title="more is used than the quota allows",
    why="the quota was lowered below the current use: new objects are refused",
    repair=_RAISE,
    kinds=(RESOURCE_QUOTA,),
)
def over_quota(world: World) -> Observations:
    for quota in live_quotas(world):
        for key, used in quota.live.used.items():
            if used > quota.live.hard[key]:
                yield quota.of_key(key)


@rule(
    "TA702",
    Severity.LOW,
    title="the quota is nearly used up",
    why="the next change may be refused",
    repair=_RAISE,
    kinds=(RESOURCE_QUOTA,),
)
def nearly_used_up(world: World) -> Observations:
    for quota in live_quotas(world):
        for key, used in quota.live.used.items():
            if 0 < used <= quota.live.hard[key] and used >= quota.live.hard[key] * NEAR:
                yield quota.of_key(key)


@rule(
    "TA703",
    Severity.MEDIUM,
    title="a quota or LimitRange does not work as written",
    why="a limit that is never enforced protects nobody; a contradictory one refuses everything",
    repair=_CORRECT,
    kinds=(RESOURCE_QUOTA, LIMIT_RANGE),
)
def without_effect(world: World) -> Observations:
    for tenant in world.tenants if world.snapshot.readable(LIMIT_RANGE) else ():
        quotas = world.snapshot.inside(RESOURCE_QUOTA, tenant.name)
        ranges = world.snapshot.inside(LIMIT_RANGE, tenant.name)
        limits = read_limit_ranges(ranges)
        lints = [
            (obj, lint_quota(obj, limits, None, [other for other in quotas if other is not obj])) for obj in quotas
        ]
        for obj, findings in (*lints, *((obj, lint_limit_range(obj)) for obj in ranges)):
            for lint in findings:
                yield Observation(tenant.name, title_of(obj), lint.message, lint.field, lint.next_step)


@rule(
    "TA704",
    Severity.MEDIUM,
    title="the quota is not counted",
    why="while its status does not match its spec, the use is unknown, and the limits in the status apply",
    repair="check that kube-controller-manager runs",
    kinds=(RESOURCE_QUOTA,),
)
def not_counted(world: World) -> Observations:
    for quota in live_quotas(world):
        if not quota.is_counted and "does not count" not in quota.live.doubt:
            yield Observation(quota.tenant, quota.title, quota.live.doubt, "status")


@rule(
    "TA705",
    Severity.MEDIUM,
    title="no quota limits CPU and memory",
    why="one team can use up the nodes",
    repair=_CORRECT,
    kinds=(RESOURCE_QUOTA,),
)
def compute_unlimited(world: World) -> Observations:
    for tenant in world.tenants:
        quotas = world.snapshot.inside(RESOURCE_QUOTA, tenant.name)
        hard = {key for obj in quotas for key in mapping(spec_of(obj).get("hard"))}
        missing = [alternatives[0] for alternatives in _COMPUTE if not hard & set(alternatives)]
        if quotas and missing:
            evidence = f"no quota of the namespace has {' or '.join(missing)}"
            yield Observation(tenant.name, title_of(quotas[0]), evidence, "spec.hard")
