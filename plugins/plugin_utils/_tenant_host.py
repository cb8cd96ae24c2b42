# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The tenant that a host of the inventory describes, and its cluster."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping


def tenant_of_host(host: str, variables: Mapping[str, t.Any]) -> str:
    """Name of the tenant: ``tenant_namespace_name``, or else the name of the host."""
    return str(variables.get("tenant_namespace_name", host))


def cluster_of_host(variables: Mapping[str, t.Any]) -> tuple[str, str]:
    """Kubeconfig and context, both empty by default. Hosts with the same pair are on one cluster."""
    return str(variables.get("kubeconfig", "")), str(variables.get("context", ""))
