# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Options of the tenant's network: who may come in, what may be reached, and where the cluster's own services are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ...diagnosis.reading import Reading
from ...seldon.components import SELDON_PODS
from .network_entries import (
    Destination,
    Peer,
    T,
    read_cidr,
    read_destination,
    read_dns,
    read_each,
    read_inference_client,
    read_source,
)

NETWORK_KEYS = ("network_policies", "egress", "ingress", "network")
_SECTIONS = ("dns", "apiserver_cidrs", "monitoring", "kafka", "schema_registry", "tracing")
_NAME_LABEL = "app.kubernetes.io/name"
DNS = Destination(Peer("kube-system", {"k8s-app": "kube-dns"}), 53)
PROMETHEUS = Peer("monitoring", {"app.kubernetes.io/name": "prometheus"})


@dataclass(frozen=True)
class NetworkOptions:
    """``policies`` False: no network policy at all. ``egress`` and ``ingress`` are what the tenant needs besides
    Seldon's own flows.

    ``dns`` is reached by UDP and TCP. ``apiserver_cidrs`` take the place of the endpoints that the cluster tells.
    ``kafka`` and ``tracing`` take the place of what the SeldonConfig names.
    """

    policies: bool = True
    egress: tuple[Destination, ...] = ()
    ingress: tuple[Peer, ...] = ()
    dns: tuple[Destination, ...] = (DNS,)
    apiserver_cidrs: tuple[str, ...] = ()
    monitoring: tuple[Peer, ...] = (PROMETHEUS,)
    kafka: tuple[Destination, ...] = ()
    schema_registry: tuple[Destination, ...] = ()
    tracing: tuple[Destination, ...] = ()


def read_network(reading: Reading, given: Mapping[str, Any], prefix: str, tenant: str) -> NetworkOptions:
    """``given`` holds all options of the tenant, ``prefix`` is what their names begin with."""
    path = prefix + "network"
    section = reading.mapping(given.get("network"), path)
    reading.refuse_unknown_keys(section, path + ".", _SECTIONS)
    standard = NetworkOptions()

    def entries(key: str, read: Callable[[Reading, object, str], T], default: tuple[T, ...] = ()) -> tuple[T, ...]:
        return default if section.get(key) is None else read_each(reading, section[key], f"{path}.{key}", read)

    network = NetworkOptions(
        policies=reading.boolean(given.get("network_policies"), prefix + "network_policies", True),
        egress=read_each(reading, given.get("egress"), prefix + "egress", read_destination),
        ingress=read_each(reading, given.get("ingress"), prefix + "ingress", read_inference_client),
        dns=entries("dns", read_dns, standard.dns),
        apiserver_cidrs=entries("apiserver_cidrs", read_cidr),
        monitoring=entries("monitoring", read_source, standard.monitoring),
        kafka=entries("kafka", read_destination),
        schema_registry=entries("schema_registry", read_destination),
        tracing=entries("tracing", read_destination),
    )
    _check_own(reading, network, prefix, tenant)
    return network


def _check_own(reading: Reading, network: NetworkOptions, prefix: str, tenant: str) -> None:
    """Flows between Seldon's pods are not an option."""
    for number, entry in enumerate(network.egress):
        name = entry.peer.pod_labels.get(_NAME_LABEL)
        if entry.peer.namespace == tenant and name in SELDON_PODS:
            reading.refuse(
                f"{prefix}egress[{number}]",
                f"{name} is reached by Seldon's own flows only",
                "call models through seldon-mesh: see ingress",
            )
