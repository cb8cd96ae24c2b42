# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a tenant's runtime will be, as far as its network is concerned: which components run, and what they connect to
outside.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...kube.objects import mapping
from ...resolved_tenant.resolved_tenant import ResolvedTenant
from ...seldon.components import BY_NAME
from ..options.network import NetworkOptions
from ..options.network_entries import Destination, Peer
from .addresses import services_of


@dataclass(frozen=True)
class NetworkedRuntime:
    """``kafka`` and ``tracing`` are empty where they are not used, and where their place cannot be told: that one is in
    ``unplaced``.

    ``unplaced`` maps the option that can give the place to the address that is not a Service of the cluster.
    """

    components: tuple[str, ...]
    kafka: tuple[Destination, ...]
    tracing: tuple[Destination, ...]
    unplaced: Mapping[str, str]


def networked_runtime(tenant: ResolvedTenant, options: NetworkOptions) -> NetworkedRuntime:
    """Of the tenant's SeldonRuntime; nothing runs where there is none."""
    runtime = tenant.runtime
    components = runtime.wanted if runtime else ()
    config = runtime.settings if runtime else {}
    tracing_config = mapping(config.get("tracingConfig"))
    brokers = (
        _text(mapping(config.get("kafkaConfig")).get("bootstrap.servers"))
        if any(BY_NAME[name].uses_kafka for name in components)
        else ""
    )
    collector = "" if tracing_config.get("disable") is True else _text(tracing_config.get("otelExporterEndpoint"))
    unplaced: dict[str, str] = {}

    def placed(option: str, given: tuple[Destination, ...], listed: str) -> tuple[Destination, ...]:
        if not listed or given:
            return given if listed else ()
        services, complete = services_of(listed, tenant.name)
        if not complete:
            unplaced[option] = listed
        return tuple(Destination(Peer(namespace), port) for namespace, port in services)

    kafka = placed("kafka", options.kafka, brokers)
    tracing = placed("tracing", options.tracing, collector)
    return NetworkedRuntime(components, kafka, tracing, unplaced)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
