# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The Services that the operator creates, with their labels, selectors and ports.

They do not have the labels of Servers, ServerConfigs or the SeldonRuntime.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..kube.objects import mapping
from ..kube.types import KubeObject
from .component import ServicePort
from .components import NAME_LABEL, TABLE
from .effective import Effective
from .effective_runtime import EffectiveRuntime

REPLICA_LABEL = "seldon-server-replica"
"""A label on the Service of a replica; the value is the Server's name."""
REPLICA_PORTS = (
    ServicePort("http", 9000, "http"),
    ServicePort("grpc", 9500, "grpc"),
    ServicePort("agent", 9005, 9005),
)
"""The ports of the headless Service of each replica of a Server."""


def runtime_services(runtime: EffectiveRuntime) -> Iterator[KubeObject]:
    """The Services of a runtime, in the order of the component table."""
    prefix = str(mapping(runtime.settings.get("serviceConfig")).get("grpcServicePrefix") or "")
    for component in TABLE:
        service = component.service
        if service is not None and service in runtime.services:
            ports = [
                ServicePort(f"{prefix}{port.name}" if port.prefixed else port.name, port.number, port.target)
                for port in service.ports
            ]
            labels = {NAME_LABEL: component.name}
            yield _service(service.name, labels, labels, ports)


def server_services(made: Effective) -> Iterator[KubeObject]:
    """The Services of a Server, one per replica."""
    for name in made.services:
        labels = {REPLICA_LABEL: made.name, "seldon-server-replica-name": name}
        yield _service(name, labels, {"statefulset.kubernetes.io/pod-name": name}, REPLICA_PORTS)


def _service(name: str, labels: dict[str, str], selector: dict[str, str], ports: Sequence[ServicePort]) -> KubeObject:
    listed = [{"name": port.name, "port": port.number, "targetPort": port.target, "protocol": "TCP"} for port in ports]
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "labels": dict(labels)},
        "spec": {"selector": dict(selector), "ports": listed},
    }
