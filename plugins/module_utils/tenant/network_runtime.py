# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a tenant's runtime will be, as far as its network is concerned: which components run, and what they connect to outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..kube.objects import mapping, mappings, spec_of
from ..kube.types import KubeObject
from .components import COMPONENTS, PIPELINE_COMPONENTS
from .network_addresses import services_of
from .network_options import Destination, NetworkOptions, Peer
from .runtime import merged


@dataclass(frozen=True)
class NetworkedRuntime:
    """``kafka`` and ``tracing`` are empty where they are not used, and where their place cannot be told: that one is in ``unplaced``.

    ``unplaced`` maps the option that would say it to the address that is no Service of the cluster.
    """

    components: tuple[str, ...]
    kafka: tuple[Destination, ...]
    tracing: tuple[Destination, ...]
    unplaced: Mapping[str, str]


def networked_runtime(
    tenant: str, runtime: KubeObject, seldon_config: KubeObject, options: NetworkOptions
) -> NetworkedRuntime:
    """``runtime`` is the tenant's SeldonRuntime, ``seldon_config`` what it is laid over."""
    replicas = {str(entry.get("name")): entry.get("replicas") for entry in mappings(spec_of(runtime).get("overrides"))}
    components = tuple(name for name in COMPONENTS if replicas.get(name) != 0)
    config = merged(mapping(spec_of(seldon_config).get("config")), mapping(spec_of(runtime).get("config")))
    tracing_config = mapping(config.get("tracingConfig"))
    brokers = (
        _text(mapping(config.get("kafkaConfig")).get("bootstrap.servers"))
        if set(components) & set(PIPELINE_COMPONENTS)
        else ""
    )
    collector = "" if tracing_config.get("disable") is True else _text(tracing_config.get("otelExporterEndpoint"))
    unplaced: dict[str, str] = {}

    def placed(option: str, given: tuple[Destination, ...], listed: str) -> tuple[Destination, ...]:
        if not listed or given:
            return given if listed else ()
        services, complete = services_of(listed, tenant)
        if not complete:
            unplaced[option] = listed
        return tuple(Destination(Peer(namespace), port) for namespace, port in services)

    kafka = placed("kafka", options.kafka, brokers)
    tracing = placed("tracing", options.tracing, collector)
    return NetworkedRuntime(components, kafka, tracing, unplaced)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
