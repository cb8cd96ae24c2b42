# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Blocks of addresses: an ipBlock, and what is asked about."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Union

from ...kube.malformed import Malformed, read_list, read_mapping, refuse_unknown

Address = Union[IPv4Address, IPv6Address]
Cidr = Union[IPv4Network, IPv6Network]


@dataclass(frozen=True)
class Block:
    """``cidr`` without each of ``excepted``; all of one IP version."""

    cidr: Cidr
    excepted: tuple[Cidr, ...] = ()

    def holds(self, address: Address) -> bool:
        # An address is in no network of the other version.
        return address in self.cidr and not any(address in network for network in self.excepted)


def read_block(value: object, path: str) -> Block:
    """An ipBlock; raises Malformed."""
    given = read_mapping(value, path)
    refuse_unknown(given, path, ("cidr", "except"))
    cidr = _network(given.get("cidr"), f"{path}.cidr")
    excepted = []
    for position, entry in enumerate(read_list(given.get("except"), f"{path}.except")):
        place = f"{path}.except[{position}]"
        network = _network(entry, place)
        if (
            network.version != cidr.version
            or network.prefixlen <= cidr.prefixlen
            or network.network_address not in cidr
        ):
            raise Malformed(place, f"is not a part of {cidr}")
        excepted.append(network)
    return Block(cidr, tuple(excepted))


def read_addresses(value: object) -> Cidr | None:
    """An address or a block of addresses as text; None for anything else."""
    try:
        return ip_network(value, strict=False) if isinstance(value, str) else None
    except ValueError:
        return None


def read_address(value: object) -> Address | None:
    """One address as text; None for anything else."""
    try:
        return ip_address(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _network(value: object, path: str) -> Cidr:
    network = read_addresses(value)
    if network is None or "/" not in str(value):
        raise Malformed(path, "is not a CIDR such as 10.0.0.0/8")
    return network
