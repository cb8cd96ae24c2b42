# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The network policy of the operators in the platform namespace."""

from __future__ import annotations

from collections.abc import Sequence

from ..kube.known import NETWORK_POLICY
from ..kube.types import KubeObject
from .components import SCHEDULER
from .labels import CENTRAL_OPERATOR, CONTROL_PLANE, MANAGED_BY, MANAGER, TENANT, TENANT_OPERATOR
from .network_addresses import Endpoint
from .network_options import NetworkOptions
from .network_peers import apiserver_rule, ports, rule_to, seldon_peer, seldon_pods
from .network_ports import SCHEDULER as SCHEDULER_PORTS

NAME = "seldon-operators"


def operator_policy(namespace: str, options: NetworkOptions, apiserver: Sequence[Endpoint]) -> KubeObject:
    """Operators reach DNS, the API server and schedulers; nobody reaches them.

    It is one policy: a second one would restrict them before the first has allowed everything. Which operator reaches which
    tenant's scheduler is decided by the tenant's policies. Tenants' namespaces are told by a label that nobody but the platform sets.
    """
    schedulers = [
        seldon_peer(namespace, (SCHEDULER,)),
        {
            "namespaceSelector": {"matchExpressions": [{"key": TENANT, "operator": "Exists"}]},
            "podSelector": seldon_pods((SCHEDULER,)),
        },
    ]
    egress = [
        *(rule_to(server, "UDP", "TCP") for server in options.dns),
        *apiserver_rule(options.apiserver_cidrs, apiserver),
        {"to": schedulers, "ports": ports(SCHEDULER_PORTS)},
    ]
    return {
        "apiVersion": NETWORK_POLICY.api_version,
        "kind": NETWORK_POLICY.kind,
        "metadata": {"name": NAME, "namespace": namespace, "labels": {MANAGED_BY: MANAGER}},
        "spec": {
            "podSelector": {
                "matchExpressions": [
                    {"key": CONTROL_PLANE, "operator": "In", "values": [CENTRAL_OPERATOR, TENANT_OPERATOR]}
                ]
            },
            "policyTypes": ["Ingress", "Egress"],
            "egress": egress,
        },
    }
