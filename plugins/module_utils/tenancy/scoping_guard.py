# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the scoping guard will say of a tenant's objects, told before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..isolation.guard.configuration import CONFIGURATION, options_in
from ..isolation.guard.judge import Violation, judge
from ..isolation.guard.rule import Rule
from ..isolation.guard.rules import rules_in_force
from ..kube.known import SERVER, SERVER_CONFIG
from ..kube.objects import by_name, mapping, name_of, of
from ..kube.types import KubeObject
from ..tenant.plan import TenantPlan
from ..tenant.planned_server import PlannedServer
from ..tenant.problem import Problem
from ..tenant.server_config import Source
from ..tenant.snapshot import PlatformSnapshot


def check_guard(platform: PlatformSnapshot) -> list[Problem]:
    """A guard that nothing can be judged by."""
    if platform.scoping_guard is None or options_in(platform.scoping_guard):
        return []
    step = ("deploy the platform again: it writes them anew",)
    expected = "data.options cannot be read: nothing can be judged by the scoping guard"
    return [Problem(f"ConfigMap {platform.namespace}/{CONFIGURATION}", expected, "data.options", step)]


def guard_problems(
    platform: PlatformSnapshot,
    tenant: str,
    plan: TenantPlan,
    servers: Iterable[PlannedServer],
    team: Sequence[KubeObject],
) -> list[Problem]:
    """One for each rule that an object breaks: the team's, then what the platform offers, then Servers with a ServerConfig from elsewhere."""
    options = options_in(platform.scoping_guard) if platform.scoping_guard else None
    if options is None:
        return []
    rules = rules_in_force(options)
    problems = [_problem(violation) for obj in team for violation in judge(obj, rules, tenant)]
    if not options.exempt_users and not options.exempt_groups:
        offered = [obj for obj in plan.platform_objects if mapping(obj.get("metadata")).get("namespace") == tenant]
        problems += [_of_platform(violation) for obj in offered for violation in judge(obj, rules, tenant)]
    return problems + _older(rules, tenant, servers, team)


def _older(
    rules: Sequence[Rule], tenant: str, servers: Iterable[PlannedServer], team: Sequence[KubeObject]
) -> list[Problem]:
    """What Servers get from a ServerConfig that is there already, and may be older than the guard.

    Pods break nothing that neither their Server nor its ServerConfig breaks.
    """
    manifests, brought = by_name(of(SERVER, team)), by_name(of(SERVER_CONFIG, team))
    problems = []
    for planned in servers:
        name, config = name_of(planned.server), name_of(planned.config)
        if planned.source is Source.OWN and name in manifests and config not in brought:
            own = {violation.identifier for violation in judge(planned.server, rules, tenant)}
            found = [violation for violation in judge(planned.config, rules, tenant) if violation.identifier not in own]
            problems += [
                Problem(f"Server {name}", f"with ServerConfig {config} {violation.text}", violation.check.field)
                for violation in found
            ]
    return problems


def _problem(violation: Violation) -> Problem:
    return Problem(f"{violation.kind} {violation.name}", violation.text, violation.check.field)


def _of_platform(violation: Violation) -> Problem:
    details = (
        "the platform itself puts it there: change it, allow it in seldon_core_scoping_guard_options, or exempt the platform's user there",
    )
    return Problem(f"{violation.kind} {violation.name}", violation.text, violation.check.field, details)
