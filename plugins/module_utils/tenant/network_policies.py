# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The network policies of one tenant: everything is denied, and each flow that Seldon or the tenant needs has policies of its own.

Seldon's components are told by app.kubernetes.io/name, which its operator sets on their pods and no Server can change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..kube.types import KubeObject
from . import network_ports as port
from .components import ENVOY, PIPELINE_COMPONENTS, SCHEDULER, SERVER
from .network_addresses import Endpoint
from .network_flows import PIPELINE_GATEWAY, flow_policies, flows_of
from .network_options import NetworkOptions
from .network_peers import (
    apiserver_rule,
    default_deny,
    egress,
    ingress,
    pods_but_runtime,
    pods_in,
    ports,
    seldon_peer,
    seldon_pods,
)
from .network_runtime import NetworkedRuntime
from .network_within import callers, letting_out, reaching

_READ_SECRETS = (SERVER, SCHEDULER, *PIPELINE_COMPONENTS)
"""The agent needs the API server in any case; the others once Kafka or the control plane use TLS or a login."""
_TRACED = (SERVER, SCHEDULER, *PIPELINE_COMPONENTS)


def network_policies(
    tenant: str,
    options: NetworkOptions,
    runtime: NetworkedRuntime,
    operator: tuple[str, Mapping[str, str]],
    apiserver: Sequence[Endpoint],
) -> list[KubeObject]:
    """The one that denies comes last.

    ``operator``: the namespace and the labels of the pods of the operator that works for this tenant.
    ``apiserver``: its endpoints as the cluster tells them. None at all: no policy for it.
    """
    if not options.policies:
        return []
    running = (*runtime.components, SERVER)
    return [
        *reaching(tenant, "tenant-dns", {}, options.dns, "UDP", "TCP"),
        *egress(
            tenant,
            "tenant-apiserver",
            _running(_READ_SECRETS, running),
            apiserver_rule(options.apiserver_cidrs, apiserver),
        ),
        *ingress(tenant, "tenant-operator", seldon_pods((SCHEDULER,)), [pods_in(*operator)], ports(port.SCHEDULER)),
        *(policy for flow in flows_of(running) for policy in flow_policies(tenant, flow)),
        *_metrics(tenant, options, running),
        *_inference(tenant, options),
        *_pipelines(tenant, options, runtime),
        *reaching(tenant, "tenant-tracing", _running(_TRACED, running), runtime.tracing),
        *reaching(tenant, "tenant-egress", pods_but_runtime(), options.egress),
        default_deny(tenant),
    ]


def _metrics(tenant: str, options: NetworkOptions, running: Sequence[str]) -> list[KubeObject]:
    peers = callers(tenant, options.monitoring)
    ports_of = {SERVER: port.SERVER_METRICS, ENVOY: (port.ENVOY_METRICS,), PIPELINE_GATEWAY: (port.PIPELINE_METRICS,)}
    scraped = {name: ports(numbers) for name, numbers in ports_of.items() if name in running}
    rules = [{"to": [seldon_peer(tenant, (name,))], "ports": opened} for name, opened in scraped.items()]
    return [
        *(
            policy
            for name, opened in scraped.items()
            for policy in ingress(
                tenant, f"tenant-metrics-{name.removeprefix('seldon-')}", seldon_pods((name,)), peers, opened
            )
        ),
        *letting_out(tenant, "tenant-metrics", options.monitoring, rules),
    ]


def _inference(tenant: str, options: NetworkOptions) -> list[KubeObject]:
    """Clients of the models."""
    opened = ports((port.ENVOY_INFERENCE,))
    rule = {"to": [seldon_peer(tenant, (ENVOY,))], "ports": opened}
    return [
        *ingress(tenant, "tenant-clients", seldon_pods((ENVOY,)), callers(tenant, options.ingress), opened),
        *letting_out(tenant, "tenant-clients", options.ingress, [rule]),
    ]


def _pipelines(tenant: str, options: NetworkOptions, runtime: NetworkedRuntime) -> list[KubeObject]:
    sources = _running(PIPELINE_COMPONENTS, runtime.components)
    if not sources:
        return []
    return [
        *reaching(tenant, "tenant-kafka", sources, runtime.kafka),
        *reaching(tenant, "tenant-schema-registry", sources, options.schema_registry),
    ]


def _running(names: Sequence[str], running: Sequence[str]) -> KubeObject:
    found = [name for name in names if name in running]
    return seldon_pods(found) if found else {}
