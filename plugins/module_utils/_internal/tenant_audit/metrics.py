# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The four success metrics of the pattern, as numbers with what they were counted from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from ..kube.resource import Resource
from ..kube.resources import MODEL, NAMESPACE, RESOURCE_QUOTA
from .catalogue import RULES
from .measures import DEPENDENCIES, ERRORS, MEASURES, MODELS, UTILISATION
from .quotas import live_quotas
from .reference_rules import model_without_team
from .rule import Finding
from .snapshot import namespace_of, title_of
from .world import World


class State(str, Enum):
    """UNKNOWN where something that had to be counted could not be read; MISSED where the objects that could be read
    already miss the target.
    """

    MET = "met"
    MISSED = "missed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Metric:
    """``value`` in ``unit``, to be compared with ``target``; None where nothing could be counted. ``unknown`` says what
    could not be.
    """

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
        _counted(DEPENDENCIES, world, findings),
        _models(world, findings),
        _counted(ERRORS, world, findings),
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


def _counted(name: str, world: World, findings: Sequence[Finding]) -> Metric:
    """The findings of the rules that count for the metric."""
    kinds = [kind for rule in RULES.values() if rule.metric == name for kind in rule.kinds]
    counted = [finding for finding in findings if finding.rule.metric == name]
    unknown = _lacking(world, *kinds)
    state = State.MISSED if counted else State.UNKNOWN if unknown else State.MET
    evidence = tuple(f"{finding.rule.id} {finding.object} {finding.field}: {finding.evidence}" for finding in counted)
    return _metric(name, state, None if unknown and not counted else len(counted), evidence, unknown)


def _models(world: World, findings: Sequence[Finding]) -> Metric:
    unknown = _lacking(world, MODEL, NAMESPACE)
    if unknown:
        return _metric(MODELS, State.UNKNOWN, None, (), unknown)
    asked = world.snapshot.asked
    models = [model for model in world.snapshot.all(MODEL) if asked is None or namespace_of(model) in asked]
    outside = [title_of(model) for model in models if namespace_of(model) not in world.all_tenants]
    inside = len(models) - len(outside)
    evidence = (
        f"{inside} of {len(models)} Models are in namespaces of tenants",
        *(f"{model_without_team.id} {title}" for title in outside),
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
    return (f"{quota.title}: {quota.live.doubt}" for quota in live_quotas(world) if not quota.is_counted)


def utilisation(world: World) -> list[Use]:
    """Every key of every quota that is counted, by tenant."""
    return [
        Use(
            quota.tenant,
            quota.live.name,
            key,
            str(quota.written.get(key)),
            quota.live.written[key],
            _percent(used, quota.live.hard[key]),
            used <= quota.live.hard[key],
        )
        for quota in live_quotas(world)
        for key, used in quota.live.used.items()
    ]


def _percent(used: int, hard: int) -> int:
    """Rounded up."""
    return -int(-Fraction(100 * used, hard) // 1) if hard else (100 if used else 0)
