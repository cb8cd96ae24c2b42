# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The type of a row in the component table: one workload of Seldon's operator, with its ports, Service and flows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Union

from ..kube.resource import Resource
from ..kube.resources import DEPLOYMENT
from .image import Version


class Purpose(Enum):
    """The purpose of a port, which determines the clients that may connect to it.

    CONTROL: the control plane, which does not authenticate clients. INFERENCE: requests to models. METRICS: Prometheus.
    LOCAL: containers of the same pod only, without a login.
    """

    CONTROL = "control"
    INFERENCE = "inference"
    METRICS = "metrics"
    LOCAL = "local"


@dataclass(frozen=True)
class Monitor:
    """The scrape of a metrics port: ``name`` of the monitor, name of the ``port`` in the pod or Service, HTTP ``path``.

    ``of_service``: by a ServiceMonitor, because the pod has no name for the port.
    """

    name: str
    port: str
    path: str = "/metrics"
    of_service: bool = False


@dataclass(frozen=True)
class Port:
    """TCP ports of a pod for one purpose. Several numbers are variants (without and with TLS, HTTP and gRPC).

    ``flow`` is the name of the connections from ``callers``, which are components of the same runtime. ``by_operator``: the
    operator connects as well.
    """

    numbers: tuple[int, ...]
    purpose: Purpose
    flow: str = ""
    callers: tuple[str, ...] = ()
    by_operator: bool = False
    monitor: Monitor | None = None


@dataclass(frozen=True)
class ServicePort:
    """``target``: the container port, by number or name. ``prefixed``: its name begins with
    SeldonConfig.spec.config.serviceConfig.grpcServicePrefix.
    """

    name: str
    number: int
    target: Union[str, int]
    prefixed: bool = False


@dataclass(frozen=True)
class Service:
    """A Service of the SeldonRuntime. ``typed``: its type is the serviceType of overrides and config; else it is headless.
    ``entry``: clients of the models use it. ``until``: the first release without it.
    """

    name: str
    ports: tuple[ServicePort, ...]
    typed: bool = True
    entry: bool = False
    until: Version | None = None


class Runs(Enum):
    """When the component has a replica in a tenant's runtime without an override."""

    ALWAYS = "always"
    FOR_PIPELINES = "for pipelines"
    ON_REQUEST = "on request"


@dataclass(frozen=True)
class Component:
    """``name`` is the workload's name and the value of app.kubernetes.io/name on its pods.

    ``account`` is its ServiceAccount, empty for the namespace's default one. ``reads_secrets``: connects to the API
    server. ``traced``: sends traces. ``uses_kafka``: connects to the brokers and the schema registry. ``since``: the first
    release that has it, None for every known one.
    """

    name: str
    workload: Resource = DEPLOYMENT
    account: str = ""
    runs: Runs = Runs.ALWAYS
    ports: tuple[Port, ...] = ()
    service: Service | None = None
    reads_secrets: bool = False
    traced: bool = False
    uses_kafka: bool = False
    since: Version | None = None

    def numbers(self, *purposes: Purpose) -> tuple[int, ...]:
        """The numbers of its ports for these purposes, in the order of the table; of all ports if no purpose is given."""
        return tuple(
            number for port in self.ports if not purposes or port.purpose in purposes for number in port.numbers
        )

    @property
    def called_by_operator(self) -> tuple[int, ...]:
        """The numbers of the ports that the operator connects to."""
        return tuple(number for port in self.ports if port.by_operator for number in port.numbers)
