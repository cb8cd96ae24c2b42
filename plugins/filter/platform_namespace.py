# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Finds the platform namespace of a host's cluster in the inventory."""

from __future__ import annotations

DOCUMENTATION = r"""
name: platform_namespace
short_description: Finds the platform namespace of a host's cluster
version_added: 0.1.0
description:
  - Returns C(seldon_core_namespace) of the first platform host on the same cluster as a tenant's host, or V(seldon-system) if there is none.
  - Hosts are on one cluster if their variables C(kubeconfig) and C(context) are the same.
positional: hostvars, host
options:
  _input:
    description: Names of the platform hosts.
    type: list
    elements: str
    required: true
  hostvars:
    description: The variable C(hostvars).
    type: dict
    required: true
  host:
    description: Name of the tenant's host.
    type: str
    required: true
author:
  - The ml_platform.seldon authors (@ml-platform)
"""

EXAMPLES = r"""
- name: Show the platform namespace
  ansible.builtin.debug:
    msg: "{{ groups.platform | default([]) | ml_platform.seldon.platform_namespace(hostvars, inventory_hostname) }}"
"""

RETURN = r"""
_value:
  description: Name of the platform namespace.
  type: str
  sample: seldon-system
"""

import typing as t
from collections.abc import Iterable, Mapping

from ansible_collections.ml_platform.seldon.plugins.plugin_utils._tenant_host import (
    cluster_of_host,
    platform_of_cluster,
)


def platform_namespace(platforms: Iterable[str], hostvars: Mapping[str, Mapping[str, t.Any]], host: str) -> str:
    """The namespace that the platform of the host's cluster has in the inventory."""
    return platform_of_cluster(platforms, hostvars, cluster_of_host(hostvars[host]))[1]


class FilterModule:
    """The filter under its name."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name to function."""
        return {"platform_namespace": platform_namespace}
