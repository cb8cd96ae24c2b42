# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a team's NetworkPolicy would do in the tenant: whom it selects, what it cuts by itself, what it opens beside the
platform's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ...isolation.network.metadata_services import METADATA_ADDRESSES, METADATA_PORT
from ...isolation.network.policy import Direction, Policy, read_policy
from ...isolation.network.verdict import Outcome
from ...isolation.network.world import Network
from ...kube.objects import mapping, name_of, spec_of
from ...kube.selector import Selector
from ...kube.types import KubeObject
from .flows import End, said
from .instead import instead
from .needed import judged, needs_of
from .opened import Both, opened_by, unlisted_port
from .party import ANY_ADDRESS, ANY_NAMESPACE, MOST_GROUPS, STRANGER, Group, Party, groups_of, party_of
from .peers import peer_lines, peers_of
from .planned import Planned
from .selection import selection
from .text import bounded, named

_ADDRESS = "203.0.113.1"
"""Of a block for documentation: nobody's."""
_ANYBODY = Party(ANY_ADDRESS, _ADDRESS)
_STRANGER = Party(ANY_NAMESPACE, STRANGER)
_METADATA = [
    Party(End(f"{address}, which gives away the node's credentials"), address, asked=("TCP", METADATA_PORT))
    for address in METADATA_ADDRESSES
]
# As a rule what opens the first one opens the others too: they are named only where it does not.
_METADATA[1:] = [replace(party, within=_METADATA[0].title) for party in _METADATA[1:]]
_HALF = {
    Direction.INGRESS: "policyTypes has no Egress: what its pods connect to stays open",
    Direction.EGRESS: "policyTypes has no Ingress: who connects to its pods stays open",
}
_MOST_FLOWS = 6


def policy_lines(obj: KubeObject, planned: Planned) -> list[str]:
    """An object of any shape."""
    given = {**obj, "metadata": {**mapping(obj.get("metadata")), "namespace": planned.tenant}}
    policy = read_policy(given)
    if policy.fault or policy.pods is None:
        return [f"cannot be judged: {policy.fault}; the API server would refuse it, or drop that field"]
    known = [read_policy(own.object) for own in planned.policies]
    groups = groups_of(planned.pods, [policy, *known])
    on_nodes = [name_of(pod) for pod in planned.pods if spec_of(pod).get("hostNetwork") is True]
    others = [pod for pod in planned.pods if name_of(pod) not in on_nodes]
    lines = [selection(policy.pods, others, "planned pod", ": alone it would leave these open to everybody")]
    if on_nodes:
        lines.append(f"{named(on_nodes)}: no policy is about pods in the network of their node")
    if len(groups) > MOST_GROUPS:
        lines.append(f"{len(groups) - MOST_GROUPS} more kinds of pods are not judged below")
    if groups and all(policy.pods.matches(group.labels) is False for group in groups):
        # The policy selects none of the pods. Its effect on pods that it would select is still reported.
        policy, given = (
            replace(policy, pods=Selector()),
            {**given, "spec": {**mapping(given.get("spec")), "podSelector": {}}},
        )
        lines.append("if all of them had its labels:")
    if len(policy.rules) == 1:
        lines.append(_HALF[next(iter(policy.rules))])
    groups = groups[:MOST_GROUPS]
    lines += bounded(peer_lines(policy, groups), _MOST_FLOWS)
    if known:
        lines += bounded(_cuts(given, known, groups, planned), _MOST_FLOWS)
        lines += bounded(_openings(given, policy, groups, planned), _MOST_FLOWS)
    else:
        lines.append(
            "tenant_namespace_network_policies is false, so the platform closes nothing that it could be compared with"
        )
    return lines + instead(policy, known, planned.platform)


def _cuts(given: KubeObject, known: Sequence[Policy], groups: Sequence[Group], planned: Planned) -> list[str]:
    ends = (policy.other_end for policy in planned.policies)
    needs, outside = needs_of(zip(known, ends, strict=True), groups)
    network = _network(planned, groups, outside, [given])
    own = {group.title for group in groups}
    # Without those from outside nothing works, so they come first: lines may be left out.
    flows = sorted(judged(network, needs, Outcome.DENIED), key=lambda flow: flow.source in own)
    lines = [f"alone it would keep {source} from {reached}" for source, reached in said(flows)]
    lines += [
        f"whether it would keep {source} from {reached} cannot be told"
        for source, reached in said(judged(network, needs, Outcome.UNKNOWN))
    ]
    return lines or ["alone it would cut nothing that the tenant needs"]


def _openings(given: KubeObject, policy: Policy, groups: Sequence[Group], planned: Planned) -> list[str]:
    peers = [peer for _rule, _path, peer in peers_of(policy)]
    listed = {party.title: party for party in (party_of(peer, policy) for peer in peers) if party is not None}
    sources = [*listed.values(), *(party for party in (_STRANGER, _ANYBODY) if party.title not in listed)]
    destinations = [*sources, *_METADATA]
    own = [policy.object for policy in planned.policies]
    before, after = (_network(planned, groups, destinations, policies) for policies in (own, [*own, given]))
    flows = opened_by(policy, Both(before, after, unlisted_port(policy)), groups, sources, destinations)
    lines = [f"beside the platform's policies it would let {source} reach {reached}" for source, reached in said(flows)]
    blocks = list(dict.fromkeys(str(peer.block.cidr) for peer in peers if peer.block is not None))
    if blocks:
        return [*lines, f"ipBlock {named(blocks)}: which pods have addresses in it is not judged"]
    return lines or ["beside the platform's policies it would open nothing"]


def _network(
    planned: Planned, groups: Sequence[Group], outside: Sequence[Party], policies: Sequence[KubeObject]
) -> Network:
    others = [party.objects() for party in outside]
    namespaces = [namespace for listed, _pods in others for namespace in listed]
    pods = [pod for _namespaces, listed in others for pod in listed]
    own = [pod for group in groups for pod in (group.first, group.second)]
    return Network([planned.namespace, *namespaces], [*own, *pods], policies)
