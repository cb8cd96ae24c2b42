# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The tenant as it will be after the run, as far as policies and monitors of a team can be about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..kube.known import NAMESPACE, NETWORK_POLICY, SERVICE
from ..kube.objects import mapping, of
from ..kube.types import KubeObject
from ..manifests.team_kinds import MONITORING_GROUP
from ..tenant.plan import TenantPlan
from ..tenant.planned_server import PlannedServer
from ..tenant.pod_owners import PodOwner
from ..tenant.snapshot import PlatformSnapshot
from .seldon_services import seldon_services


@dataclass(frozen=True)
class Planned:
    """``pods``: one for each object that makes pods, under that object's title. ``services``: the operator's and the team's.

    ``platform`` is the platform's namespace; ``policies`` and ``monitors`` are the platform's own.
    """

    tenant: str
    platform: str
    namespace: KubeObject
    pods: Sequence[KubeObject] = ()
    services: Sequence[KubeObject] = ()
    policies: Sequence[KubeObject] = ()
    monitors: Sequence[KubeObject] = ()


def planned_of(
    tenant: str,
    plan: TenantPlan,
    servers: Sequence[PlannedServer],
    owners: Iterable[PodOwner],
    platform: PlatformSnapshot,
    team: Iterable[KubeObject],
) -> Planned:
    """``owners``: everything that makes pods. ``team``: the team's objects that are applied."""
    objects = plan.platform_objects
    return Planned(
        tenant,
        platform.namespace,
        next(iter(of(NAMESPACE, objects)), {"metadata": {"name": tenant}}),
        [_pod(tenant, owner) for owner in owners],
        [*seldon_services(plan, servers, platform), *of(SERVICE, team)],
        of(NETWORK_POLICY, objects),
        [
            obj
            for obj in objects
            if obj["kind"] in ("PodMonitor", "ServiceMonitor") and obj["apiVersion"].startswith(MONITORING_GROUP)
        ],
    )


def _pod(tenant: str, owner: PodOwner) -> KubeObject:
    # A component's subject begins with its SeldonRuntime.
    title = owner.subject.rpartition(", ")[2]
    return {
        "metadata": {"namespace": tenant, "name": title, "labels": mapping(owner.metadata).get("labels")},
        "spec": owner.spec,
    }
