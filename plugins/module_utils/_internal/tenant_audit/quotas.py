# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The ResourceQuotas of the tenants with what their status says of them, read once for rules and metrics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..kube.objects import mapping
from ..kube.resources import RESOURCE_QUOTA
from ..quota.resource_quota import Quota, live_quota
from .rule import Observation
from .snapshot import title_of
from .world import World, derived


@dataclass(frozen=True)
class QuotaOfTenant:
    """``title`` is that of the object; ``written`` its ``status.used`` as it is written."""

    tenant: str
    title: str
    live: Quota
    written: Mapping[str, Any]

    @property
    def is_counted(self) -> bool:
        """Whether the use of every key is known."""
        return len(self.live.used) >= len(self.live.hard)

    def of_key(self, key: str) -> Observation:
        """How much of a key is used."""
        evidence = f"{self.written.get(key)} of {self.live.written.get(key)} {key} are used"
        return Observation(self.tenant, self.title, evidence, f"status.used.{key}")


@derived
def live_quotas(world: World) -> Sequence[QuotaOfTenant]:
    """By tenant."""
    return [
        QuotaOfTenant(tenant, title_of(obj), live_quota(obj), mapping(mapping(obj.get("status")).get("used")))
        for tenant, obj in world.inside(RESOURCE_QUOTA)
    ]
