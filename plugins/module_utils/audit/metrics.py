# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The four success metrics of the pattern, as numbers with what they were counted from."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from ..kube.known import MODEL, NAMESPACE, RESOURCE_QUOTA
from ..kube.objects import mapping
from ..kube.resource import Resource
from ..quota.resource_quota import live_quota
from .condition_rules import FORBIDDEN
from .dependency_rules import AFFINITY, ALIAS_INSIDE, ON_PLATFORM, ON_TENANT
from .finding import Finding, Rule
from .reference_rules import CONFIG_OTHERS, OUTSIDE, REF_ELSEWHERE
from .snapshot import namespace_of, title_of
from .world import World

CROSSING = (ON_TENANT, ON_PLATFORM, AFFINITY, ALIAS_INSIDE, REF_ELSEWHERE, CONFIG_OTHERS)
"""The rules that find cross-namespace dependencies."""


DEPENDENCIES, MODELS, ERRORS, UTILISATION = (
    "cross_namespace_dependencies",
    "models_in_team_namespaces",
    "permission_errors",
    "highest_quota_utilisation",
)
MEASURES = {
    DEPENDENCIES: ("findings", "0"),
    MODELS: ("percent", "100"),
    ERRORS: ("findings", "0"),
    UTILISATION: ("percent", "at most 100"),
}
"""Unit and target of each metric."""


class State(str, Enum):
    """UNKNOWN where something that had to be counted could not be read; MISSED if what could be read is enough to say so."""

    MET = "met"
    MISSED = "missed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Metric:
    """``value`` in ``unit``, to be compared with ``target``; None where nothing could be counted. ``unknown`` says what could not be."""

    name: str
    state: State
    value: int | None
    unit: str
    target: str
    evidence: tuple[str, ...]
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True)
class Use:
    """One key of one quota. ``percent`` is rounded up, so that 100 is never said of less."""

    tenant: str
    quota: str
    key: str
    used: str
    hard: str
    percent: int
    within: bool


def metrics(world: World, findings: Sequence[Finding], uses: Sequence[Use]) -> list[Metric]:
    """``findings`` are all of them: a waiver changes no number."""
    return [
        _counted(DEPENDENCIES, world, findings, CROSSING),
        _models(world, findings),
        _counted(ERRORS, world, findings, FORBIDDEN),
        _utilisation(world, uses),
    ]


def _metric(
    name: str, state: State, value: int | None, evidence: tuple[str, ...], unknown: tuple[str, ...] = ()
) -> Metric:
    unit, target = MEASURES[name]
    return Metric(name, state, value, unit, target, evidence, unknown)


def _lacking(world: World, *kinds: Resource) -> tuple[str, ...]:
    unread = world.snapshot.unread
    return tuple(
        sorted(f"{name}: {unread[name]}" for name in {kind.group_resource for kind in kinds} if name in unread)
    )


def _counted(name: str, world: World, findings: Sequence[Finding], rules: Collection[Rule]) -> Metric:
    found = [finding for finding in findings if finding.rule in rules]
    unknown = _lacking(world, *(kind for rule in rules for kind in rule.kinds))
    state = State.MISSED if found else State.UNKNOWN if unknown else State.MET
    evidence = tuple(f"{one.rule.id} {one.object} {one.field}: {one.evidence}" for one in found)
    return _metric(name, state, None if unknown and not found else len(found), evidence, unknown)


def _models(world: World, findings: Sequence[Finding]) -> Metric:
    unknown = _lacking(world, MODEL, NAMESPACE)
    if unknown:
        return _metric(MODELS, State.UNKNOWN, None, (), unknown)
    asked = world.snapshot.asked
    models = [model for model in world.snapshot.all(MODEL) if asked is None or namespace_of(model) in asked]
    outside = [title_of(model) for model in models if namespace_of(model) not in world.known]
    inside = len(models) - len(outside)
    evidence = (
        f"{inside} of {len(models)} Models are in namespaces of tenants",
        *(f"{OUTSIDE.id} {title}" for title in outside),
    )
    return _metric(
        MODELS, State.MISSED if outside else State.MET, 100 * inside // len(models) if models else 100, evidence
    )


def _utilisation(world: World, uses: Sequence[Use]) -> Metric:
    unknown = [*_lacking(world, RESOURCE_QUOTA), *_uncounted(world)]
    over = [use for use in uses if not use.within]
    state = State.MISSED if over else State.UNKNOWN if unknown else State.MET
    highest = sorted(uses, key=lambda use: (use.within, -use.percent, use.tenant, use.key))
    evidence = tuple(f"{use.tenant} {use.key}: {use.used} of {use.hard}" for use in (over or highest[:4]))
    return _metric(UTILISATION, state, max((use.percent for use in uses), default=None), evidence, tuple(unknown))


def _uncounted(world: World) -> Iterator[str]:
    for tenant in world.tenants:
        for obj in world.snapshot.inside(RESOURCE_QUOTA, tenant.name):
            quota = live_quota(obj)
            if len(quota.used) < len(quota.hard):
                yield f"{title_of(obj)}: {quota.doubt}"


def utilisation(world: World) -> list[Use]:
    """Every key of every quota that is counted, by tenant."""
    found = []
    for tenant in world.tenants:
        for obj in world.snapshot.inside(RESOURCE_QUOTA, tenant.name):
            quota, written = live_quota(obj), mapping(mapping(obj.get("status")).get("used"))
            for key, used in quota.used.items():
                hard = quota.hard[key]
                percent = -int(-Fraction(100 * used, hard) // 1) if hard else (100 if used else 0)
                found.append(
                    Use(tenant.name, quota.name, key, str(written.get(key)), quota.written[key], percent, used <= hard)
                )
    return found
