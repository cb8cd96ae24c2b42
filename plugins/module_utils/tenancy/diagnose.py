# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Looks at a tenant's pods and Servers after something did not become ready."""

from __future__ import annotations

from ..kube.client import KubeClient
from ..kube.errors import KubeError
from ..kube.known import POD, SERVER
from ..tenant.labels import TENANT
from ..tenant.options import TenantOptions
from ..tenant.pod_trouble import pod_troubles
from ..tenant.stale_condition import stale_conditions

MOST = 5
"""Lines: one cause makes many pods say the same."""


def why_not_ready(client: KubeClient, options: TenantOptions) -> list[str]:
    """The operator's pods first: nothing else starts without it. A refused read says so; it never hides the failure itself."""
    lines: list[str] = []
    try:
        lines += pod_troubles(client.list(POD, options.platform_namespace, f"{TENANT}={options.name}"))
        lines += pod_troubles(client.list(POD, options.name))
        stale = [problem.text() for problem in stale_conditions(client.list(SERVER, options.name))]
    except KubeError as error:
        return [f"nor can be read why: {error}"]
    more = [f"and {len(lines) - MOST} more: kubectl get pods -n {options.name}"] if len(lines) > MOST else []
    return [*lines[:MOST], *more, *stale]
