# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Everything about one tenant before anything is written: its objects, or every reason why it cannot be."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

from ..diagnosis.diagnostic import Diagnostic
from ..diagnosis.grouping import one_per_cause
from ..diagnosis.render import as_line, as_text
from ..kube.client import KubeClient
from ..kube.objects import by_name
from ..manifests.manifest import Manifest
from ..manifests.team_rules import Ruling, sort_team_objects
from ..monitoring.objects import Monitoring
from ..ownership.labels import FIELD_MANAGER
from ..quota_check.assess import Assessment, assess
from ..quota_check.read import read_state
from ..quota_check.text import problems_of
from .access.team_rbac import platform_accounts
from .change import tenant_change
from .configs.restricted_platform import platform_for
from .expectation import Expectation, as_expected, expected_of
from .explain.left import explain_left
from .finished_jobs import without_finished
from .kept_replicas import keep_replicas
from .options.tenant_options import TenantOptions
from .pods.owners import pod_owners
from .pods.pod_security import check_version, judge_pods
from .read import read_snapshots
from .references.check import check_references
from .render import TenantPlan, render_tenant, unresolved
from .scoping_guard import check_guard, guard_problems
from .snapshot import TenantSnapshot
from .supplements import GENERATED, supplemented


class TenantRefused(Exception):
    """A tenant that cannot be; ``str()`` holds every reason, one cause first."""

    def __init__(self, reasons: Iterable[str]) -> None:
        super().__init__("\n".join(reasons))


@dataclass(frozen=True)
class PlannedTenant:
    """The platform's objects, the team's objects that are applied, and its objects that are not; ``live`` is what was
    there.

    ``expected``: parts of the platform that do not exist yet; ``tolerated``: problems that are reported and do not stop
    the run, because ``enforce`` is off. ``explained``: lines about objects of ``left``, by the index of their manifest.
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

    Without ``enforce`` some problems are warnings: Servers whose reference is not resolved, objects that the scheduler
    refuses or cannot place, pods that Pod Security refuses, objects that the scoping guard refuses, and quotas that are too
    small.
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
    owners = pod_owners(plan.resolved, objects)
    pods = judge_pods(options.name, options.pod_security, owners, platform.kubernetes)
    plan, monitoring = supplemented(
        options, replace(plan, warnings=(*plan.warnings, *pods.warnings)), objects, discovery
    )
    due = without_finished(client, options, objects, live.namespace)
    change = tenant_change(plan, due, live, discovery)
    with ThreadPoolExecutor(max_workers=8) as executor:
        state = read_state(client, options.name, live.namespace is not None, change, discovery, executor)
        references = check_references(client, options, plan, owners, objects, manifests, executor)
    assessment = assess(
        keep_replicas(change, by_name(live.servers), state),
        state,
        {resource.group_resource for resource in discovery.resources},
    )
    never = (*plan.problems, *check_version(options.pod_security, platform.kubernetes), *check_guard(platform))
    reasons = [as_line(problem) for problem in one_per_cause(ruling.diagnostic for ruling in team.refused)]
    reasons += _texts(never, team.applied)
    doubted = (*unresolved(plan), *references.errors, *pods.refused, *guard_problems(platform, plan, objects))
    doubts = _texts(doubted, team.applied)
    doubts += ["\n".join(problems)] if (problems := problems_of(assessment)) else []
    if reasons or (doubts and enforce):
        raise TenantRefused([*reasons, *doubts])
    plan = replace(plan, warnings=(*plan.warnings, *_located(references.warnings, team.applied)))
    explained = explain_left(team.left, plan, owners, objects)
    return PlannedTenant(
        plan, team.applied, team.left, live, assessment, expected, tuple(doubts), monitoring, explained
    )


def _texts(problems: Iterable[Diagnostic], manifests: Iterable[Manifest]) -> list[str]:
    """The problems, each cause once."""
    return [as_text(cause) for cause in _located(problems, manifests)]


def _located(problems: Iterable[Diagnostic], manifests: Iterable[Manifest]) -> list[Diagnostic]:
    """Each cause once, with the file and line of the object that it is about, where a manifest is."""
    places = {manifest.subject: manifest.place for manifest in manifests}
    return one_per_cause(problem.at(places.get(problem.subject)) for problem in problems)
