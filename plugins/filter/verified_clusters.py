# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Lists the clusters of a verification, and one host for each of them."""

from __future__ import annotations

DOCUMENTATION = r"""
name: verified_clusters
short_description: Lists the clusters of a verification
version_added: 0.1.0
description:
  - Hosts are on one cluster if their variables C(kubeconfig) and C(context) are the same.
  - One host represents each cluster. It is the first platform host in the run, or else the first tenant's host.
positional: tenants, hostvars, groups, whole
options:
  _input:
    description: Names of all hosts in the run.
    type: list
    elements: str
    required: true
  tenants:
    description: Names of the hosts of the chosen tenants.
    type: list
    elements: str
    required: true
  hostvars:
    description: The variable C(hostvars).
    type: dict
    required: true
  groups:
    description: The variable C(groups).
    type: dict
    required: true
  whole:
    description: Whether to verify all tenants of the clusters, also those that are not in the inventory.
    type: bool
    required: true
author:
  - The ml_platform.seldon authors (@ml-platform)
"""

EXAMPLES = r"""
- name: Show the clusters
  ansible.builtin.debug:
    msg: "{{ ansible_play_hosts_all | ml_platform.seldon.verified_clusters(groups.tenants, hostvars, groups, true) }}"
"""

RETURN = r"""
_value:
  description:
    - The clusters, by the name of the host that represents each.
    - C(cluster) is the name of the cluster, which is the platform's host if the inventory has one. C(hosts) are the hosts of its chosen tenants.
    - C(platform_namespace) is the platform namespace. C(namespaces) are the namespaces to audit, where an empty list means all tenants.
  type: dict
  sample:
    seldon-system:
      cluster: seldon-system
      hosts: [fraud-detection, recommendation-engine]
      platform_namespace: seldon-system
      namespaces: []
"""

import typing as t
from collections.abc import Collection, Mapping, Sequence

from ansible_collections.ml_platform.seldon.plugins.plugin_utils._tenant_host import (
    cluster_of_host,
    platform_of_cluster,
    tenant_of_host,
)


def verified_clusters(
    reached: Sequence[str],
    tenants: Collection[str],
    hostvars: Mapping[str, Mapping[str, t.Any]],
    groups: Mapping[str, Sequence[str]],
    whole: bool,
) -> dict[str, dict[str, t.Any]]:
    """One entry per cluster that has a platform or a chosen tenant among the hosts."""
    platforms = [str(host) for host in groups.get("platform") or ()]
    speakers: dict[tuple[str, str], str] = {}
    for host in (*(host for host in platforms if host in reached), *(host for host in reached if host in tenants)):
        speakers.setdefault(cluster_of_host(hostvars[host]), str(host))
    found = {}
    for cluster, speaker in speakers.items():
        hosts = [str(host) for host in tenants if cluster_of_host(hostvars[host]) == cluster]
        if hosts or whole:
            platform, namespace = platform_of_cluster(platforms, hostvars, cluster)
            found[speaker] = {
                "cluster": platform or speaker,
                "hosts": hosts,
                "platform_namespace": namespace,
                "namespaces": [] if whole else [tenant_of_host(host, hostvars[host]) for host in hosts],
            }
    return found


class FilterModule:
    """The filter under its name."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name to function."""
        return {"verified_clusters": verified_clusters}
