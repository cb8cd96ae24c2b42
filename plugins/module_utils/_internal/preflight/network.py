# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The network policy of the platform's operators, where it is requested."""

from __future__ import annotations

from ..diagnosis.diagnostic import Diagnostic
from ..diagnosis.subject import Subject
from ..kube.apiserver_slices import apiserver_slices
from ..kube.client import KubeClient
from ..kube.types import KubeObject
from ..tenant.network.addresses import apiserver_endpoints
from ..tenant.network.operator_policy import operator_policy
from .request import Request


def network_policies(client: KubeClient, request: Request) -> list[KubeObject]:
    """The policies; empty where they are not requested. Raises KubeError where the API server's endpoints cannot be read."""
    if not request.network_policies:
        return []
    slices = [] if request.network.apiserver_cidrs else apiserver_slices(client)
    return [operator_policy(request.namespace, request.network, apiserver_endpoints(slices))]


def check_network(policies: list[KubeObject], request: Request) -> list[Diagnostic]:
    """Refuses a policy without the API server: the operators of all tenants would stop."""
    if not policies or any("ipBlock" in peer for rule in policies[0]["spec"]["egress"] for peer in rule["to"]):
        return []
    step = f"set {request.option('network.apiserver_cidrs')}"
    return [
        Diagnostic(
            Subject("Service", "kubernetes", "default"),
            "has no endpoint, so operators could not reach the API server",
            next_steps=(step,),
        )
    ]
