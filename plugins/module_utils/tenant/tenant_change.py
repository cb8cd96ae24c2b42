# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a tenant's run makes of its namespace, as far as quotas count it."""

from __future__ import annotations

from collections.abc import Sequence

from ..capacity.change import Change
from ..capacity.seldon import runtimes_in_force, server_plan, servers_are_scaled
from ..kube.discovery import Discovery
from ..kube.known import SELDON_RUNTIME, SERVER
from ..kube.objects import by_name, name_of, of
from ..kube.types import KubeObject
from .plan import TenantPlan
from .planned_server import PlannedServer, release_of
from .snapshot import PlatformSnapshot, TenantSnapshot


def tenant_change(
    tenant: str,
    plan: TenantPlan,
    servers: Sequence[PlannedServer],
    team: Sequence[KubeObject],
    platform: PlatformSnapshot,
    live: TenantSnapshot,
    discovery: Discovery,
) -> Change:
    """A Server that comes to no ServerConfig takes nothing; one that nobody names any more goes, and gives back what it holds."""
    applied = [
        obj for obj in (*plan.platform_objects, *team) if (obj.get("metadata") or {}).get("namespace", tenant) == tenant
    ]
    kinds = [(discovery.find(str(obj.get("apiVersion")), str(obj.get("kind"))), obj) for obj in applied]
    staying = {name_of(server) for server in plan.workloads.servers}
    release = release_of(platform)
    names = {**by_name(plan.workloads.seldon_runtimes), **by_name(of(SELDON_RUNTIME, plan.platform_objects))}
    seldon_configs = {**by_name(platform.seldon_configs), **by_name(plan.workloads.seldon_configs)}
    runtimes = list(runtimes_in_force(names.values(), seldon_configs))
    return Change(
        desired=[(kind.group_resource, obj) for kind, obj in kinds if kind is not None and kind.namespaced],
        removed=[(SERVER.group_resource, name) for name in by_name(live.servers) if name not in staying],
        servers=[server_plan(planned.server, planned.effective) for planned in servers],
        runtimes=runtimes,
        release=(release.major, release.minor, release.patch),
        autoscaling=servers_are_scaled(release, runtimes),
    )
