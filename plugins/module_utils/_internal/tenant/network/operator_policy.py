# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The network policy of the operators in the platform namespace."""

from __future__ import annotations

from collections.abc import Sequence

from ...kube.resources import NETWORK_POLICY
from ...kube.types import KubeObject
from ...ownership.labels import MANAGED_BY, MANAGER, TENANT, TENANT_OPERATOR
from ...seldon.component import Component
from ...seldon.components import TABLE
from ...seldon.operator_names import CONTROL_PLANE, CONTROL_PLANE_LABEL
from ..options.network import NetworkOptions
from .addresses import Endpoint
from .peers import apiserver_rule, ports, rule_to, seldon_peer, seldon_pods

NAME = "seldon-operators"


def operator_policy(namespace: str, options: NetworkOptions, apiserver: Sequence[Endpoint]) -> KubeObject:
    """Operators reach DNS, the API server and schedulers; nobody reaches them.

    It is one policy: a second one would restrict them before the first has allowed everything. Which operator reaches
    which tenant's scheduler is decided by the tenant's policies. Tenants' namespaces are told by a label that nobody
    but the platform sets.
    """
    egress = [
        *(rule_to(server, "UDP", "TCP") for server in options.dns),
        *apiserver_rule(options.apiserver_cidrs, apiserver),
        *(_rule_to(namespace, row) for row in TABLE if row.called_by_operator),
    ]
    return {
        "apiVersion": NETWORK_POLICY.api_version,
        "kind": NETWORK_POLICY.kind,
        "metadata": {"name": NAME, "namespace": namespace, "labels": {MANAGED_BY: MANAGER}},
        "spec": {
            "podSelector": {
                "matchExpressions": [
                    {"key": CONTROL_PLANE_LABEL, "operator": "In", "values": [CONTROL_PLANE, TENANT_OPERATOR]}
                ]
            },
            "policyTypes": ["Ingress", "Egress"],
            "egress": egress,
        },
    }


def _rule_to(namespace: str, row: Component) -> KubeObject:
    """In the platform's namespace and in those of all tenants."""
    pods = seldon_pods((row.name,))
    tenants = {"namespaceSelector": {"matchExpressions": [{"key": TENANT, "operator": "Exists"}]}, "podSelector": pods}
    return {"to": [seldon_peer(namespace, (row.name,)), tenants], "ports": ports(row.called_by_operator)}
