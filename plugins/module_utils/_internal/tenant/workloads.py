# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which of a tenant's objects count: those of the team's manifests, and live ones that stay although no manifest names
them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..kube.objects import by_name, of
from ..kube.resource import Resource
from ..kube.resources import EXPERIMENT, MODEL, PIPELINE, SELDON_CONFIG, SELDON_RUNTIME, SERVER, SERVER_CONFIG
from ..kube.types import KubeObject
from ..ownership.owners import team_owned
from .snapshot import TenantSnapshot


@dataclass(frozen=True)
class Workloads:
    """The team's objects that matter for the plan, each kind in manifest order and then live ones by name."""

    servers: Sequence[KubeObject] = ()
    server_configs: Sequence[KubeObject] = ()
    seldon_configs: Sequence[KubeObject] = ()
    seldon_runtimes: Sequence[KubeObject] = ()
    pipelines: Sequence[KubeObject] = ()
    models: Sequence[KubeObject] = ()
    experiments: Sequence[KubeObject] = ()


def workloads(team: Sequence[KubeObject], live: TenantSnapshot, field_manager: str) -> Workloads:
    """Live objects that only we applied do not count beside the manifests: they are removed when no manifest names
    them.
    """

    def united(resource: Resource, existing: Sequence[KubeObject]) -> list[KubeObject]:
        manifests = of(resource, team)
        kept = by_name(team_owned(existing, field_manager))
        return [*manifests, *(kept[name] for name in sorted(kept.keys() - by_name(manifests).keys()))]

    return Workloads(
        servers=united(SERVER, live.servers),
        server_configs=united(SERVER_CONFIG, live.server_configs),
        seldon_configs=united(SELDON_CONFIG, live.seldon_configs),
        seldon_runtimes=united(SELDON_RUNTIME, live.seldon_runtimes),
        pipelines=united(PIPELINE, live.pipelines),
        models=united(MODEL, live.models),
        experiments=united(EXPERIMENT, live.experiments),
    )
