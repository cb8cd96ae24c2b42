# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The tenant that a host of the inventory describes, and its cluster."""

from __future__ import annotations

import typing as t
from collections.abc import Iterable, Mapping

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.seldon.charts import PLATFORM_NAMESPACE


def tenant_of_host(host: str, variables: Mapping[str, t.Any]) -> str:
    """Name of the tenant: ``tenant_namespace_name``, or else the name of the host."""
    return str(variables.get("tenant_namespace_name", host))


def cluster_of_host(variables: Mapping[str, t.Any]) -> tuple[str, str]:
    """Kubeconfig and context, both empty by default. Hosts with the same pair are on one cluster."""
    return str(variables.get("kubeconfig", "")), str(variables.get("context", ""))


def platform_of_cluster(
    platforms: Iterable[str], hostvars: Mapping[str, Mapping[str, t.Any]], cluster: tuple[str, str]
) -> tuple[str | None, str]:
    """The first host of ``platforms`` on the cluster, and its platform namespace; None and the default without such a host."""
    for host in platforms:
        variables = hostvars[host]
        if cluster_of_host(variables) == cluster:
            return str(host), str(variables.get("seldon_core_namespace", PLATFORM_NAMESPACE))
    return None, PLATFORM_NAMESPACE
