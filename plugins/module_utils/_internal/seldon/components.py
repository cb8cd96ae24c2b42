# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The components of a SeldonRuntime, and the pods of Servers: one row each. A new component is a new row.

Source: operator/pkg and operator/controllers/reconcilers/seldon of Seldon Core 2.9.1 and 2.10.2.
"""

from __future__ import annotations

from ..kube.resources import STATEFUL_SET
from .component import Component, Monitor, Port, Purpose, Runs, Service, ServicePort
from .image import Version

SCHEDULER = "seldon-scheduler"
ENVOY = "seldon-envoy"
DATAFLOW_ENGINE = "seldon-dataflow-engine"
MODEL_GATEWAY = "seldon-modelgateway"
PIPELINE_GATEWAY = "seldon-pipelinegateway"
HODOMETER = "hodometer"
SERVER = "seldon-server"

TABLE = (
    Component(
        SCHEDULER,
        workload=STATEFUL_SET,
        account="seldon-scheduler",
        ports=(
            Port((9005, 9055), Purpose.CONTROL, "agents", (SERVER,)),
            Port((9002,), Purpose.CONTROL, "routes", (ENVOY,)),
            Port((9008,), Purpose.CONTROL, "dataflow", (DATAFLOW_ENGINE,)),
            Port(
                (9004, 9044),
                Purpose.CONTROL,
                "subscriptions",
                (MODEL_GATEWAY, PIPELINE_GATEWAY, HODOMETER),
                by_operator=True,
            ),
        ),
        service=Service(
            "seldon-scheduler",
            (
                ServicePort("xds", 9002, "xds", prefixed=True),
                ServicePort("scheduler", 9004, "scheduler", prefixed=True),
                ServicePort("scheduler-mtls", 9044, "scheduler-mtls", prefixed=True),
                ServicePort("agent", 9005, "agent", prefixed=True),
                ServicePort("agent-mtls", 9055, "agent-mtls", prefixed=True),
                ServicePort("dataflow", 9008, "dataflow", prefixed=True),
            ),
        ),
        reads_secrets=True,
        traced=True,
    ),
    Component(
        ENVOY,
        ports=(
            # An agent sends requests to the mesh for models that explain other models.
            Port((9000,), Purpose.INFERENCE, "mesh", (SERVER, MODEL_GATEWAY, PIPELINE_GATEWAY)),
            Port((9003,), Purpose.METRICS, monitor=Monitor("envoy", "stats", "/stats/prometheus", of_service=True)),
        ),
        service=Service(
            "seldon-mesh",
            (ServicePort("data", 80, "http", prefixed=True), ServicePort("stats", 9003, "envoy-stats")),
            entry=True,
        ),
    ),
    Component(
        DATAFLOW_ENGINE,
        account="seldon-scheduler",
        runs=Runs.FOR_PIPELINES,
        reads_secrets=True,
        traced=True,
        uses_kafka=True,
    ),
    Component(
        MODEL_GATEWAY,
        account="seldon-scheduler",
        runs=Runs.FOR_PIPELINES,
        reads_secrets=True,
        traced=True,
        uses_kafka=True,
    ),
    Component(
        PIPELINE_GATEWAY,
        account="seldon-scheduler",
        runs=Runs.FOR_PIPELINES,
        ports=(
            Port((9010, 9011), Purpose.INFERENCE, "pipelines", (ENVOY,)),
            Port((9006,), Purpose.METRICS, monitor=Monitor("pipelinegateway", "metrics")),
        ),
        # The operator misspells the name of the second port.
        service=Service(
            "seldon-pipelinegateway",
            (ServicePort("http", 9010, "http"), ServicePort("gprc", 9011, "grpc")),
            typed=False,
            until=Version(2, 10, 0),
        ),
        reads_secrets=True,
        traced=True,
        uses_kafka=True,
    ),
    # It reports usage to the vendor.
    Component(HODOMETER, account="hodometer", runs=Runs.ON_REQUEST),
)
"""The components, in the order in which a SeldonRuntime lists them."""

SERVER_PODS = Component(
    SERVER,
    workload=STATEFUL_SET,
    account="seldon-server",
    ports=(
        # HTTP and gRPC of the agent's proxy.
        Port((9001, 9501), Purpose.INFERENCE, "inference", (ENVOY,)),
        Port((9006,), Purpose.METRICS, monitor=Monitor("agent", "metrics")),
        # MLServer's and Triton's.
        Port((8082, 8002), Purpose.METRICS, monitor=Monitor("server", "server-metrics")),
        # rclone's remote control, the agent's debug service and its drainer.
        Port((5572,), Purpose.LOCAL),
        Port((7777,), Purpose.LOCAL),
        Port((9007,), Purpose.LOCAL),
    ),
    reads_secrets=True,
    traced=True,
)
"""The pods of Servers, which are not a component of the runtime."""

RCLONE = 5572
"""Port of rclone's remote control, which has no authentication."""

COMPONENTS = tuple(component.name for component in TABLE)
PIPELINE_COMPONENTS = tuple(component.name for component in TABLE if component.runs is Runs.FOR_PIPELINES)
"""The components that only Pipelines need."""
PODS = (*TABLE, SERVER_PODS)
SELDON_PODS = tuple(component.name for component in PODS)
"""The values of app.kubernetes.io/name on Seldon's pods."""
NAME_LABEL = "app.kubernetes.io/name"
"""The operator sets it on every pod of Seldon; no Server can change it."""
MESH = next(component.service for component in TABLE if component.service and component.service.entry)
"""The Service that clients of the models use."""
BY_NAME = {component.name: component for component in PODS}


def components_of(release: Version) -> tuple[Component, ...]:
    """The components that this release has."""
    return tuple(component for component in TABLE if component.since is None or component.since <= release)
