# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a team's ServiceMonitor or PodMonitor would scrape, what it would miss, and what the platform scrapes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ...diagnosis.quoting import quoted
from ...kube.malformed import Malformed
from ...kube.objects import mapping, mappings, name_of, spec_of
from ...kube.selector import Labels, read_labels, read_selector
from ...kube.types import KubeObject
from ...seldon.components import PODS, SELDON_PODS
from ...seldon.services import REPLICA_LABEL
from ..network.peers import POD_NAME
from .monitor_dangers import dangers
from .monitor_ports import ports_of_pods, ports_of_services
from .planned import Planned
from .selection import selection
from .text import bounded, named

_PATH = "/metrics"
_OTHER_PATHS = {
    number: (pods.name, port.monitor.path)
    for pods in PODS
    for port in pods.ports
    for number in port.numbers
    if port.monitor is not None and port.monitor.path != _PATH
}
"""Component and path by port, where a component has its metrics elsewhere."""
_MOST = 5
_FREE = ": the operator gives its Services no labels of Servers, ServerConfigs or the SeldonRuntime"

Endpoint = tuple[str, Mapping[str, Any]]
"""Its path, and what it says."""


def monitor_lines(obj: KubeObject, planned: Planned) -> list[str]:
    """An object of any shape."""
    pods, spec = obj.get("kind") == "PodMonitor", spec_of(obj)
    field = "podMetricsEndpoints" if pods else "endpoints"
    objects, noun = (planned.pods, "planned pod") if pods else (planned.services, "planned Service")
    listed = spec.get(field)
    given = (
        [(f"{field}[{position}]", entry) for position, entry in enumerate(listed) if isinstance(entry, Mapping)]
        if isinstance(listed, list)
        else []
    )
    lines: list[str] = []
    try:
        selector = read_selector(spec.get("selector"), "spec.selector")
        free = not pods and any(
            requirement.key not in (POD_NAME, REPLICA_LABEL) for requirement in selector.requirements
        )
        lines.append(selection(selector, objects, noun, _FREE if free else ""))
        found = [one for one in objects if selector.matches(_labels(one)) is not False]
        lines += bounded([*_ports(given, found, objects, pods)], _MOST)
        lines += _unscraped(found)
    except Malformed as fault:
        lines.append(f"cannot be judged: {fault}")
    if not given:
        lines.append(f"spec.{field} has no endpoint, so it scrapes nothing")
    lines += bounded(dangers(spec, given, planned.tenant), _MOST)
    return [*lines, _instead(planned)]


def _ports(
    endpoints: Iterable[Endpoint], found: Sequence[KubeObject], objects: Sequence[KubeObject], pods: bool
) -> Iterator[str]:
    read, noun = (ports_of_pods, "pod") if pods else (ports_of_services, "Service")
    for place, endpoint in endpoints:
        port = endpoint.get("port")
        if port is None:
            yield from _numbered(endpoint, place)
            continue
        hit = [number for name, number in read(found) if name == port]
        if not hit:
            there = list(dict.fromkeys(name for name, _number in read(found or objects)))
            whose = f"selected {noun}" if found else f"planned {noun}"
            yield f"{place}.port {quoted(port)}: no {whose} has a port of that name; they have {named(there, 12) or 'no port with a name'}"
        path = endpoint.get("path") or _PATH
        for component, elsewhere in (_OTHER_PATHS[number] for number in hit if number in _OTHER_PATHS):
            if path != elsewhere:
                yield f"{place}.path {quoted(path)}: {component} has its metrics at {elsewhere}"


def _numbered(endpoint: Mapping[str, Any], place: str) -> Iterator[str]:
    given = next((endpoint[key] for key in ("targetPort", "portNumber") if endpoint.get(key) is not None), None)
    if given is None:
        yield f"{place} names no port, so it scrapes every port of what it selects"


def _unscraped(found: Sequence[KubeObject]) -> list[str]:
    """The team's own objects that the monitor selects."""
    own = [
        name_of(one)
        for one in found
        if _labels(one).values.get(POD_NAME) not in SELDON_PODS and REPLICA_LABEL not in _labels(one).values
    ]
    return [f"the platform does not scrape {named(own)}: ask for a monitor of the platform's"] if own else []


def _labels(obj: KubeObject) -> Labels:
    return read_labels(mapping(obj.get("metadata")).get("labels"))


def _instead(planned: Planned) -> str:
    scraped: dict[str, list[str]] = {}
    for monitor in planned.monitors:
        spec = spec_of(monitor)
        labels = mapping(mapping(spec.get("selector")).get("matchLabels"))
        for endpoint in (*mappings(spec.get("podMetricsEndpoints")), *mappings(spec.get("endpoints"))):
            path = "" if endpoint.get("path") == _PATH else f" at {endpoint.get('path')}"
            scraped.setdefault(named(map(str, labels.values())), []).append(f"{endpoint.get('port')}{path}")
    if not scraped:
        return "the platform scrapes nothing of this tenant: tenant_namespace_monitoring is off, or the cluster lacks the Prometheus Operator's kinds"
    return f"instead the platform scrapes {', '.join(f'{name} ({named(ports)})' for name, ports in scraped.items())}"
