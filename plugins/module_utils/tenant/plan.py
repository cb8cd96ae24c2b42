# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One tenant of strategy ``dedicated``: everything that the platform puts there, and everything that stands against it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..applyset.request import FIELD_MANAGER
from ..kube.known import SECRET, SELDON_RUNTIME
from ..kube.objects import by_name, mappings, name_of, of, spec_of
from ..kube.types import KubeObject
from .central import check_central
from .configs import SELDON_CONFIG, offered_configs
from .containers import Container, merged_containers, team_containers
from .control_plane_tls import missing_secrets
from .handed_over import handed_over
from .labels import operator_selector
from .limit_range import check_limit_range, limit_range
from .namespace import check_namespace, namespace
from .network_addresses import apiserver_endpoints
from .network_notes import network_notes
from .network_policies import network_policies
from .network_runtime import NetworkedRuntime, networked_runtime
from .operator import CENTRAL, dedicated_operator, small_memory
from .options import TenantOptions
from .ownership import team_owned
from .problem import Problem
from .quota import resource_quota
from .rbac import check_debug, check_default_account, team_rbac
from .runtime import NAME, RCLONE_SECRET, rclone_secret, seldon_runtime
from .server_config import Resolution, Source, resolve_references
from .snapshot import PlatformSnapshot, TenantSnapshot
from .stale_condition import stale_conditions
from .workloads import Workloads, workloads


@dataclass(frozen=True)
class TenantPlan:
    """``platform_objects`` in the order in which they have to come; to be written only if there are no ``problems``.

    Servers without a ServerConfig are not among these: see ``unresolved``.

    ``warnings`` do not stop anything.
    """

    platform_objects: tuple[KubeObject, ...]
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    resolutions: tuple[Resolution, ...] = ()
    workloads: Workloads = Workloads()


def render_tenant(
    options: TenantOptions,
    platform: PlatformSnapshot,
    team: Sequence[KubeObject],
    live: TenantSnapshot,
    field_manager: str = FIELD_MANAGER,
) -> TenantPlan:
    """``team`` are the objects of the team's manifests, all for the tenant's namespace. Never raises for what it finds in objects."""
    found = workloads(team, live, field_manager)
    resolutions = resolve_references(
        found.servers,
        found.server_configs,
        platform.server_configs,
        namespace=namespace(options),
        platform_namespace=platform.namespace,
    )
    containers = [*_containers(options, platform, found, resolutions), *team_containers(team)]
    runtimes = (
        [] if of(SELDON_RUNTIME, team) else [seldon_runtime(options.name, options.runtime, _pipelines(options, found))]
    )
    network, apiserver = _network(options, platform, found, runtimes), apiserver_endpoints(platform.apiserver)
    objects = [
        namespace(options),
        limit_range(options, containers),
        resource_quota(options),
        *team_rbac(options),
        *network_policies(
            options.name, options.network, network, (platform.namespace, operator_selector(options.name)), apiserver
        ),
        *([] if _has_rclone_secret(team, live, field_manager) else [rclone_secret(options.name)]),
        *offered_configs(
            options.name, platform.seldon_configs, found.seldon_configs, platform.server_configs, resolutions
        ),
        *_operator(options, platform),
        *runtimes,
    ]
    problems = [
        *check_namespace(options, live.namespace, field_manager),
        *_check_platform(options, platform, found),
        *check_limit_range(options, containers),
        *_check_runtimes(options.name, [*found.seldon_runtimes, *of(SELDON_RUNTIME, objects)]),
        *_check_pipelines(options, found),
    ]
    warnings = handed_over(team, live, field_manager, options.name) + check_default_account(
        options.name, live.default_account, field_manager
    )
    warnings += check_debug(options)
    warnings += stale_conditions(live.servers)
    warnings += network_notes(options.name, options.network, network, apiserver, team)
    warnings += missing_secrets(platform.central, team, live.control_plane_secrets, options.name)
    if platform.central is not None:
        warnings += small_memory(platform.central, options.operator.resources)
    return TenantPlan(tuple(objects), tuple(problems), tuple(warnings), tuple(resolutions), found)


def unresolved(plan: TenantPlan) -> list[Problem]:
    """The Servers that come to no ServerConfig."""
    return [resolution.problem for resolution in plan.resolutions if resolution.problem]


def _operator(options: TenantOptions, platform: PlatformSnapshot) -> list[KubeObject]:
    if platform.central is None:
        return []
    return dedicated_operator(
        platform.central, options.name, platform.namespace, platform.manager_rules, options.operator.resources
    )


def _network(
    options: TenantOptions, platform: PlatformSnapshot, found: Workloads, runtimes: Sequence[KubeObject]
) -> NetworkedRuntime:
    seldon_configs = {**by_name(platform.seldon_configs), **by_name(found.seldon_configs)}
    runtime = next(iter([*found.seldon_runtimes, *runtimes]), {})
    return networked_runtime(options.name, runtime, seldon_configs.get(SELDON_CONFIG, {}), options.network)


def _pipelines(options: TenantOptions, found: Workloads) -> bool:
    wanted = options.runtime.pipelines
    return wanted == "always" or (wanted == "auto" and bool(found.pipelines))


def _has_rclone_secret(team: Sequence[KubeObject], live: TenantSnapshot, field_manager: str) -> bool:
    """Whether the team has one of its own, by its manifests or by hand: the platform's is an offer only."""
    by_hand = live.rclone_secret is not None and bool(team_owned([live.rclone_secret], field_manager))
    return by_hand or RCLONE_SECRET in by_name(of(SECRET, team))


def _containers(
    options: TenantOptions, platform: PlatformSnapshot, found: Workloads, resolutions: Sequence[Resolution]
) -> list[Container]:
    """The containers of the runtime's components and of the servers, with what their overrides add."""
    seldon_configs = {**by_name(platform.seldon_configs), **by_name(found.seldon_configs)}
    components = mappings(spec_of(seldon_configs.get(SELDON_CONFIG, {})).get("components"))
    containers = [
        container
        for component in components
        for container in merged_containers(
            component.get("podSpec"), options.runtime.overrides.get(str(component.get("name")), {}).get("podSpec")
        )
    ]
    server_configs = {**by_name(platform.server_configs), **by_name(found.server_configs)}
    for server, resolution in zip(found.servers, resolutions, strict=True):
        if resolution.source is not Source.UNRESOLVED:
            base = spec_of(server_configs[resolution.server_config]).get("podSpec")
            containers += merged_containers(base, spec_of(server).get("podSpec"))
    return containers


def _check_platform(options: TenantOptions, platform: PlatformSnapshot, found: Workloads) -> list[Problem]:
    step = ("install the platform first: ansible-playbook playbooks/seldon_deploy.yml",)
    if platform.central is None:
        return [
            Problem(
                f"Deployment {platform.namespace}/{CENTRAL}",
                "does not exist: there is no operator to derive the tenant's from",
                "",
                step,
            )
        ]
    problems = check_central(platform.central, options.name)
    if SELDON_CONFIG not in {**by_name(platform.seldon_configs), **by_name(found.seldon_configs)}:
        message = f"does not exist, neither in {platform.namespace} (platform) nor in {options.name} (own namespace)"
        problems.append(Problem(f"SeldonConfig {SELDON_CONFIG}", message, "", step))
    return problems


def _check_runtimes(tenant: str, runtimes: Sequence[KubeObject]) -> list[Problem]:
    names = sorted(by_name(runtimes))
    if len(names) < 2:
        return []
    other = next(name for name in names if name != NAME)
    message = f"is one of {len(names)} in the namespace ({', '.join(names)}): they would fight over the same objects"
    steps = (
        f"keep one: kubectl delete seldonruntime {other} -n {tenant}",
        "(its finalizer waits until the namespace has no Server)",
    )
    return [Problem(f"SeldonRuntime {other}", message, "metadata.name", steps)]


def _check_pipelines(options: TenantOptions, found: Workloads) -> list[Problem]:
    if options.runtime.pipelines != "never" or not found.pipelines:
        return []
    message = 'would never be ready: tenant_namespace_runtime.pipelines is "never"'
    return [
        Problem(f"Pipeline {name_of(found.pipelines[0])}", message, "", ("set that to auto, or remove the Pipeline",))
    ]
