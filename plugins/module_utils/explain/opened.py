# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a policy opens that the platform's policies close: policies add up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..isolation.network.evaluate import Where, verdict
from ..isolation.network.policy import Direction, Policy
from ..isolation.network.verdict import Outcome
from ..isolation.network.world import Network
from ..tenant import network_ports as number
from ..tenant.components import ENVOY, SCHEDULER, SERVER
from ..tenant.network_flows import PIPELINE_GATEWAY
from ..tenant.network_peers import POD_NAME
from .flows import EVERY, Flow, Port, ports_text
from .party import Group, Party

ANY_POD = "every pod of the namespace"
_RCLONE = f": rclone at {number.RCLONE} asks for no login"
_PORTS = {
    SCHEDULER: (number.SCHEDULER_XDS, *number.SCHEDULER, *number.SCHEDULER_AGENT, number.SCHEDULER_DATAFLOW),
    ENVOY: (number.ENVOY_INFERENCE, number.ENVOY_METRICS),
    PIPELINE_GATEWAY: (*number.PIPELINE_INFERENCE, number.PIPELINE_METRICS),
    SERVER: (*number.SERVER_INFERENCE, *number.SERVER_METRICS, number.RCLONE),
}
_OUTSIDE: tuple[Port, ...] = (("TCP", 53), ("UDP", 53), ("TCP", 80), ("TCP", 443))


@dataclass(frozen=True)
class Both:
    """The platform's policies without the one in question, and with it. ``unlisted`` is a port that no rule names: where it is open, all are."""

    before: Network
    after: Network
    unlisted: Port

    def opened(self, source: Where, destination: Where, ports: Iterable[Port]) -> str:
        """The ports that only the second one allows, as text; empty for none."""
        if self._opened(source, destination, self.unlisted):
            return EVERY
        return ports_text(port for port in ports if self._opened(source, destination, port))

    def only(self, source: Where, destination: Where, port: Port) -> str:
        """The same of one port."""
        return ports_text([port]) if self._opened(source, destination, port) else ""

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
    by_ports: dict[str, list[Group]] = {}
    for source in groups:
        by_ports.setdefault(_with_rclone(both.opened(source.source, group.destination, listed), group), []).append(
            source
        )
    for ports, found in by_ports.items():
        if ports and len(found) == len(groups) > 1:
            yield Flow(ANY_POD, group.title, ports)
        elif ports:
            for source in found:
                yield Flow(source.title, f"other pods of {group.title}" if source is group else group.title, ports)


def _telling(found: Mapping[str, str], parties: Iterable[Party]) -> list[str]:
    """The titles of those that say more than the party that they are part of."""
    return [party.title for party in parties if found[party.title] and found[party.title] != found.get(party.within)]


def _known(group: Group) -> Iterator[Port]:
    component = group.labels.values.get(POD_NAME, "")
    for port in (*_PORTS.get(component, ()), *group.ports):
        yield "TCP", port


def _with_rclone(ports: str, group: Group) -> str:
    runs = group.labels.values.get(POD_NAME) == SERVER and number.RCLONE in group.ports
    if not runs or not (ports == EVERY or str(number.RCLONE) in ports.replace(",", "").split()):
        return ports
    return f"{ports}{_RCLONE}"
