# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Looks at a tenant's pods and Servers after something did not become ready."""

from __future__ import annotations

from dataclasses import dataclass

from ..applyset.operator import Operator, read_operator
from ..diagnosis.diagnostic import Diagnostic
from ..diagnosis.render import as_text
from ..kube.client import KubeClient
from ..kube.errors import KubeError
from ..kube.resources import POD, SERVER
from ..ownership.labels import TENANT
from ..seldon.stale_condition import stale_conditions
from .operator.dedicated_operator import operator_name
from .options.tenant_options import TenantOptions
from .pods.trouble import pod_troubles

MOST = 5
"""Lines: one cause makes many pods say the same."""


@dataclass(frozen=True)
class Reasons:
    """``pods``: lines about them; ``servers``: about Servers."""

    pods: tuple[str, ...] = ()
    servers: tuple[Diagnostic, ...] = ()

    @property
    def texts(self) -> list[str]:
        """Each may have several lines."""
        return [*self.pods, *map(as_text, self.servers)]


def tenant_operator(options: TenantOptions) -> Operator:
    """The Deployment of the tenant's own operator."""
    return Operator(options.platform_namespace, operator_name(options.name))


def why_not_ready(client: KubeClient, options: TenantOptions) -> Reasons:
    """The reasons of the operator's pods first: nothing else starts without it. A refused read is one more reason; it
    never hides the failure itself.
    """
    lines: list[str] = []
    try:
        lines += pod_troubles(client.list(POD, options.platform_namespace, f"{TENANT}={options.name}"))
        lines += pod_troubles(client.list(POD, options.name))
        release = read_operator(client, tenant_operator(options)).release
        stale = stale_conditions(client.list(SERVER, options.name), release)
    except KubeError as error:
        return Reasons((f"the cause cannot be read: {error}",))
    more = [f"and {len(lines) - MOST} more: kubectl get pods -n {options.name}"] if len(lines) > MOST else []
    return Reasons((*lines[:MOST], *more), tuple(stale))
