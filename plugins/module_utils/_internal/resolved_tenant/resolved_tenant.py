# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One tenant, resolved once: its Servers with their ServerConfigs, its components, and the pods and Services of both.

Everything that asks which ServerConfig, which pods, which ports or which Services reads this value.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from ..kube.objects import name_of
from ..kube.types import KubeObject
from ..seldon.containers import Container, containers_of
from ..seldon.effective import Effective
from ..seldon.effective_runtime import EffectiveComponent, EffectiveRuntime
from ..seldon.image import Version
from ..seldon.release import NEWEST
from ..seldon.services import runtime_services, server_services
from .reference import Reference, Source


@dataclass(frozen=True)
class ResolvedServer:
    """``config`` and ``effective`` are None if, and only if, the source of ``reference`` is UNRESOLVED."""

    server: KubeObject
    reference: Reference
    config: KubeObject | None = None
    effective: Effective | None = None

    @property
    def name(self) -> str:
        """metadata.name of the Server."""
        return name_of(self.server)


@dataclass(frozen=True)
class PlannedServer:
    """A Server whose reference is resolved. ``source``: whose ``config`` it is; never UNRESOLVED."""

    server: KubeObject
    config: KubeObject
    source: Source
    effective: Effective

    @property
    def name(self) -> str:
        """metadata.name of the Server."""
        return name_of(self.server)


@dataclass(frozen=True)
class ResolvedTenant:
    """``servers``: every Server of the namespace; ``runtimes``: every SeldonRuntime whose SeldonConfig exists.

    ``own_seldon_configs``: names of SeldonConfigs that are the tenant's own. ``deployments``: whether the operator runs
    Servers as Deployments. Without arguments: a namespace without anything of Seldon's.
    """

    name: str = ""
    platform_namespace: str = ""
    release: Version = NEWEST
    servers: tuple[ResolvedServer, ...] = ()
    runtimes: tuple[EffectiveRuntime, ...] = ()
    own_seldon_configs: frozenset[str] = frozenset()
    deployments: bool = False

    @cached_property
    def planned_servers(self) -> tuple[PlannedServer, ...]:
        """The Servers that the operator makes pods of."""
        return tuple(
            PlannedServer(entry.server, entry.config, entry.reference.source, entry.effective)
            for entry in self.servers
            if entry.config is not None and entry.effective is not None
        )

    @property
    def references(self) -> tuple[Reference, ...]:
        """One for each Server."""
        return tuple(entry.reference for entry in self.servers)

    @property
    def runtime(self) -> EffectiveRuntime | None:
        """The SeldonRuntime; None without one. More than one is a problem that is reported elsewhere."""
        return next(iter(self.runtimes), None)

    @property
    def components(self) -> Iterator[tuple[EffectiveRuntime, EffectiveComponent]]:
        """Every component of every runtime, whether it runs or not."""
        return ((runtime, component) for runtime in self.runtimes for component in runtime.components)

    @property
    def containers(self) -> list[Container]:
        """Containers of all components and Servers. A component without a replica may get one later."""
        pods = [component.pod_spec for _runtime, component in self.components]
        pods += [server.effective.pod_spec for server in self.planned_servers]
        return [container for pod in pods for container in containers_of(pod)]

    @property
    def services(self) -> list[KubeObject]:
        """The Services that the operator makes: of the runtime, then one for each replica of a Server."""
        found = list(runtime_services(self.runtime)) if self.runtime else []
        return [*found, *(service for server in self.planned_servers for service in server_services(server.effective))]

    @property
    def scales_servers(self) -> bool:
        """Whether the scheduler may add replicas to Servers."""
        return any(runtime.scales_servers for runtime in self.runtimes)
