# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The Services that Seldon's operator makes in a tenant's namespace, and the labels and ports that they have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Union

from ..kube.known import SELDON_RUNTIME
from ..kube.objects import by_name, mapping, of, spec_of
from ..kube.types import KubeObject
from ..operators.image import Version
from ..serverconfig.effective import Effective
from ..tenant import network_ports as number
from ..tenant.components import ENVOY, SCHEDULER
from ..tenant.network_flows import PIPELINE_GATEWAY
from ..tenant.network_peers import POD_NAME
from ..tenant.plan import TenantPlan
from ..tenant.planned_server import PlannedServer, release_of
from ..tenant.runtime import merged
from ..tenant.snapshot import PlatformSnapshot

_WITHOUT_GATEWAY_SERVICE = Version(2, 10, 0)

Port = tuple[str, int, Union[str, int]]
"""Name, number, and the pod's port."""


def seldon_services(plan: TenantPlan, servers: Iterable[PlannedServer], platform: PlatformSnapshot) -> list[KubeObject]:
    """Of the runtime, then one for each replica of a Server: none of these takes labels of Servers, ServerConfigs or the SeldonRuntime."""
    runtimes = [*plan.workloads.seldon_runtimes, *of(SELDON_RUNTIME, plan.platform_objects)]
    services = [service for runtime in runtimes[:1] for service in _runtime(runtime, plan, platform)]
    return [*services, *(service for server in servers for service in _server(server.effective))]


def _runtime(runtime: KubeObject, plan: TenantPlan, platform: PlatformSnapshot) -> Iterator[KubeObject]:
    configs = {**by_name(platform.seldon_configs), **by_name(plan.workloads.seldon_configs)}
    config = configs.get(str(spec_of(runtime).get("seldonConfig")), {})
    settings = mapping(
        merged(mapping(spec_of(config).get("config")), mapping(spec_of(runtime).get("config"))).get("serviceConfig")
    )
    prefix = str(settings.get("grpcServicePrefix") or "")
    numbers = {"xds": number.SCHEDULER_XDS, "scheduler": number.SCHEDULER[0], "scheduler-mtls": number.SCHEDULER[1]}
    numbers |= {
        "agent": number.SCHEDULER_AGENT[0],
        "agent-mtls": number.SCHEDULER_AGENT[1],
        "dataflow": number.SCHEDULER_DATAFLOW,
    }
    yield _service(SCHEDULER, SCHEDULER, [(prefix + name, port, name) for name, port in numbers.items()])
    yield _service(
        "seldon-mesh", ENVOY, [(f"{prefix}data", 80, "http"), ("stats", number.ENVOY_METRICS, "envoy-stats")]
    )
    if release_of(platform) < _WITHOUT_GATEWAY_SERVICE:
        http, grpc = number.PIPELINE_INFERENCE
        # The operator misspells the name of the second one.
        yield _service("seldon-pipelinegateway", PIPELINE_GATEWAY, [("http", http, "http"), ("gprc", grpc, "grpc")])


def _service(name: str, component: str, ports: Sequence[Port]) -> KubeObject:
    return _object(name, {POD_NAME: component}, {POD_NAME: component}, ports)


def _server(made: Effective) -> Iterator[KubeObject]:
    ports: list[Port] = [("http", 9000, "http"), ("grpc", 9500, "grpc"), ("agent", 9005, 9005)]
    for name in made.services:
        labels = {"seldon-server-replica": made.name, "seldon-server-replica-name": name}
        yield _object(name, labels, {"statefulset.kubernetes.io/pod-name": name}, ports)


def _object(name: str, labels: dict[str, str], selector: dict[str, str], ports: Sequence[Port]) -> KubeObject:
    listed = [{"name": port, "port": number, "targetPort": target, "protocol": "TCP"} for port, number, target in ports]
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "labels": labels},
        "spec": {"selector": selector, "ports": listed},
    }
