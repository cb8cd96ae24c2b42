# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The network policy of the platform's operators, where the platform asks for it."""

from __future__ import annotations

from ..kube.apiserver_slices import apiserver_slices
from ..kube.client import KubeClient
from ..kube.types import KubeObject
from ..tenant.network_addresses import apiserver_endpoints
from ..tenant.network_options import NetworkOptions
from ..tenant.operator_policy import operator_policy
from ..tenant.parse_network import read_network
from ..tenant.reading import Reading
from .problem import Problem
from .request import Request

_KEYS = ("dns", "apiserver_cidrs")


def network_options(request: Request) -> tuple[NetworkOptions, list[Problem]]:
    """What the option ``network`` says, and what is wrong with it."""
    reading = Reading()
    reading.known(request.network, request.option("network."), _KEYS)
    known = {key: value for key, value in request.network.items() if key in _KEYS}
    options = read_network(reading, {"network": known}, request.prefix, "")
    return options, [
        Problem(problem.field, problem.message, "", "; ".join(problem.details)) for problem in reading.problems
    ]


def network_policies(client: KubeClient, request: Request) -> list[KubeObject]:
    """None where they are not asked for. Raises KubeError where the API server's endpoints cannot be read."""
    if not request.network_policies:
        return []
    options, _problems = network_options(request)
    slices = [] if options.apiserver_cidrs else apiserver_slices(client)
    return [operator_policy(request.namespace, options, apiserver_endpoints(slices))]


def check_network(policies: list[KubeObject], request: Request) -> list[Problem]:
    """An operator that does not reach the API server stops every tenant."""
    if not policies or any("ipBlock" in peer for rule in policies[0]["spec"]["egress"] for peer in rule["to"]):
        return []
    step = f"set {request.option('network.apiserver_cidrs')}"
    return [
        Problem(
            "Service default/kubernetes", "has no endpoint, so that operators would not reach the API server", "", step
        )
    ]
