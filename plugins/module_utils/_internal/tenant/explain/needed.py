# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The connections that a tenant needs, which are those that the platform's policies allow, and which of them another
policy would cut.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ...isolation.network.evaluate import Where, verdict
from ...isolation.network.policy import Direction, Peer, Policy, Rule
from ...isolation.network.verdict import Outcome
from ...isolation.network.world import Network
from ..network.planned_policy import OtherEnd
from .flows import End, Flow, Port, open_ports
from .party import Group, Party, party_of


@dataclass(frozen=True)
class Need:
    """One connection; the titles are those of its ends."""

    source: Where
    destination: Where
    port: Port
    titles: tuple[End, End]


def needs_of(policies: Iterable[tuple[Policy, OtherEnd]], groups: Sequence[Group]) -> tuple[list[Need], list[Party]]:
    """In the order of the policies, each with what is at its other end; and who is at the ends outside the namespace."""
    found: dict[Need, None] = {}
    outside: list[Party] = []
    for policy, other_end in policies:
        own = [group for group in groups if policy.pods is not None and policy.pods.matches(group.labels)]
        for direction, rule, peer in _peers(policy):
            party = party_of(peer, policy)
            if party is not None:
                outside.append(party)
                others = [(End(other_end.value) if other_end.value else party.title, party.where, party.where)]
            else:
                # A peer of the platform's that is not a party is in the tenant's own namespace.
                others = [
                    (group.title, group.source, group.destination)
                    for group in groups
                    if peer.pods.matches(group.labels)
                ]
            for port in rule.ports:
                number = (port.protocol, port.first)
                for group in own:
                    for title, source, destination in others:
                        if direction is Direction.EGRESS:
                            found[Need(group.source, destination, number, (group.title, title))] = None
                        else:
                            found[Need(source, group.destination, number, (title, group.title))] = None
    return list(found), outside


def judged(network: Network, needs: Iterable[Need], outcome: Outcome) -> list[Flow]:
    """Those of which the network says that."""
    ports: dict[tuple[End, End], list[Port]] = {}
    for need in needs:
        protocol, number = need.port
        if verdict(network, need.source, need.destination, number, protocol).outcome is outcome:
            ports.setdefault(need.titles, []).append(need.port)
    return [Flow(source, destination, open_ports(found)) for (source, destination), found in ports.items()]


def _peers(policy: Policy) -> Iterator[tuple[Direction, Rule, Peer]]:
    for direction, rules in policy.rules.items():
        for rule in rules:
            for peer in rule.peers:
                yield direction, rule, peer
