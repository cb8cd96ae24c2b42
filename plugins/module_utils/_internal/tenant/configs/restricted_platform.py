# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The platform's configs as a tenant gets them whose Seldon pods are brought to Pod Security ``restricted``."""

from __future__ import annotations

from dataclasses import replace

from ...isolation.pod_security.restricted_configs import restricted_seldon_config, restricted_server_config
from ..options.pod_security import PodSecurity
from ..snapshot import PlatformSnapshot


def platform_for(levels: PodSecurity, platform: PlatformSnapshot) -> PlatformSnapshot:
    """``platform`` with restricted configs; unchanged without ``restrict_seldon``. Configs that the team owns are not
    part of it.
    """
    if not levels.restrict_seldon:
        return platform
    return replace(
        platform,
        seldon_configs=[restricted_seldon_config(config) for config in platform.seldon_configs],
        server_configs=[restricted_server_config(config) for config in platform.server_configs],
    )
