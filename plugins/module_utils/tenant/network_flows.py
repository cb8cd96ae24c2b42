# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which of Seldon's pods need which of each other, inside one tenant."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from ..kube.types import KubeObject
from . import network_ports as port
from .components import ENVOY, HODOMETER, SCHEDULER, SERVER
from .network_peers import egress, ingress, ports, seldon_peer, seldon_pods

DATAFLOW, MODEL_GATEWAY, PIPELINE_GATEWAY = "seldon-dataflow-engine", "seldon-modelgateway", "seldon-pipelinegateway"


@dataclass(frozen=True)
class Flow:
    """Connections by TCP that ``sources`` open to ``destination``."""

    name: str
    sources: tuple[str, ...]
    destination: str
    ports: tuple[int, ...]


FLOWS = (
    Flow("agents", (SERVER,), SCHEDULER, port.SCHEDULER_AGENT),
    Flow("routes", (ENVOY,), SCHEDULER, (port.SCHEDULER_XDS,)),
    Flow("dataflow", (DATAFLOW,), SCHEDULER, (port.SCHEDULER_DATAFLOW,)),
    Flow("subscriptions", (MODEL_GATEWAY, PIPELINE_GATEWAY, HODOMETER), SCHEDULER, port.SCHEDULER),
    Flow("inference", (ENVOY,), SERVER, port.SERVER_INFERENCE),
    Flow("pipelines", (ENVOY,), PIPELINE_GATEWAY, port.PIPELINE_INFERENCE),
    Flow("mesh", (SERVER, MODEL_GATEWAY, PIPELINE_GATEWAY), ENVOY, (port.ENVOY_INFERENCE,)),
)
"""The first four are the control plane, the others the data plane. An agent calls the mesh for models that explain other models."""


def flows_of(running: Collection[str]) -> list[Flow]:
    """Those of the components that run."""
    found = []
    for flow in FLOWS:
        sources = tuple(source for source in flow.sources if source in running)
        if sources and flow.destination in running:
            found.append(replace(flow, sources=sources))
    return found


def flow_policies(tenant: str, flow: Flow) -> list[KubeObject]:
    """One at each end: where everything is denied by default, a connection needs both."""
    opened = ports(flow.ports)
    rule = {"to": [seldon_peer(tenant, (flow.destination,))], "ports": opened}
    return [
        *ingress(
            tenant,
            f"tenant-{flow.name}-ingress",
            seldon_pods((flow.destination,)),
            [seldon_peer(tenant, flow.sources)],
            opened,
        ),
        *egress(tenant, f"tenant-{flow.name}-egress", seldon_pods(flow.sources), [rule]),
    ]
