# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Ports of a rule."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ...kube.malformed import Malformed, read_list, read_mapping, refuse_unknown

PROTOCOLS = ("TCP", "UDP", "SCTP")
LAST_PORT = 65535
_NAME = re.compile(r"(?=.*[a-z])[a-z0-9](-?[a-z0-9])*", re.ASCII)
_LONGEST_NAME = 15

NamedPorts = Mapping[tuple[str, str], Collection[int]]
"""The numbers behind a pod's port names, by name and protocol."""


@dataclass(frozen=True)
class Ports:
    """``first`` to ``last`` of one protocol, or the ports of that ``name`` at the pod that is connected to."""

    protocol: str
    first: int = 1
    last: int = LAST_PORT
    name: str = ""

    def hold(self, port: int, protocol: str, named: NamedPorts) -> bool:
        if protocol != self.protocol:
            return False
        if self.name:
            return port in named.get((self.name, protocol), ())
        return self.first <= port <= self.last


def read_ports(value: object, path: str) -> tuple[Ports, ...]:
    """A rule's ``ports``; none at all mean every port of every protocol. Raises Malformed."""
    return tuple(_ports(entry, f"{path}[{position}]") for position, entry in enumerate(read_list(value, path)))


def _ports(value: object, path: str) -> Ports:
    given = read_mapping(value, path)
    refuse_unknown(given, path, ("port", "endPort", "protocol"))
    protocol = "TCP" if given.get("protocol") is None else given["protocol"]
    if protocol not in PROTOCOLS:
        raise Malformed(f"{path}.protocol", f"is none of {', '.join(PROTOCOLS)}")
    port, end = given.get("port"), given.get("endPort")
    if port is None:
        if end is not None:
            raise Malformed(f"{path}.endPort", "is given without port")
        return Ports(protocol)
    if isinstance(port, str):
        if len(port) > _LONGEST_NAME or not _NAME.fullmatch(port):
            raise Malformed(f"{path}.port", "is neither a number nor a port's name")
        if end is not None:
            raise Malformed(f"{path}.endPort", "is given with the name of a port")
        return Ports(protocol, name=port)
    first = _number(port, f"{path}.port")
    last = first if end is None else _number(end, f"{path}.endPort")
    if last < first:
        raise Malformed(f"{path}.endPort", "is less than port")
    return Ports(protocol, first, last)


def _number(value: object, path: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= LAST_PORT:
        raise Malformed(path, f"is not a port from 1 to {LAST_PORT}")
    return value
