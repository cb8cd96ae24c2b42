# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a policy opens that the platform's policies close: policies add up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ...isolation.network.evaluate import Where, verdict
from ...isolation.network.policy import Direction, Policy
from ...isolation.network.verdict import Outcome
from ...isolation.network.world import Network
from ...seldon.components import BY_NAME, RCLONE, SERVER
from ..network.peers import POD_NAME
from .flows import End, Flow, OpenPorts, Port, open_ports
from .party import Group, Party

ANY_POD = End("every pod of the namespace")
_RCLONE = f": rclone at {RCLONE} asks for no login"
_OUTSIDE: tuple[Port, ...] = (("TCP", 53), ("UDP", 53), ("TCP", 80), ("TCP", 443))


@dataclass(frozen=True)
class Both:
    """The platform's policies without the one in question, and with it. ``unlisted`` is a port that no rule names:
    where it is open, all are.
    """

    before: Network
    after: Network
    unlisted: Port

    def opened(self, source: Where, destination: Where, ports: Iterable[Port]) -> OpenPorts:
        """The ports that only the second one allows."""
        if self._opened(source, destination, self.unlisted):
            return OpenPorts(every=True)
        return open_ports(port for port in ports if self._opened(source, destination, port))

    def only(self, source: Where, destination: Where, port: Port) -> OpenPorts:
        """The same of one port."""
        return open_ports([port] if self._opened(source, destination, port) else [])

    def _opened(self, source: Where, destination: Where, port: Port) -> bool:
        protocol, number = port
        if verdict(self.after, source, destination, number, protocol).outcome is not Outcome.ALLOWED:
            return False
        return verdict(self.before, source, destination, number, protocol).outcome is not Outcome.ALLOWED


def opened_by(
    policy: Policy, both: Both, groups: Sequence[Group], sources: Sequence[Party], destinations: Sequence[Party]
) -> list[Flow]:
    """Between the namespace's pods, from ``sources`` outside, and then to ``destinations`` outside."""
    ingress, egress = tuple(ports_of(policy, Direction.INGRESS)), tuple(ports_of(policy, Direction.EGRESS))
    listed = {group.title: list(dict.fromkeys((*_known(group), *ingress, *egress))) for group in groups}
    flows = [flow for group in groups for flow in _between(both, group, groups, listed[group.title])]
    for group in groups:
        found = {
            party.title: _with_rclone(both.opened(party.where, group.destination, listed[group.title]), group)
            for party in sources
        }
        flows += [Flow(title, group.title, found[title]) for title in _telling(found, sources)]
    for group in groups:
        found = {
            party.title: both.only(group.source, party.where, party.asked)
            if party.asked
            else both.opened(group.source, party.where, (*_OUTSIDE, *egress))
            for party in destinations
        }
        flows += [Flow(group.title, title, found[title]) for title in _telling(found, destinations)]
    return flows


def ports_of(policy: Policy, direction: Direction) -> Iterator[Port]:
    """Those that its rules name by number."""
    for rule in policy.rules.get(direction, ()):
        for port in rule.ports:
            if not port.name:
                yield port.protocol, port.first


def unlisted_port(policy: Policy) -> Port:
    """One that no rule of the policy names by itself."""
    taken = {port for direction in Direction for _protocol, port in ports_of(policy, direction)}
    return "TCP", next(port for port in range(64999, 1, -1) if port not in taken)


def _between(both: Both, group: Group, groups: Sequence[Group], listed: Sequence[Port]) -> Iterator[Flow]:
    """To the pods of one group; also from others of the same."""
    by_ports: dict[OpenPorts, list[Group]] = {}
    for source in groups:
        by_ports.setdefault(_with_rclone(both.opened(source.source, group.destination, listed), group), []).append(
            source
        )
    for ports, found in by_ports.items():
        if ports and len(found) == len(groups) > 1:
            yield Flow(ANY_POD, group.title, ports)
        elif ports:
            for source in found:
                yield Flow(source.title, End(f"other pods of {group.title}") if source is group else group.title, ports)


def _telling(found: Mapping[End, OpenPorts], parties: Iterable[Party]) -> list[End]:
    """The titles of those that say more than the party that they are part of."""
    return [
        party.title
        for party in parties
        if found[party.title] and (party.within is None or found[party.title] != found.get(party.within))
    ]


def _known(group: Group) -> Iterator[Port]:
    component = group.labels.values.get(POD_NAME, "")
    for port in (*(BY_NAME[component].numbers() if component in BY_NAME else ()), *group.ports):
        yield "TCP", port


def _with_rclone(ports: OpenPorts, group: Group) -> OpenPorts:
    runs = group.labels.values.get(POD_NAME) == SERVER and RCLONE in group.ports
    is_open = ports.every or RCLONE in (number for _protocol, number in ports.listed)
    return replace(ports, remark=_RCLONE) if runs and is_open else ports
