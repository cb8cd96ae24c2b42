# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The tenant as it will be after the run, as far as policies and monitors of a team can be about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ...kube.objects import mapping, of
from ...kube.resources import NAMESPACE, SERVICE
from ...kube.types import KubeObject
from ...manifests.team_kinds import MONITORING_GROUP
from ..network.planned_policy import PlannedPolicy
from ..pods.owners import PodOwner
from ..render import TenantPlan


@dataclass(frozen=True)
class Planned:
    """``pods``: one for each object that makes pods, under that object's title. ``services``: the operator's and the
    team's.

    ``platform`` is the platform's namespace; ``policies`` and ``monitors`` are the platform's own.
    """

    tenant: str
    platform: str
    namespace: KubeObject
    pods: Sequence[KubeObject] = ()
    services: Sequence[KubeObject] = ()
    policies: Sequence[PlannedPolicy] = ()
    monitors: Sequence[KubeObject] = ()


def planned_of(plan: TenantPlan, owners: Iterable[PodOwner], team: Iterable[KubeObject]) -> Planned:
    """``owners``: everything that makes pods. ``team``: the team's objects that are applied."""
    tenant = plan.resolved
    objects = plan.platform_objects
    return Planned(
        tenant.name,
        tenant.platform_namespace,
        next(iter(of(NAMESPACE, objects)), {"metadata": {"name": tenant.name}}),
        [_pod(tenant.name, owner) for owner in owners],
        [*tenant.services, *of(SERVICE, team)],
        plan.network_policies,
        [
            obj
            for obj in objects
            if obj["kind"] in ("PodMonitor", "ServiceMonitor") and obj["apiVersion"].startswith(MONITORING_GROUP)
        ],
    )


def _pod(tenant: str, owner: PodOwner) -> KubeObject:
    title = owner.subject.part or str(owner.subject)
    return {
        "metadata": {"namespace": tenant, "name": title, "labels": mapping(owner.metadata).get("labels")},
        "spec": owner.spec,
    }
