# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Parts of NetworkPolicies: who is selected, who is a peer, which ports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ...kube.types import KubeObject
from ...seldon.components import COMPONENTS, SELDON_PODS
from ..options.network_entries import Destination, Peer
from .addresses import Endpoint
from .planned_policy import OtherEnd, PlannedPolicy, Selector

POD_NAME = "app.kubernetes.io/name"
_NAMESPACE_NAME = "kubernetes.io/metadata.name"
"""Set by the API server and immutable: no other label of a namespace says for certain which one it is."""

_HTTPS = 443
DEFAULT_DENY = "tenant-default-deny"


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


def egress(
    tenant: str, name: str, pods: Selector, rules: Sequence[KubeObject], other_end: OtherEnd = OtherEnd.PEERS
) -> list[PlannedPolicy]:
    """No policy for no rules: that would be one that denies."""
    return [PlannedPolicy(tenant, name, pods, egress=tuple(rules), other_end=other_end)] if rules else []


def ingress(
    tenant: str,
    name: str,
    pods: Selector,
    peers: Sequence[KubeObject],
    open_ports: Sequence[KubeObject],
    other_end: OtherEnd = OtherEnd.PEERS,
) -> list[PlannedPolicy]:
    """No policy for no peers: a rule without peers would be for everybody."""
    rule = {"from": list(peers), "ports": list(open_ports)}
    return [PlannedPolicy(tenant, name, pods, ingress=(rule,), other_end=other_end)] if peers else []


def default_deny(tenant: str) -> PlannedPolicy:
    """For every pod of the namespace, whatever its labels, in both directions."""
    return PlannedPolicy(tenant, DEFAULT_DENY, {}, ingress=(), egress=())


def allow_all(tenant: str, name: str) -> PlannedPolicy:
    return PlannedPolicy(tenant, name, {}, ingress=({},), egress=({},))


def _none_of(names: Iterable[str]) -> KubeObject:
    # NotIn also matches pods without the label.
    return {"key": POD_NAME, "operator": "NotIn", "values": sorted(names)}
