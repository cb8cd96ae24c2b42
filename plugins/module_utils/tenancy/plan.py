# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Everything about one tenant before anything is written: its objects, or every reason why it cannot be."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

from ..applyset.request import FIELD_MANAGER
from ..capacity.assess import Assessment, assess
from ..capacity.read import read_state
from ..capacity.text import problems_of
from ..explain.left import explain_left
from ..kube.client import KubeClient
from ..manifests.manifest import Manifest
from ..manifests.team_rules import Ruling, sort_team_objects
from ..monitoring.objects import Monitoring
from ..tenant.judge_pods import check_version, judge_pods
from ..tenant.options import TenantOptions
from ..tenant.plan import TenantPlan, render_tenant, unresolved
from ..tenant.planned_server import planned_servers
from ..tenant.pod_owners import pod_owners
from ..tenant.problem import Problem
from ..tenant.rbac import platform_accounts
from ..tenant.restricted_platform import platform_for
from ..tenant.snapshot import TenantSnapshot
from ..tenant.tenant_change import tenant_change
from .expectation import Expectation, as_expected, expected_of
from .read import read_snapshots
from .scoping_guard import check_guard, guard_problems
from .supplements import GENERATED, supplemented


class TenantRefused(Exception):
    """A tenant that cannot be; ``str()`` holds every reason, one cause first."""

    def __init__(self, reasons: Iterable[str]) -> None:
        super().__init__("\n".join(reasons))


@dataclass(frozen=True)
class PlannedTenant:
    """The platform's objects, the team's objects that are applied, and its objects that are not; ``live`` is what was there.

    ``expected`` are parts of the platform that are still to come; ``tolerated`` is what stands against the tenant and was asked to be only said.
    ``explained``: lines about objects of ``left``, by the index of their manifest.
    """

    plan: TenantPlan
    team: tuple[Manifest, ...]
    left: tuple[Ruling, ...]
    live: TenantSnapshot
    assessment: Assessment
    expected: Expectation = Expectation()
    tolerated: tuple[str, ...] = ()
    monitoring: Monitoring = Monitoring()
    explained: Mapping[int, Sequence[str]] = field(default_factory=dict)


def plan_tenant(
    client: KubeClient,
    options: TenantOptions,
    manifests: Sequence[Manifest],
    extra_kinds: Collection[str],
    expected_platforms: Sequence[Mapping[str, Any]] = (),
    enforce: bool = True,
) -> PlannedTenant:
    """Reads both namespaces and plans. Raises TenantRefused, or KubeError where a read failed.

    Without ``enforce`` Servers that come to no ServerConfig, pods that Pod Security refuses, what the scoping guard refuses,
    and quotas that do not suffice, are only said.
    """
    expected = expected_of(expected_platforms, client.server, options.platform_namespace)
    network = options.network
    apiserver = network.policies and not network.apiserver_cidrs
    platform, live = read_snapshots(
        client, options.name, options.platform_namespace, expected.objects, apiserver=apiserver
    )
    discovery = client.discover()
    platform = platform_for(options.pod_security, as_expected(platform, expected))
    if expected.kinds:
        discovery = discovery.with_seldon()
    team = sort_team_objects(
        manifests,
        options.name,
        discovery,
        extra_kinds=extra_kinds,
        platform_objects={**platform_accounts(options), **GENERATED},
    )
    objects = [manifest.object for manifest in team.applied]
    plan = render_tenant(options, platform, objects, live, FIELD_MANAGER)
    servers = planned_servers(plan, platform)
    owners = pod_owners(options.name, plan, servers, platform, objects)
    pods = judge_pods(options.name, options.pod_security, owners, platform.kubernetes)
    plan, monitoring = supplemented(
        options, replace(plan, warnings=(*plan.warnings, *pods.warnings)), objects, discovery
    )
    change = tenant_change(options.name, plan, servers, objects, platform, live, discovery)
    with ThreadPoolExecutor(max_workers=8) as executor:
        state = read_state(client, options.name, live.namespace is not None, change, discovery, executor)
    assessment = assess(change, state, {resource.group_resource for resource in discovery.resources})
    never = (*plan.problems, *check_version(options.pod_security, platform.kubernetes), *check_guard(platform))
    reasons = [str(ruling.problem()) for ruling in team.refused] + [
        _with_place(problem, team.applied) for problem in never
    ]
    doubted = (*unresolved(plan), *pods.refused, *guard_problems(platform, options.name, plan, servers, objects))
    doubts = [_with_place(problem, team.applied) for problem in doubted]
    doubts += ["\n".join(problems)] if (problems := problems_of(assessment)) else []
    if reasons or (doubts and enforce):
        raise TenantRefused([*reasons, *doubts])
    explained = explain_left(team.left, options.name, plan, servers, owners, platform, objects)
    return PlannedTenant(
        plan, team.applied, team.left, live, assessment, expected, tuple(doubts), monitoring, explained
    )


def _with_place(problem: Problem, manifests: Iterable[Manifest]) -> str:
    """The problem with the file and line of the object that it is about, where a manifest is."""
    place = next((manifest.place for manifest in manifests if manifest.title == problem.subject), "")
    return f"{place}  {problem.text()}" if place else problem.text()
