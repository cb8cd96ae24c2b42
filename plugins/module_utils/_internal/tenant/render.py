# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One tenant: every object that the platform puts into its namespace, and every reason that prevents it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..diagnosis.diagnostic import Diagnostic
from ..diagnosis.subject import Subject
from ..kube.objects import by_name, name_of, of
from ..kube.resources import PIPELINE, SECRET, SELDON_RUNTIME
from ..kube.types import KubeObject
from ..operators.central import central_version
from ..ownership.labels import FIELD_MANAGER
from ..ownership.owners import team_owned
from ..resolved_tenant.resolve_tenant import TenantObjects, resolve_tenant
from ..resolved_tenant.resolved_tenant import ResolvedTenant
from ..seldon.agent_contract import RCLONE_SECRET
from ..seldon.containers import team_containers
from ..seldon.stale_condition import stale_conditions
from .access.team_rbac import check_debug, check_default_account, team_rbac
from .configs.handed_over import handed_over
from .configs.offered import SELDON_CONFIG
from .configs.seldon_runtime import NAME, rclone_secret, seldon_runtime
from .guard_rails.limit_range import check_limit_range, limit_range
from .guard_rails.namespace import check_namespace, namespace
from .guard_rails.resource_quota import resource_quota
from .network.addresses import apiserver_endpoints
from .network.notes import network_notes
from .network.planned_policy import PlannedPolicy
from .network.policies import network_policies
from .network.runtime import networked_runtime
from .next_steps import INSTALL_PLATFORM
from .operator.control_plane_tls import missing_secrets
from .options.tenant_options import TenantOptions
from .pods.fixed_volumes import fixed_volumes
from .snapshot import PlatformSnapshot, TenantSnapshot
from .strategy.dedicated import Dedicated
from .strategy.strategy import Strategy
from .workloads import Workloads, workloads


@dataclass(frozen=True)
class TenantPlan:
    """``platform_objects`` in the order in which they have to come; to be written only if there are no ``problems``.

    Servers without a ServerConfig are not among these: see ``unresolved``. ``warnings`` do not stop anything.
    ``network_policies`` are those among the objects.
    """

    platform_objects: tuple[KubeObject, ...]
    problems: tuple[Diagnostic, ...] = ()
    warnings: tuple[Diagnostic, ...] = ()
    resolved: ResolvedTenant = ResolvedTenant()
    workloads: Workloads = Workloads()
    network_policies: tuple[PlannedPolicy, ...] = ()


def render_tenant(
    options: TenantOptions,
    platform: PlatformSnapshot,
    team: Sequence[KubeObject],
    live: TenantSnapshot,
    field_manager: str = FIELD_MANAGER,
    strategy: Strategy = Dedicated(),
) -> TenantPlan:
    """``team`` are the objects of the team's manifests, all for the tenant's namespace. Never raises for what it finds in
    objects.
    """
    found = workloads(team, live, field_manager)
    runtime = [] if of(SELDON_RUNTIME, team) else [_runtime(options, platform, found, strategy)]
    resolved = _resolved(options, platform, found, runtime, strategy)
    containers = [*resolved.containers, *team_containers(team)]
    network = networked_runtime(resolved, options.network)
    apiserver = apiserver_endpoints(platform.apiserver)
    policies = network_policies(options.name, options.network, network, strategy.operator_pods(options), apiserver)
    objects = [
        namespace(options),
        limit_range(options, containers),
        resource_quota(options),
        *team_rbac(options),
        *(policy.object for policy in policies),
        *([] if _has_rclone_secret(team, live, field_manager) else [rclone_secret(options.name)]),
        *strategy.offered(resolved, platform, found.seldon_configs),
        *strategy.operator(options, platform),
        *runtime,
    ]
    problems = [
        *check_namespace(options, live.namespace, field_manager),
        *strategy.check_platform(options, platform),
        *_check_seldon_config(options, platform, found),
        *check_limit_range(options, containers),
        *fixed_volumes(resolved, live.stateful_sets),
        *_check_runtimes(options.name, [*found.seldon_runtimes, *runtime]),
        *_check_pipelines(options, found),
    ]
    warnings = [
        *handed_over(team, live, field_manager, options.name),
        *check_default_account(options.name, live.default_account, field_manager),
        *check_debug(options),
        *stale_conditions(live.servers, central_version(platform.central) if platform.central else None),
        *network_notes(options.name, options.network, network, apiserver, team),
        *missing_secrets(platform.central, team, live.control_plane_secrets, options.name),
        *strategy.warnings(options, platform),
    ]
    return TenantPlan(tuple(objects), tuple(problems), tuple(warnings), resolved, found, tuple(policies))


def unresolved(plan: TenantPlan) -> list[Diagnostic]:
    """The Servers whose reference leads to no ServerConfig."""
    return [reference.problem for reference in plan.resolved.references if reference.problem]


def _runtime(options: TenantOptions, platform: PlatformSnapshot, found: Workloads, strategy: Strategy) -> KubeObject:
    wanted = options.runtime.pipelines
    pipelines = wanted == "always" or (wanted == "auto" and bool(found.pipelines))
    return seldon_runtime(options.name, options.runtime, pipelines, strategy.release(platform))


def _resolved(
    options: TenantOptions,
    platform: PlatformSnapshot,
    found: Workloads,
    runtime: Sequence[KubeObject],
    strategy: Strategy,
) -> ResolvedTenant:
    return resolve_tenant(
        TenantObjects(
            namespace=namespace(options),
            platform_namespace=platform.namespace,
            servers=found.servers,
            server_configs=found.server_configs,
            seldon_configs=found.seldon_configs,
            runtimes=list({**by_name(found.seldon_runtimes), **by_name(runtime)}.values()),
            platform_server_configs=platform.server_configs,
            platform_seldon_configs=platform.seldon_configs,
            release=strategy.release(platform),
            deployments=strategy.deployments(platform),
        )
    )


def _has_rclone_secret(team: Sequence[KubeObject], live: TenantSnapshot, field_manager: str) -> bool:
    """Whether the team has one of its own, by its manifests or by hand: the platform's is an offer only."""
    by_hand = live.rclone_secret is not None and bool(team_owned([live.rclone_secret], field_manager))
    return by_hand or RCLONE_SECRET in by_name(of(SECRET, team))


def _check_seldon_config(options: TenantOptions, platform: PlatformSnapshot, found: Workloads) -> list[Diagnostic]:
    if platform.central is None or SELDON_CONFIG in by_name((*platform.seldon_configs, *found.seldon_configs)):
        return []
    message = f"does not exist, neither in {platform.namespace} (platform) nor in {options.name} (own namespace)"
    return [Diagnostic(Subject("SeldonConfig", SELDON_CONFIG), message, next_steps=(INSTALL_PLATFORM,))]


def _check_runtimes(tenant: str, runtimes: Sequence[KubeObject]) -> list[Diagnostic]:
    names = sorted(by_name(runtimes))
    if len(names) < 2:
        return []
    other = next(name for name in names if name != NAME)
    message = f"is one of {len(names)} in the namespace ({', '.join(names)}): they would fight over the same objects"
    steps = (
        f"keep one: kubectl delete seldonruntime {other} -n {tenant}",
        "(its finalizer waits until the namespace has no Server)",
    )
    return [Diagnostic(Subject(SELDON_RUNTIME.kind, other), message, "metadata.name", next_steps=steps)]


def _check_pipelines(options: TenantOptions, found: Workloads) -> list[Diagnostic]:
    if options.runtime.pipelines != "never" or not found.pipelines:
        return []
    message = 'would never be ready: tenant_namespace_runtime.pipelines is "never"'
    subject = Subject(PIPELINE.kind, name_of(found.pipelines[0]))
    return [Diagnostic(subject, message, next_steps=("set that to auto, or remove the Pipeline",))]
