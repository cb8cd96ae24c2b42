# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Jobs of the team that ran to their end and are not created again, so that they need no quota."""

from __future__ import annotations

from collections.abc import Sequence

from ..applyset.ends import finished_executions
from ..applyset.objects import intent_of, key_of
from ..applyset.snapshot import read_inventory, read_objects
from ..applyset.step import Wanted
from ..kube.client import KubeClient
from ..kube.objects import name_of, of
from ..kube.resources import JOB
from ..kube.types import KubeObject
from .options.tenant_options import TenantOptions


def without_finished(
    client: KubeClient, options: TenantOptions, team: Sequence[KubeObject], namespace: KubeObject | None
) -> list[KubeObject]:
    """The team's objects without these Jobs; ``namespace`` is the live one. Raises KubeError."""
    jobs = of(JOB, team)
    if namespace is None or not jobs:
        return list(team)
    inventory = read_inventory(client, options.name, options.platform_namespace)
    intents = [intent_of(job, JOB, options.name, {}) for job in jobs]
    wanted = [Wanted(JOB, key_of(JOB, intent), intent) for intent in intents]
    recorded = [item for item in wanted if (member := inventory.members.get(item.key)) and member.execution]
    names = {item.key.name for item in recorded}
    live = {key_of(JOB, obj): obj for obj in read_objects(client, JOB, options.name, names).values()}
    finished = finished_executions(client, recorded, live, inventory, {options.name: namespace})
    done = {key.name for key in finished}
    return [obj for obj in team if not (of(JOB, [obj]) and name_of(obj) in done)]
