# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the scoping guard will say of a tenant's objects, told before anything is written."""

from __future__ import annotations

from collections.abc import Sequence

from ..isolation.guard.configuration import CONFIGURATION, options_in
from ..isolation.guard.judge import Violation, judge
from ..isolation.guard.options import GuardOptions
from ..isolation.guard.rule import Rule
from ..isolation.guard.rules import rules_in_force
from ..kube.client import KubeClient
from ..kube.errors import KubeError, NotFound
from ..kube.known import CONFIG_MAP, SERVER, SERVER_CONFIG
from ..kube.objects import by_name, mapping, name_of, of
from ..kube.types import KubeObject
from ..serverconfig.effective import effective
from ..tenant.plan import TenantPlan
from ..tenant.problem import Problem
from ..tenant.server_config import Source
from .expectation import Expectation


def read_guard(client: KubeClient, platform_namespace: str, expected: Expectation) -> GuardOptions | None:
    """The guard's options, None where the guard is off. Raises KubeError, also where they cannot be understood."""
    found = by_name(of(CONFIG_MAP, expected.objects)).get(CONFIGURATION)
    if found is None and not expected.whole:
        try:
            found = client.get(CONFIG_MAP, platform_namespace, CONFIGURATION)
        except NotFound:
            return None
    if found is None:
        return None
    options = options_in(found)
    if options is None:
        raise KubeError(f"ConfigMap {platform_namespace}/{CONFIGURATION}: data.options cannot be read. Deploy the platform again: it writes them anew")
    return options


def guard_problems(options: GuardOptions | None, tenant: str, plan: TenantPlan, team: Sequence[KubeObject]) -> list[Problem]:
    """One for each rule that an object breaks: the team's, then what the platform offers, then Servers with a ServerConfig from elsewhere."""
    if options is None:
        return []
    rules = rules_in_force(options)
    problems = [_problem(violation) for obj in team for violation in judge(obj, rules, tenant)]
    if not options.exempt_users and not options.exempt_groups:
        offered = [obj for obj in plan.platform_objects if mapping(obj.get("metadata")).get("namespace") == tenant]
        problems += [_of_platform(violation) for obj in offered for violation in judge(obj, rules, tenant)]
    return problems + _merged(rules, tenant, plan, team)


def _merged(rules: Sequence[Rule], tenant: str, plan: TenantPlan, team: Sequence[KubeObject]) -> list[Problem]:
    """What the pods of a Server would break and its own manifest does not: its ServerConfig may be older than the guard."""
    problems = []
    manifests, brought = by_name(of(SERVER, team)), by_name(of(SERVER_CONFIG, team))
    configs = by_name(plan.workloads.server_configs)
    for server, resolution in zip(plan.workloads.servers, plan.resolutions, strict=True):
        if resolution.source is not Source.OWN or name_of(server) not in manifests or resolution.server_config in brought:
            continue
        pods = effective(server, configs[resolution.server_config])
        metadata = {"name": pods.name, "labels": dict(pods.template_labels), "annotations": dict(pods.annotations)}
        merged = {"apiVersion": SERVER.api_version, "kind": SERVER.kind, "metadata": metadata, "spec": {"podSpec": pods.pod_spec}}
        own = {violation.identifier for violation in judge(server, rules, tenant)}
        # The command of a ServerConfig is nobody's override.
        found = [violation for violation in judge(merged, rules, tenant) if violation.identifier not in (*own, "SG304")]
        problems += [_problem(violation, f"with ServerConfig {resolution.server_config} ") for violation in found]
    return problems


def _problem(violation: Violation, with_what: str = "") -> Problem:
    return Problem(f"{violation.kind} {violation.name}", with_what + violation.text, violation.check.field)


def _of_platform(violation: Violation) -> Problem:
    details = ("the platform itself puts it there: change it, allow it in seldon_core_scoping_guard_options, or exempt the platform's user there",)
    return Problem(f"{violation.kind} {violation.name}", violation.text, violation.check.field, details)
