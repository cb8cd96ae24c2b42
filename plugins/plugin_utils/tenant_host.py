# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which tenant a host of the inventory describes, and on which cluster."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping


def tenant_of_host(host: str, variables: Mapping[str, t.Any]) -> str:
    """The tenant's name: the host's own, if its variables give no other."""
    return str(variables.get("tenant_namespace_name", host))


def cluster_of_host(variables: Mapping[str, t.Any]) -> tuple[str, str]:
    """Hosts are on one cluster when kubeconfig and context, both empty by default, are the same."""
    return str(variables.get("kubeconfig", "")), str(variables.get("context", ""))
