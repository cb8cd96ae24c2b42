# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Entries of the lists of the network options: pods or addresses, with or without a port."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_network
from typing import Any, TypeVar

from ...diagnosis.quoting import quoted
from ...diagnosis.reading import Reading
from ...kube.names import is_dns_label, is_label_value, is_qualified_name
from ...seldon.components import RCLONE
from ..network.addresses import METADATA, beyond_reach, holes

_PEER = ("namespace", "pod_labels", "cidr", "except")
_PROTOCOLS = ("TCP", "UDP", "SCTP")
_LAST_PORT = 65535
T = TypeVar("T")


@dataclass(frozen=True)
class Peer:
    """Pods with all of ``pod_labels`` in ``namespace``, or the addresses of ``cidr`` without those of ``excepted``."""

    namespace: str = ""
    pod_labels: Mapping[str, str] = field(default_factory=dict)
    cidr: str = ""
    excepted: tuple[str, ...] = ()


@dataclass(frozen=True)
class Destination:
    """One port of a peer. It is the port of the pods, which may be another than their Service's."""

    peer: Peer
    port: int
    protocol: str = "TCP"


def read_each(reading: Reading, value: object, path: str, read: Callable[[Reading, object, str], T]) -> tuple[T, ...]:
    found: list[T] = []
    for position, entry in enumerate(reading.listed(value, path)):
        read_entry = read(reading, entry, f"{path}[{position}]")
        if read_entry not in found:
            found.append(read_entry)
    return tuple(found)


def read_destination(reading: Reading, value: object, path: str) -> Destination:
    given = _entry(reading, value, path, (*_PEER, "port", "protocol"))
    if given is None:
        return Destination(Peer(), 1)
    peer = _peer(reading, given, path)
    if peer.cidr and not reading.problems:
        peer = _without_metadata(reading, peer, path)
    protocol = reading.choice(given.get("protocol"), path + ".protocol", _PROTOCOLS, "TCP")
    return Destination(peer, _port(reading, given.get("port"), path + ".port"), protocol)


def read_dns(reading: Reading, value: object, path: str) -> Destination:
    """Here a link-local address is allowed: a node's own DNS cache has one."""
    given = _entry(reading, value, path, (*_PEER, "port"))
    if given is None:
        return Destination(Peer(), 1)
    peer = _peer(reading, given, path)
    if (
        peer.cidr
        and not reading.problems
        and any(
            ip_network(address).overlaps(ip_network(peer.cidr))
            for address in METADATA
            if _same_version(address, peer.cidr)
        )
    ):
        reading.refuse(
            path + ".cidr",
            f"{peer.cidr} holds an address that gives away the node's credentials",
            "name the DNS server's own address",
        )
    return Destination(peer, _port(reading, given.get("port", 53), path + ".port"))


def read_inference_client(reading: Reading, value: object, path: str) -> Peer:
    if isinstance(value, Mapping) and "port" in value:
        reading.refuse(
            path + ".port", "cannot be set: inference requests arrive at port 9000 of seldon-envoy", "leave it out"
        )
        value = {key: entry for key, entry in value.items() if key != "port"}
    return read_source(reading, value, path)


def read_source(reading: Reading, value: object, path: str) -> Peer:
    given = _entry(reading, value, path, _PEER)
    return Peer() if given is None else _peer(reading, given, path)


def _entry(reading: Reading, value: object, path: str, keys: tuple[str, ...]) -> dict[str, Any] | None:
    """None where it is refused already: a key that is missing because it is misspelt is not reported twice."""
    before = len(reading.problems)
    given = reading.mapping(value, path)
    reading.refuse_unknown_keys(given, path + ".", keys)
    return given if len(reading.problems) == before else None


def _peer(reading: Reading, given: Mapping[str, Any], path: str) -> Peer:
    if ("namespace" in given) is ("cidr" in given):
        both = "are both given" if "cidr" in given else "are both missing"
        reading.refuse(path, f"namespace and cidr {both}", expected="one of them")
        return Peer()
    if "cidr" in given:
        if "pod_labels" in given:
            reading.refuse(path + ".pod_labels", "is not allowed together with cidr", "leave it out")
        excepted = tuple(
            read_cidr(reading, entry, f"{path}.except[{number}]")
            for number, entry in enumerate(reading.listed(given.get("except"), path + ".except"))
        )
        cidr = read_cidr(reading, given["cidr"], path + ".cidr")
        for number, inner in enumerate(excepted):
            if inner and cidr and not _is_part(inner, cidr):
                reading.refuse(
                    f"{path}.except[{number}]", f"{inner} is not a part of {cidr}", expected="a smaller block inside it"
                )
        return Peer(cidr=cidr, excepted=excepted)
    if "except" in given:
        reading.refuse(path + ".except", "is not allowed together with namespace", "leave it out")
    namespace = reading.string(given["namespace"], path + ".namespace")
    if not is_dns_label(namespace):
        reading.refuse(path + ".namespace", f"{quoted(namespace)} is not a namespace's name", expected="a-z, 0-9 and -")
    return Peer(namespace, _pod_labels(reading, given.get("pod_labels"), path + ".pod_labels"))


def _pod_labels(reading: Reading, value: object, path: str) -> dict[str, str]:
    labels = {key: reading.string(entry, f"{path}.{key}") for key, entry in reading.mapping(value, path).items()}
    for key, text in labels.items():
        if not is_qualified_name(key) or not is_label_value(text):
            reading.refuse(
                f"{path}.{key}", f"{quoted(text)} is not a label", expected="a label of the pods, key and value"
            )
    return labels


def _port(reading: Reading, value: object, path: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= _LAST_PORT:
        missing = "is missing" if value is None else f"{quoted(value)} is not a port"
        reading.refuse(
            path, missing, expected=f"a number from 1 to {_LAST_PORT}, that of the pods and not of their Service"
        )
        return 1
    if value == RCLONE:
        reading.refuse(path, f"{RCLONE} is the remote control of rclone, which asks for no login", "no policy opens it")
    return value


def read_cidr(reading: Reading, value: object, path: str) -> str:
    text = reading.string(value, path)
    try:
        network = ip_network(text)
    except ValueError as error:
        message = f"{quoted(value)} is not a block of addresses"
        if "has host bits set" in str(error):
            reading.refuse(path, message, f"did you mean {ip_network(text, strict=False)}?")
        else:
            reading.refuse(path, message, expected="a block such as 192.0.2.0/24")
        return ""
    return str(network)


def _without_metadata(reading: Reading, peer: Peer, path: str) -> Peer:
    """The node's metadata service gives away the node's credentials: it is cut out of a larger block, and refused where
    it is all.
    """
    block = ip_network(peer.cidr)
    if beyond_reach(block):
        reading.refuse(
            path + ".cidr",
            f"{peer.cidr} is link-local or a cloud's metadata service, which gives away the node's credentials",
            "no tenant may connect to it",
        )
        return peer
    return Peer(cidr=peer.cidr, excepted=tuple(dict.fromkeys((*peer.excepted, *holes(block)))))


def _is_part(inner: str, outer: str) -> bool:
    one, other = ip_network(inner), ip_network(outer)
    return one.version == other.version and one.prefixlen > other.prefixlen and one.network_address in other


def _same_version(one: str, other: str) -> bool:
    return ip_network(one).version == ip_network(other).version
