# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What Pod Security will say of a tenant's pods.

A refused pod is seen nowhere else: its StatefulSet or Deployment is there, and just never gets ready.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ...diagnosis.diagnostic import Diagnostic
from ...diagnosis.subject import Subject, option
from ...isolation.pod_security.evaluate import evaluate
from ...isolation.pod_security.policy import LATEST, NEWEST, Level, Policy, minor_of, parse_minor
from ...isolation.pod_security.verdict import Place, Verdict, Violation
from ..options.pod_security import OPTION, PodSecurity
from .owners import Origin, PodOwner

MOST = 3
"""Fields that are named of one control; names in a warning."""


@dataclass(frozen=True)
class Judged:
    """``refused``: owners of pods that the namespace will not take. ``warnings`` are about levels that do not refuse."""

    refused: tuple[Diagnostic, ...] = ()
    warnings: tuple[Diagnostic, ...] = ()


def judge_pods(tenant: str, levels: PodSecurity, owners: Iterable[PodOwner], kubernetes: str) -> Judged:
    """``kubernetes``: the cluster's version; one that cannot be read is taken for the newest that is known."""
    release = minor_of(kubernetes)
    release = NEWEST if release is None else release
    enforced, found = _policy(levels.enforce, levels), list(owners)
    verdicts = [(owner, evaluate(owner.metadata, owner.spec, enforced, release)) for owner in found]
    refused = [_refused(owner, verdict, levels, release) for owner, verdict in verdicts if not verdict.allowed]
    passing = [owner for owner, verdict in verdicts if verdict.allowed]
    warnings = (
        _not_brought(passing, levels, release) if levels.restrict_seldon else _said(tenant, passing, levels, release)
    )
    return Judged(tuple(refused), (*_unknown_rules(enforced, release), *warnings))


def check_version(levels: PodSecurity, kubernetes: str) -> list[Diagnostic]:
    """A version that the cluster does not know yet: its own newest rules would count, and other ones after its next
    upgrade.
    """
    minor, release = parse_minor(levels.version), minor_of(kubernetes)
    if minor is None or release is None or minor <= release:
        return []
    message = f'"{levels.version}" is newer than the cluster ({kubernetes}), which would judge by its own newest rules, and by others after its upgrade'
    step = f"set it to v1.{release} or older, or to {LATEST}"
    return [Diagnostic(option(f"{OPTION}.version"), message, next_steps=(step,))]


def _unknown_rules(policy: Policy, release: int) -> list[Diagnostic]:
    """A cluster whose newest rules count, and are newer than what is known here."""
    counting = release if policy.minor is None else min(policy.minor, release)
    if counting <= NEWEST:
        return []
    message = f"Pod Security is judged by the rules of v1.{NEWEST}: those of v1.{counting} are not known here, and may forbid more"
    return [Diagnostic(option(f"{OPTION}.version"), message, next_steps=(f"set it to v1.{NEWEST}",))]


def _policy(level: str, levels: PodSecurity) -> Policy:
    return Policy(Level(level), parse_minor(levels.version))


def _refused(owner: PodOwner, verdict: Verdict, levels: PodSecurity, release: int) -> Diagnostic:
    reasons = ", ".join(violation.forbidden.reason for violation in verdict.violations)
    message = f"its pods would be refused by Pod Security {verdict.policy}: {reasons}"
    if not verdict.violations:
        message = f"its pods cannot be checked against Pod Security {verdict.policy}"
    return _problem(owner, message, verdict, levels, release)


def _problem(owner: PodOwner, message: str, verdict: Verdict, levels: PodSecurity, release: int) -> Diagnostic:
    """With a line for each control, and one about what the option does or did."""
    found = _with_origins(owner, verdict, release)
    details = [_line(owner, violation, origins) for violation, origins in found]
    details += [
        f"{unknown.control}: {owner.override.path_of(unknown.field)} is not {unknown.expected}"
        for unknown in verdict.unknown[:MOST]
    ]
    in_base = owner.base is not None and any(owner.base in origins for _violation, origins in found)
    if owner.base is not None and in_base and verdict.policy.level is Level.RESTRICTED:
        details.append(_about_base(owner.base, owner.offered, levels))
    if found:
        field = found[0][1][0].path_of(found[0][0].forbidden.places[0].field)
    else:
        field = owner.override.path_of(verdict.unknown[0].field)
    return Diagnostic(owner.subject, message, field, details=tuple(details))


def _about_base(base: Origin, offered: bool, levels: PodSecurity) -> str:
    if not offered:
        return (
            f"{base.subject} is the team's own: {OPTION}.restrict_seldon changes only objects that the platform offers"
        )
    if levels.restrict_seldon:
        return f"{base.subject} sets a value that restricted forbids: restrict_seldon only adds missing fields, and changes nothing if that is not enough"
    return f"{OPTION}.restrict_seldon: true adds the missing fields to objects that the platform offers"


def _with_origins(owner: PodOwner, verdict: Verdict, release: int) -> list[tuple[Violation, list[Origin]]]:
    """Each violation with where its places come from: the config, if it breaks that control there by itself."""
    broken: set[tuple[str, str]] = set()
    if owner.base is not None and verdict.violations:
        alone = evaluate(owner.base.metadata, owner.base.spec, verdict.policy, release)
        broken = {
            (violation.control, place.field) for violation in alone.violations for place in violation.forbidden.places
        }

    def origin(control: str, place: Place) -> Origin:
        return owner.base if owner.base is not None and (control, place.field) in broken else owner.override

    return [(found, [origin(found.control, place) for place in found.forbidden.places]) for found in verdict.violations]


def _line(owner: PodOwner, violation: Violation, origins: Sequence[Origin]) -> str:
    places = violation.forbidden.places
    fields = [
        f"{'' if origin.subject == owner.subject else f'{origin.subject} '}{origin.path_of(place.field)}"
        for place, origin in zip(places[:MOST], origins[:MOST], strict=True)
    ]
    more = f" and {len(places) - MOST} more" if len(places) > MOST else ""
    return f"{violation.control}: {', '.join(fields)}{more}: {places[0].next_step}"


def _said(tenant: str, owners: list[PodOwner], levels: PodSecurity, release: int) -> list[Diagnostic]:
    """One line for what the team brings that does not keep the level that is only warned or audited about.

    What the platform offers keeps it as little, for every tenant and in every run: nothing that a run of one tenant
    should repeat.
    """
    for mode, level in (("warn", levels.warn), ("audit", levels.audit)):
        policy = _policy(level, levels)
        subjects = [str(owner.subject) for owner in owners if _brings_violations(owner, policy, release)]
        if subjects:
            names = "; ".join(subjects[:MOST]) + (f" and {len(subjects) - MOST} more" if len(subjects) > MOST else "")
            step = f"the pods still run; the API server names the fields when the pods are created. To stop this warning, set {OPTION}.{mode}: {levels.enforce}"
            message = f"Pod Security {policy} ({mode}) is not met by {names}"
            return [Diagnostic(Subject("Namespace", tenant), message, f"{OPTION}.{mode}", next_steps=(step,))]
    return []


def _brings_violations(owner: PodOwner, policy: Policy, release: int) -> bool:
    """Other ones than what the platform offers has by itself."""
    verdict = evaluate(owner.metadata, owner.spec, policy, release)
    origins = [origin for _violation, found in _with_origins(owner, verdict, release) for origin in found]
    return any(not (owner.offered and origin is owner.base) for origin in origins)


def _not_brought(owners: list[PodOwner], levels: PodSecurity, release: int) -> list[Diagnostic]:
    """Seldon's pods that run, but could not be brought to restricted."""
    policy, found = _policy(Level.RESTRICTED.value, levels), []
    for owner in owners:
        verdict = evaluate(owner.metadata, owner.spec, policy, release)
        if owner.base is not None and not verdict.allowed:
            found.append(
                _problem(
                    owner, f"restrict_seldon cannot make its pods meet Pod Security {policy}", verdict, levels, release
                )
            )
    return found
