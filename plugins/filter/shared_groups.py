# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Finds groups that have access to several tenants."""

from __future__ import annotations

DOCUMENTATION = r"""
name: shared_groups
short_description: Finds groups that have access to several tenants
version_added: 0.1.0
description:
  - One team's group in another team's C(tenant_namespace_access) is often a mistake. A group of auditors is not.
  - Only hosts on one cluster are compared. Hosts are on one cluster if their variables C(kubeconfig) and C(context) are the same.
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
- name: Warn about groups that have access to several tenants
  ansible.builtin.debug:
    msg: "{{ groups.tenants | ml_platform.seldon.shared_groups(hostvars) }}"
  run_once: true
"""

RETURN = r"""
_value:
  description: One line per group that has access to several tenants.
  type: list
  elements: str
  sample: ["group fraud-analysts has access to fraud-detection (viewers), recommendation-engine (owners)"]
"""

import typing as t
from collections.abc import Iterable, Iterator, Mapping

from ansible.errors import AnsibleError
from ansible_collections.ml_platform.seldon.plugins.plugin_utils._tenant_host import cluster_of_host, tenant_of_host
from jinja2 import UndefinedError

SHOWN = 5
"""Tenants that a line names."""


def shared_groups(hosts: Iterable[str], hostvars: Mapping[str, Mapping[str, t.Any]]) -> list[str]:
    """One line per group, ordered by name. Invalid access options are ignored, because the check of the tenant refuses
    them.
    """
    places: dict[tuple[str, str, str], dict[str, str]] = {}
    for host in hosts:
        for key, tenant, profile in _of_host(host, hostvars[host]):
            places.setdefault(key, {}).setdefault(tenant, profile)
    return [
        f"group {group} has access to {_listed(tenants)}"
        for (group, *cluster), tenants in sorted(places.items())
        if len(tenants) > 1
    ]


def _of_host(host: str, variables: Mapping[str, t.Any]) -> list[tuple[tuple[str, str, str], str, str]]:
    """Group and cluster, tenant, profile. Empty if a variable of the host is undefined: that is reported for its tenant."""
    try:
        cluster, tenant = cluster_of_host(variables), tenant_of_host(host, variables)
        return [
            ((group, *cluster), tenant, profile) for group, profile in _bound(variables.get("tenant_namespace_access"))
        ]
    except (AnsibleError, UndefinedError):
        return []


def _bound(access: t.Any) -> Iterator[tuple[str, str]]:
    """Group and profile, the widest profile first."""
    for profile in ("owners", "deployers", "viewers"):
        members = access.get(profile) if isinstance(access, Mapping) else None
        named = members.get("groups") if isinstance(members, Mapping) else None
        yield from ((str(group), profile) for group in (named if isinstance(named, list) else ()))


def _listed(tenants: Mapping[str, str]) -> str:
    words = [f"{tenant} ({profile})" for tenant, profile in tenants.items()]
    return ", ".join(words[:SHOWN]) + (f" and {len(words) - SHOWN} more" if len(words) > SHOWN else "")


class FilterModule:
    """The filter under its name."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name to function."""
        return {"shared_groups": shared_groups}
