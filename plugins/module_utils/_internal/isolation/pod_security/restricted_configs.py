# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Configs of the platform whose pods are brought to Pod Security ``restricted``."""

from __future__ import annotations

from ...kube.objects import mapping, spec_of
from ...kube.types import KubeObject
from .restrict import restricted


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
