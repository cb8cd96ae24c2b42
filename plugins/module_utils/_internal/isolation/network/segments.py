# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Cuts a block of addresses into parts whose addresses all meet the same rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .address import Address, Cidr
from .pod import Pod
from .policy import Policy
from .world import Restrictions


def segments(block: Cidr, pod: Pod, restrictions: Restrictions) -> list[Address]:
    """The first address of each part; ``restrictions`` are those of the pod at the other end."""
    cuts = {int(block.network_address)}
    for low, high in _borders(pod, (*restrictions.certain, *restrictions.doubtful)):
        if low.version == block.version:
            cuts |= {int(low), int(high) + 1}
    inside = sorted(cut for cut in cuts if int(block.network_address) <= cut <= int(block.broadcast_address))
    kind = type(block.network_address)
    return [kind(cut) for cut in inside]


def _borders(pod: Pod, policies: Iterable[Policy]) -> Iterator[tuple[Address, Address]]:
    for address in pod.node_addresses:
        yield address, address
    for policy in policies:
        for rules in policy.rules.values():
            blocks = (peer.block for rule in rules for peer in rule.peers)
            for block in (block for block in blocks if block is not None):
                for network in (block.cidr, *block.excepted):
                    yield network.network_address, network.broadcast_address
