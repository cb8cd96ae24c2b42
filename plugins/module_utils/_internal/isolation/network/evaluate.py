# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether one end may open a connection to another, by the NetworkPolicies of networking.k8s.io/v1.

Ports are those of pods: policies are applied after a Service has been resolved to one of its pods.

Where the API leaves it to the network plugin, the common case counts: a pod in the network of its node is not
restricted and is its node for others, a block holds addresses of pods too, and a node reaches the pods that run on it.
"""

from __future__ import annotations

from typing import Union

from .address import Cidr, read_addresses
from .end import End, ends_of, meet
from .judge import Judge
from .pod import Pod, PodKey
from .policy import Direction
from .ports import LAST_PORT, PROTOCOLS
from .segments import segments
from .verdict import Outcome, Verdict, verdict_of
from .world import Network

Where = Union[PodKey, str]
"""A pod, or an address or CIDR as text.

An address of a pod means that pod. A block of several addresses means those of them that no pod has.
"""


def verdict(network: Network, source: Where, destination: Where, port: int, protocol: str = "TCP") -> Verdict:
    """The answer for one port. Raises ValueError for an impossible port, protocol or address.

    A pod with addresses of both IP versions reaches another if one of them does. An answer that holds for a part of a
    block only is UNKNOWN.
    """
    if isinstance(port, bool) or not 1 <= port <= LAST_PORT or protocol not in PROTOCOLS:
        raise ValueError(f"{protocol} {port} is not a port")
    ends = []
    for where in (source, destination):
        found = _find(network, where)
        if isinstance(found, Verdict):
            return found
        ends.append(found)
    sender, receiver = ends
    if isinstance(sender, Pod) and isinstance(receiver, Pod) and sender.key == receiver.key:
        return Verdict(Outcome.ALLOWED, reason=f"{sender.key} talks to itself")
    if not isinstance(sender, Pod) and not isinstance(receiver, Pod):
        return Verdict(Outcome.ALLOWED, reason="neither end is a pod")
    sources, destinations = (
        _ends(network, sender, receiver, Direction.EGRESS),
        _ends(network, receiver, sender, Direction.INGRESS),
    )
    pairs = [(one, other) for one in sources for other in destinations if meet(one, other)]
    if not pairs:
        return Verdict(Outcome.DENIED, reason="the ends have no address of the same IP version")
    verdicts = [_judge(network, one, other, port, protocol) for one, other in pairs]
    if isinstance(sender, Pod) and isinstance(receiver, Pod):
        return min(verdicts, key=lambda found: (Outcome.ALLOWED, Outcome.UNKNOWN, Outcome.DENIED).index(found.outcome))
    return _of_block(sender if not isinstance(sender, Pod) else receiver, pairs, verdicts)


def _find(network: Network, where: Where) -> Pod | Cidr | Verdict:
    """The pod or the block, or the verdict for one that cannot connect to anything."""
    if isinstance(where, PodKey):
        pod = network.pods.get(where)
        if pod is None:
            return Verdict(Outcome.UNKNOWN, reason=f"{where} does not exist")
        return Verdict(Outcome.DENIED, reason=f"{where} has ended") if pod.ended else pod
    block = read_addresses(where)
    if block is None:
        raise ValueError(f"{where!r} is neither an address nor a CIDR")
    if block.num_addresses > 1:
        return block
    pods = network.at(block.network_address)
    if len(pods) > 1:
        return Verdict(
            Outcome.UNKNOWN, reason=f"{block.network_address} is the address of {pods[0].key} and of {pods[1].key}"
        )
    return pods[0] if pods else block


def _ends(network: Network, own: Pod | Cidr, other: Pod | Cidr, direction: Direction) -> list[End]:
    """``direction`` is the one from this end: a block is cut where the other end's policies treat its addresses
    differently.
    """
    if isinstance(own, Pod):
        return ends_of(own)
    if not isinstance(other, Pod):
        return []
    opposite = Direction.INGRESS if direction is Direction.EGRESS else Direction.EGRESS
    return [
        End(str(address), address=address)
        for address in segments(own, other, network.restrictions(other.key, opposite))
    ]


def _judge(network: Network, source: End, destination: End, port: int, protocol: str) -> Verdict:
    judge = Judge(network, destination, port, protocol)
    return verdict_of(
        judge.side(Direction.EGRESS, source, destination), judge.side(Direction.INGRESS, destination, source)
    )


def _of_block(block: Pod | Cidr, pairs: list[tuple[End, End]], verdicts: list[Verdict]) -> Verdict:
    """The one verdict on every part of a block."""
    first, different = (
        verdicts[0],
        next((found for found in verdicts if found.outcome is not verdicts[0].outcome), None),
    )
    if different is None:
        return first

    def outside(pair: tuple[End, End]) -> str:
        return next(end.title for end in pair if end.pod is None)

    one, other = outside(pairs[0]), outside(pairs[verdicts.index(different)])
    return Verdict(
        Outcome.UNKNOWN,
        reason=f"differs within {block}: {one} is {first.outcome.value}, {other} is {different.outcome.value}",
    )
