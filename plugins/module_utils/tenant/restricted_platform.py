# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The platform's configs as a tenant gets them whose Seldon pods are brought to Pod Security ``restricted``."""

from __future__ import annotations

from dataclasses import replace

from ..isolation.pod_security.restrict import restricted
from ..kube.objects import mapping, spec_of
from ..kube.types import KubeObject
from .options import PodSecurity
from .snapshot import PlatformSnapshot


def platform_for(levels: PodSecurity, platform: PlatformSnapshot) -> PlatformSnapshot:
    """The same platform where that was not asked for. What the team owns is not among its configs, and stays as it is."""
    if not levels.restrict_seldon:
        return platform
    return replace(
        platform,
        seldon_configs=[restricted_seldon_config(config) for config in platform.seldon_configs],
        server_configs=[restricted_server_config(config) for config in platform.server_configs],
    )


def restricted_server_config(config: KubeObject) -> KubeObject:
    """The same object where nothing is to be added, or adding would not be enough."""
    pod_spec = spec_of(config).get("podSpec")
    brought = restricted(pod_spec)
    return config if brought is pod_spec else {**config, "spec": {**spec_of(config), "podSpec": brought}}


def restricted_seldon_config(config: KubeObject) -> KubeObject:
    """Component by component."""
    components = spec_of(config).get("components")
    if not isinstance(components, list):
        return config
    brought = [
        {**component, "podSpec": restricted(component["podSpec"])} if mapping(component).get("podSpec") else component
        for component in components
    ]
    return {**config, "spec": {**spec_of(config), "components": brought}}
