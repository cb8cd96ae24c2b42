# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Each Server of a tenant with the ServerConfig that it comes to, and what the operator makes of both."""

from __future__ import annotations

from dataclasses import dataclass

from ..capacity.seldon import NEWEST, effective_servers
from ..kube.objects import by_name
from ..kube.types import KubeObject
from ..operators.image import Version
from ..serverconfig.effective import Effective
from .central import central_version
from .configs import as_offered
from .plan import TenantPlan
from .server_config import Source
from .snapshot import PlatformSnapshot


@dataclass(frozen=True)
class PlannedServer:
    """``source``: whose ``config`` it is; never UNRESOLVED."""

    server: KubeObject
    config: KubeObject
    source: Source
    effective: Effective


def planned_servers(plan: TenantPlan, platform: PlatformSnapshot) -> list[PlannedServer]:
    """Those that come to a ServerConfig."""
    configs = {
        Source.OWN: by_name(plan.workloads.server_configs),
        Source.PLATFORM: by_name(map(as_offered, platform.server_configs)),
    }
    resolved = [
        (server, configs[resolution.source][resolution.server_config], resolution.source)
        for server, resolution in zip(plan.workloads.servers, plan.resolutions, strict=True)
        if resolution.source is not Source.UNRESOLVED
    ]
    made = effective_servers([(server, config) for server, config, _source in resolved], release_of(platform))
    return [
        PlannedServer(server, config, source, effective)
        for (server, config, source), effective in zip(resolved, made, strict=True)
    ]


def release_of(platform: PlatformSnapshot) -> Version:
    """The central operator's, as far as its image tells."""
    return (central_version(platform.central) if platform.central else None) or NEWEST
