# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a tenant's run makes of its namespace, as far as quotas count it."""

from __future__ import annotations

from collections.abc import Sequence

from ..kube.discovery import Discovery
from ..kube.objects import by_name, name_of
from ..kube.resources import SERVER
from ..kube.types import KubeObject
from ..quota_check.change import Change
from .render import TenantPlan
from .snapshot import TenantSnapshot


def tenant_change(plan: TenantPlan, team: Sequence[KubeObject], live: TenantSnapshot, discovery: Discovery) -> Change:
    """A Server whose reference is not resolved takes nothing; one that nobody names any more goes, and gives back what
    it holds.
    """
    tenant = plan.resolved.name
    applied = [
        obj for obj in (*plan.platform_objects, *team) if (obj.get("metadata") or {}).get("namespace", tenant) == tenant
    ]
    kinds = [(discovery.find(str(obj.get("apiVersion")), str(obj.get("kind"))), obj) for obj in applied]
    staying = {name_of(server) for server in plan.workloads.servers}
    return Change(
        desired=[(kind.group_resource, obj) for kind, obj in kinds if kind is not None and kind.namespaced],
        removed=[(SERVER.group_resource, name) for name in by_name(live.servers) if name not in staying],
        tenant=plan.resolved,
    )
