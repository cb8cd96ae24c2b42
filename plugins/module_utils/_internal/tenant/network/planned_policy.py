# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A network policy of a tenant before it is written for the API."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from ...kube.resources import NETWORK_POLICY
from ...kube.types import KubeObject
from ...ownership.labels import tenant_labels

Selector = dict[str, Any]


class OtherEnd(str, Enum):
    """The other end of a flow that leaves the namespace, in words. PEERS: described by the peers of the policy."""

    PEERS = ""
    DNS = "DNS"
    APISERVER = "the API server"
    OPERATOR = "the tenant's operator"
    PROMETHEUS = "Prometheus"
    KAFKA = "Kafka"
    SCHEMA_REGISTRY = "the schema registry"
    TRACING = "the trace collector"


@dataclass(frozen=True)
class PlannedPolicy:
    """``ingress`` and ``egress`` are rules as the API has them; None: the policy is not about that direction, none at
    all: it denies that direction.
    """

    tenant: str
    name: str
    pods: Selector
    ingress: tuple[KubeObject, ...] | None = None
    egress: tuple[KubeObject, ...] | None = None
    other_end: OtherEnd = OtherEnd.PEERS

    @property
    def object(self) -> KubeObject:
        """The NetworkPolicy."""
        rules = {"ingress": self.ingress, "egress": self.egress}
        directions = [direction for direction, found in rules.items() if found is not None]
        return {
            "apiVersion": NETWORK_POLICY.api_version,
            "kind": NETWORK_POLICY.kind,
            "metadata": {"name": self.name, "namespace": self.tenant, "labels": tenant_labels(self.tenant)},
            "spec": {
                "podSelector": self.pods,
                "policyTypes": [direction.capitalize() for direction in directions],
                **{direction: list(found) for direction, found in rules.items() if found},
            },
        }
