# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The decision of the policies of one end about a connection."""

from __future__ import annotations

from collections.abc import Sequence

from ...kube.ternary import Ternary, all_of, any_of
from .end import End, is_own_node
from .policy import Direction, Peer, Policy, Rule
from .ports import NamedPorts
from .verdict import Outcome, Side
from .world import Network


class Judge:
    """Judges connections to one port of one destination. Names of ports mean those of the destination."""

    def __init__(self, network: Network, destination: End, port: int, protocol: str) -> None:
        self._network = network
        self._port = port
        self._protocol = protocol
        self._named: NamedPorts = destination.pod.named_ports if destination.pod else {}

    def side(self, direction: Direction, own: End, other: End) -> Side:
        """By the policies of ``own`` in this direction; policies add up, so that one rule that allows is enough."""
        if own.pod is None:
            return Side(direction, Outcome.ALLOWED, f"no policy applies to {own.title}")
        if is_own_node(other, own.pod):
            return Side(direction, Outcome.ALLOWED, f"{other.title} is the node of {own.title}")
        restrictions = self._network.restrictions(own.pod.key, direction)
        if not restrictions.certain and not restrictions.doubtful:
            return Side(direction, Outcome.ALLOWED, f"no policy selects {own.title}")
        doubts = []
        for policy in restrictions.certain:
            for rule in policy.rules[direction]:
                answer = self._allows(policy, rule, other)
                if answer:
                    return Side(
                        direction,
                        Outcome.ALLOWED,
                        f"{rule.path} of {policy.title} allows it",
                        (policy.title,),
                        rule.path,
                    )
                if answer is None:
                    doubts.append(f"whether {rule.path} of {policy.title} allows {other.title} is not known")
        doubts += [
            _doubt(policy, own)
            for policy in restrictions.doubtful
            if not restrictions.certain or self._may_allow(policy, direction, other)
        ]
        if doubts:
            return Side(direction, Outcome.UNKNOWN, doubts[0], _titles((*restrictions.doubtful, *restrictions.certain)))
        titles = _titles(restrictions.certain)
        return Side(direction, Outcome.DENIED, f"no rule for it in {', '.join(titles)}", titles)

    def _may_allow(self, policy: Policy, direction: Direction, other: End) -> bool:
        return bool(policy.fault) or any(
            self._allows(policy, rule, other) is not False for rule in policy.rules[direction]
        )

    def _allows(self, policy: Policy, rule: Rule, other: End) -> Ternary:
        if rule.ports and not any(ports.hold(self._port, self._protocol, self._named) for ports in rule.ports):
            return False
        return any_of(self._is_peer(policy, peer, other) for peer in rule.peers) if rule.peers else True

    def _is_peer(self, policy: Policy, peer: Peer, other: End) -> Ternary:
        if peer.block is not None:
            return None if other.address is None else peer.block.holds(other.address)
        if other.pod is None:
            return False
        namespace = other.pod.key.namespace
        if peer.namespaces is None:
            near: Ternary = namespace == policy.namespace
        else:
            near = peer.namespaces.matches(self._network.labels_of(namespace))
        return all_of((near, peer.pods.matches(other.pod.labels)))


def _doubt(policy: Policy, own: End) -> str:
    return (
        f"{policy.title}: {policy.fault}"
        if policy.fault
        else f"whether {policy.title} selects {own.title} is not known"
    )


def _titles(policies: Sequence[Policy]) -> tuple[str, ...]:
    return tuple(policy.title for policy in policies)
