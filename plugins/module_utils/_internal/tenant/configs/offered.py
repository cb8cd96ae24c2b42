# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Configs of the platform as they are offered in a tenant's namespace, where its operator looks for them."""

from __future__ import annotations

from collections.abc import Sequence

from ...kube.objects import by_name
from ...kube.types import KubeObject
from ...ownership.copies import copied
from ...resolved_tenant.reference import Source
from ...resolved_tenant.resolved_tenant import ResolvedTenant
from ..snapshot import PlatformSnapshot

SELDON_CONFIG = "default"


def offered_configs(
    tenant: ResolvedTenant, platform: PlatformSnapshot, own_seldon_configs: Sequence[KubeObject]
) -> list[KubeObject]:
    """SeldonConfig ``default`` unless the tenant has its own, then those platform ServerConfigs that a Server refers
    to; by name.

    ``own_seldon_configs`` are those of the team's manifests and the live ones that are not ours alone: they are never
    written.
    """
    seldon_configs = by_name(platform.seldon_configs)
    own = by_name(own_seldon_configs)
    offered = [seldon_configs[SELDON_CONFIG]] if SELDON_CONFIG in seldon_configs and SELDON_CONFIG not in own else []
    server_configs = by_name(platform.server_configs)
    wanted = {entry.server_config for entry in tenant.references if entry.source is Source.PLATFORM}
    offered += [server_configs[name] for name in sorted(wanted)]
    return [copied(config, tenant.name) for config in offered]
