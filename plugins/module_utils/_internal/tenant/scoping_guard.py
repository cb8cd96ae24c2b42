# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the scoping guard will say of a tenant's objects, told before anything is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..diagnosis.diagnostic import Diagnostic
from ..diagnosis.subject import Subject
from ..isolation.guard.configuration import CONFIGURATION, options_in
from ..isolation.guard.judge import Violation, judge
from ..isolation.guard.rule import Rule
from ..isolation.guard.rules import rules_in_force
from ..kube.objects import by_name, mapping, name_of, of
from ..kube.resources import CONFIG_MAP, SERVER, SERVER_CONFIG
from ..kube.types import KubeObject
from ..resolved_tenant.reference import Source
from ..resolved_tenant.resolved_tenant import ResolvedTenant
from .render import TenantPlan
from .snapshot import PlatformSnapshot


def check_guard(platform: PlatformSnapshot) -> list[Diagnostic]:
    """A guard that nothing can be judged by."""
    if platform.scoping_guard is None or options_in(platform.scoping_guard):
        return []
    subject = Subject(CONFIG_MAP.kind, CONFIGURATION, platform.namespace)
    message = "data.options cannot be read: the scoping guard cannot check anything"
    step = "deploy the platform again: this writes the options again"
    return [Diagnostic(subject, message, "data.options", next_steps=(step,))]


def guard_problems(platform: PlatformSnapshot, plan: TenantPlan, team: Sequence[KubeObject]) -> list[Diagnostic]:
    """One for each rule that an object breaks: the team's, then what the platform offers, then Servers with a
    ServerConfig from elsewhere.
    """
    options = options_in(platform.scoping_guard) if platform.scoping_guard else None
    if options is None:
        return []
    rules, tenant = rules_in_force(options), plan.resolved.name
    problems = [_problem(violation) for obj in team for violation in judge(obj, rules, tenant)]
    if not options.exempt_users and not options.exempt_groups:
        offered = [obj for obj in plan.platform_objects if mapping(obj.get("metadata")).get("namespace") == tenant]
        problems += [_of_platform(violation) for obj in offered for violation in judge(obj, rules, tenant)]
    return problems + _older(rules, plan.resolved, team)


def _older(rules: Sequence[Rule], tenant: ResolvedTenant, team: Sequence[KubeObject]) -> list[Diagnostic]:
    """Faults that Servers get from a ServerConfig that already exists, and may be older than the guard.

    Pods break nothing that neither their Server nor its ServerConfig breaks.
    """
    manifests, brought = by_name(of(SERVER, team)), by_name(of(SERVER_CONFIG, team))
    problems = []
    for planned in tenant.planned_servers:
        name, config = planned.name, name_of(planned.config)
        if planned.source is Source.OWN and name in manifests and config not in brought:
            own = {violation.identifier for violation in judge(planned.server, rules, tenant.name)}
            found = [
                violation for violation in judge(planned.config, rules, tenant.name) if violation.identifier not in own
            ]
            problems += [
                Diagnostic(
                    Subject(SERVER.kind, name), f"with ServerConfig {config} {violation.text}", violation.check.field
                )
                for violation in found
            ]
    return problems


def _problem(violation: Violation) -> Diagnostic:
    return Diagnostic(Subject(violation.kind, violation.name), violation.text, violation.check.field)


def _of_platform(violation: Violation) -> Diagnostic:
    step = "the platform itself puts it there: change it, allow it in seldon_core_scoping_guard_options, or exempt the platform's user there"
    return replace(_problem(violation), next_steps=(step,))
