# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The network policies of one tenant: everything is denied, and each flow that Seldon or the tenant needs has policies of its own.

Seldon's components are told by app.kubernetes.io/name, which its operator sets on their pods and no Server can change.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from ..kube.types import KubeObject
from . import network_ports as port
from .components import ENVOY, PIPELINE_COMPONENTS, SCHEDULER, SERVER
from .network_addresses import Endpoint
from .network_flows import PIPELINE_GATEWAY, flow_policies, flows_of
from .network_options import Destination, NetworkOptions
from .network_peers import apiserver_rule, default_deny, egress, ingress, peer_of, pods_but_runtime, pods_in, ports, rule_to, seldon_peer, seldon_pods, team_pods
from .network_runtime import NetworkedRuntime

_READ_SECRETS = (SERVER, SCHEDULER, *PIPELINE_COMPONENTS)
"""The agent needs the API server in any case; the others once Kafka or the control plane use TLS or a login."""
_TRACED = (SERVER, SCHEDULER, *PIPELINE_COMPONENTS)
_DIGEST = 8


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
        *egress(tenant, "tenant-dns", {}, [rule_to(server, "UDP", "TCP") for server in options.dns]),
        *egress(tenant, "tenant-apiserver", _running(_READ_SECRETS, running), apiserver_rule(options.apiserver_cidrs, apiserver)),
        *ingress(tenant, "tenant-operator", seldon_pods((SCHEDULER,)), [pods_in(*operator)], ports(port.SCHEDULER)),
        *(policy for flow in flows_of(running) for policy in flow_policies(tenant, flow)),
        *_metrics(tenant, options, running),
        *_inference(tenant, options),
        *_pipelines(tenant, options, runtime),
        *egress(tenant, "tenant-tracing", _running(_TRACED, running), [rule_to(entry) for entry in runtime.tracing]),
        *egress(tenant, "tenant-egress", pods_but_runtime(), [rule_to(entry) for entry in options.egress]),
        *(policy for entry in options.egress if entry.peer.namespace == tenant for policy in _within(tenant, entry)),
        default_deny(tenant),
    ]


def _metrics(tenant: str, options: NetworkOptions, running: Sequence[str]) -> list[KubeObject]:
    peers = [peer_of(peer) for peer in options.monitoring]
    scraped = ((SERVER, port.SERVER_METRICS), (ENVOY, (port.ENVOY_METRICS,)), (PIPELINE_GATEWAY, (port.PIPELINE_METRICS,)))
    return [
        policy
        for name, numbers in scraped
        if name in running
        for policy in ingress(tenant, f"tenant-metrics-{name.removeprefix('seldon-')}", seldon_pods((name,)), peers, ports(numbers))
    ]


def _inference(tenant: str, options: NetworkOptions) -> list[KubeObject]:
    """Clients of the models. Those in the tenant's own namespace also need to be let out."""
    opened = ports((port.ENVOY_INFERENCE,))
    peers, inside = [], []
    for peer in options.ingress:
        if peer.namespace == tenant:
            inside.append(team_pods(peer.pod_labels))
            peers.append({**pods_in(tenant, {}), "podSelector": inside[-1]})
        else:
            peers.append(peer_of(peer))
    rule = {"to": [seldon_peer(tenant, (ENVOY,))], "ports": opened}
    policies = ingress(tenant, "tenant-clients", seldon_pods((ENVOY,)), peers, opened)
    for pods in inside:
        policies += egress(tenant, f"tenant-clients-{_digest(pods)}", pods, [rule])
    return policies


def _pipelines(tenant: str, options: NetworkOptions, runtime: NetworkedRuntime) -> list[KubeObject]:
    sources = _running(PIPELINE_COMPONENTS, runtime.components)
    if not sources:
        return []
    return [
        *egress(tenant, "tenant-kafka", sources, [rule_to(entry) for entry in runtime.kafka]),
        *egress(tenant, "tenant-schema-registry", sources, [rule_to(entry) for entry in options.schema_registry]),
    ]


def _within(tenant: str, entry: Destination) -> list[KubeObject]:
    """The other end of an egress entry for the tenant's own namespace: the team's pods, from its pods and Servers."""
    peers = [{**pods_in(tenant, {}), "podSelector": pods_but_runtime()}]
    name = f"tenant-within-{_digest(asdict(entry))}"
    return ingress(tenant, name, team_pods(entry.peer.pod_labels), peers, ports((entry.port,), entry.protocol))


def _running(names: Sequence[str], running: Sequence[str]) -> KubeObject:
    found = [name for name in names if name in running]
    return seldon_pods(found) if found else {}


def _digest(value: object) -> str:
    """A name that stays the same when entries around it come and go."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:_DIGEST]
