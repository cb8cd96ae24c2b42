# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which of Seldon's pods need which of each other, inside one tenant."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from ...seldon.component import Component, Purpose
from ...seldon.components import PODS
from .peers import egress, ingress, ports, seldon_peer, seldon_pods
from .planned_policy import PlannedPolicy


@dataclass(frozen=True)
class Flow:
    """Connections by TCP that ``sources`` open to ``destination``."""

    name: str
    sources: tuple[str, ...]
    destination: str
    ports: tuple[int, ...]


def _flows(pods: Iterable[Component], purpose: Purpose) -> tuple[Flow, ...]:
    return tuple(
        Flow(port.flow, port.callers, component.name, port.numbers)
        for component in pods
        for port in component.ports
        if port.flow and port.purpose is purpose
    )


FLOWS = (*_flows(PODS, Purpose.CONTROL), *_flows(reversed(PODS), Purpose.INFERENCE))
"""The control plane, then the data plane from the pods of Servers outwards."""


def flows_of(running: Collection[str]) -> list[Flow]:
    """Those of the components that run."""
    found = []
    for flow in FLOWS:
        sources = tuple(source for source in flow.sources if source in running)
        if sources and flow.destination in running:
            found.append(replace(flow, sources=sources))
    return found


def flow_policies(tenant: str, flow: Flow) -> list[PlannedPolicy]:
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
