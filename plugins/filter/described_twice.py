# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Finds hosts of an inventory that describe the same tenant."""

from __future__ import annotations

DOCUMENTATION = r"""
name: described_twice
short_description: Finds hosts that describe the same tenant
version_added: 0.1.0
description:
  - Two hosts with the same C(tenant_namespace_name) on one cluster would overwrite each other's changes.
  - Hosts are on one cluster if their variables C(kubeconfig) and C(context) are the same.
positional: hostvars
options:
  _input:
    description: Names of hosts.
    type: list
    elements: str
    required: true
  hostvars:
    description: The variable C(hostvars).
    type: dict
    required: true
author:
  - The ml_platform.seldon authors (@ml-platform)
"""

EXAMPLES = r"""
- name: Refuse an inventory with two hosts for one tenant
  ansible.builtin.assert:
    that: ansible_play_hosts_all | ml_platform.seldon.described_twice(hostvars) | length == 0
  run_once: true
"""

RETURN = r"""
_value:
  description: One line per tenant that several hosts describe.
  type: list
  elements: str
  sample: ["tenant fraud-detection is described by the hosts fraud-detection and fraud-old"]
"""

import typing as t
from collections.abc import Iterable, Mapping

from ansible_collections.ml_platform.seldon.plugins.plugin_utils._tenant_host import cluster_of_host, tenant_of_host


def described_twice(hosts: Iterable[str], hostvars: Mapping[str, Mapping[str, t.Any]]) -> list[str]:
    """One line per tenant that several hosts describe, in the order of the hosts."""
    describing: dict[tuple[str, str, str], list[str]] = {}
    for host in hosts:
        variables = hostvars[host]
        describing.setdefault((*cluster_of_host(variables), tenant_of_host(host, variables)), []).append(str(host))
    return [
        f"tenant {tenant} is described by the hosts {' and '.join(several)}"
        for (kubeconfig, context, tenant), several in describing.items()
        if len(several) > 1
    ]


class FilterModule:
    """The filter under its name."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name to function."""
        return {"described_twice": described_twice}
