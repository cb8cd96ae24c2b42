# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Parts of NetworkPolicies: who is selected, who is a peer, which ports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..kube.known import NETWORK_POLICY
from ..kube.types import KubeObject
from .components import COMPONENTS, SELDON_PODS
from .labels import tenant_labels
from .network_addresses import Endpoint
from .network_options import Destination, Peer

POD_NAME = "app.kubernetes.io/name"
_NAMESPACE_NAME = "kubernetes.io/metadata.name"
"""Set by the API server and immutable: no other label of a namespace says for certain which one it is."""

_HTTPS = 443
DEFAULT_DENY = "tenant-default-deny"

Selector = dict[str, Any]


def seldon_pods(names: Sequence[str]) -> Selector:
    """The pods of these components, in the tenant's namespace."""
    if len(names) == 1:
        return {"matchLabels": {POD_NAME: names[0]}}
    return {"matchExpressions": [{"key": POD_NAME, "operator": "In", "values": sorted(names)}]}


def pods_but_runtime() -> Selector:
    """Servers, and whatever else the team runs."""
    return {"matchExpressions": [_none_of(COMPONENTS)]}


def team_pods(labels: Mapping[str, str]) -> Selector:
    """The team's own pods with these labels: never Seldon's, whatever labels a ServerConfig gives them."""
    return {**({"matchLabels": dict(labels)} if labels else {}), "matchExpressions": [_none_of(SELDON_PODS)]}


def pods_in(namespace: str, labels: Mapping[str, str]) -> KubeObject:
    """One peer: both selectors have to match."""
    return {
        "namespaceSelector": {"matchLabels": {_NAMESPACE_NAME: namespace}},
        "podSelector": {"matchLabels": dict(labels)} if labels else {},
    }


def seldon_peer(tenant: str, names: Sequence[str]) -> KubeObject:
    return {"namespaceSelector": {"matchLabels": {_NAMESPACE_NAME: tenant}}, "podSelector": seldon_pods(names)}


def peer_of(peer: Peer) -> KubeObject:
    if peer.cidr:
        return {"ipBlock": {"cidr": peer.cidr, **({"except": list(peer.excepted)} if peer.excepted else {})}}
    return pods_in(peer.namespace, peer.pod_labels)


def ports(numbers: Iterable[int], *protocols: str) -> list[KubeObject]:
    return [{"port": number, "protocol": protocol} for number in numbers for protocol in protocols or ("TCP",)]


def rule_to(destination: Destination, *protocols: str) -> KubeObject:
    """An egress rule."""
    return {
        "to": [peer_of(destination.peer)],
        "ports": ports((destination.port,), *(protocols or (destination.protocol,))),
    }


def apiserver_rule(cidrs: Sequence[str], endpoints: Sequence[Endpoint]) -> list[KubeObject]:
    """By address, as the API server is in the network of its nodes; no rule where no address is known.

    Not every network plugin looks behind its Service, so that one's port is open too.
    """
    blocks = cidrs or tuple(dict.fromkeys(endpoint.address for endpoint in endpoints))
    numbers = sorted({_HTTPS, *(endpoint.port for endpoint in endpoints)})
    return [{"to": [{"ipBlock": {"cidr": block}} for block in blocks], "ports": ports(numbers)}] if blocks else []


def egress(tenant: str, name: str, pods: Selector, rules: Sequence[KubeObject]) -> list[KubeObject]:
    """No policy for no rules: that would be one that denies."""
    return (
        [_policy(tenant, name, {"podSelector": pods, "policyTypes": ["Egress"], "egress": list(rules)})]
        if rules
        else []
    )


def ingress(
    tenant: str, name: str, pods: Selector, peers: Sequence[KubeObject], open_ports: Sequence[KubeObject]
) -> list[KubeObject]:
    """No policy for no peers: a rule without peers would be for everybody."""
    if not peers:
        return []
    rule = {"from": list(peers), "ports": list(open_ports)}
    return [_policy(tenant, name, {"podSelector": pods, "policyTypes": ["Ingress"], "ingress": [rule]})]


def default_deny(tenant: str) -> KubeObject:
    """For every pod of the namespace, whatever its labels, in both directions."""
    return _policy(tenant, DEFAULT_DENY, {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]})


def allow_all(tenant: str, name: str) -> KubeObject:
    return _policy(
        tenant, name, {"podSelector": {}, "policyTypes": ["Ingress", "Egress"], "ingress": [{}], "egress": [{}]}
    )


def _none_of(names: Iterable[str]) -> KubeObject:
    # NotIn also matches pods without the label.
    return {"key": POD_NAME, "operator": "NotIn", "values": sorted(names)}


def _policy(tenant: str, name: str, spec: Mapping[str, Any]) -> KubeObject:
    metadata = {"name": name, "namespace": tenant, "labels": tenant_labels(tenant)}
    return {
        "apiVersion": NETWORK_POLICY.api_version,
        "kind": NETWORK_POLICY.kind,
        "metadata": metadata,
        "spec": dict(spec),
    }
