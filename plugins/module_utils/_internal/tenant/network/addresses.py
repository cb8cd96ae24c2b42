# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Addresses that matter to a tenant's network."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Union
from urllib.parse import urlsplit

from ...isolation.network.metadata_services import LINK_LOCAL, METADATA_ADDRESSES
from ...kube.names import is_dns_label
from ...kube.objects import mappings
from ...kube.types import KubeObject

Cidr = Union[IPv4Network, IPv6Network]

METADATA = tuple(str(ip_network(address)) for address in METADATA_ADDRESSES)
"""Blocks of one address each."""
_BEYOND_REACH = tuple(ip_network(block) for block in (*LINK_LOCAL, *METADATA))


@dataclass(frozen=True)
class Endpoint:
    """``address`` is a block of one address."""

    address: str
    port: int


def beyond_reach(block: Cidr) -> bool:
    """Whether all of the block is link-local or a metadata service."""
    return any(_is_in(block, closed) for closed in _BEYOND_REACH)


def holes(block: Cidr) -> list[str]:
    """The parts of ``block`` that stay closed (``except`` of an ipBlock). The block itself is not beyond reach."""
    inside = [closed for closed in _BEYOND_REACH if _is_in(closed, block)]
    return [str(hole) for hole in inside if not any(hole != other and _is_in(hole, other) for other in inside)]


def apiserver_endpoints(slices: Iterable[KubeObject]) -> list[Endpoint]:
    """Of EndpointSlices of the Service ``default/kubernetes``, sorted."""
    found = set()
    for entry in slices:
        ports = [port["port"] for port in mappings(entry.get("ports")) if isinstance(port.get("port"), int)]
        for endpoint in mappings(entry.get("endpoints")):
            for address in endpoint.get("addresses") or ():
                found |= {Endpoint(str(ip_network(ip_address(address))), port) for port in ports}
    return sorted(found, key=lambda endpoint: (endpoint.address, endpoint.port))


def service_of(host_and_port: str, tenant: str) -> tuple[str, int] | None:
    """Namespace and port of a Service as SeldonConfigs write it (``kafka.messaging:9092``); None if it is not a
    Service of the cluster.
    """
    try:
        parts = urlsplit(host_and_port if "//" in host_and_port else f"//{host_and_port}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    labels = host.rstrip(".").split(".")
    if port is None or not all(map(is_dns_label, labels)) or all(label.isdigit() for label in labels):
        return None
    if len(labels) == 1:
        return tenant, port
    # Two labels may be a public domain too, but Seldon's own configs write Services like that.
    return (labels[1], port) if len(labels) == 2 or labels[2] == "svc" else None


def services_of(listed: str, tenant: str) -> tuple[Sequence[tuple[str, int]], bool]:
    """The same of a list with commas; and whether all of them are Services."""
    texts = [text.strip() for text in listed.split(",") if text.strip()]
    found = [service_of(text, tenant) for text in texts]
    known = [service for service in found if service is not None]
    return list(dict.fromkeys(known)), bool(known) and len(known) == len(found)


def _is_in(inner: Cidr, outer: Cidr) -> bool:
    return inner.version == outer.version and inner.prefixlen >= outer.prefixlen and inner.network_address in outer
