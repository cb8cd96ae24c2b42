# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Resolves one tenant from the objects that will be in its namespace and in the platform's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..kube.objects import by_name, name_of
from ..kube.types import KubeObject
from ..ownership.copies import as_offered
from ..seldon.effective_runtime import effective_runtimes
from ..seldon.image import Version
from ..seldon.release import NEWEST
from .reference import Source, resolve_references
from .resolved_tenant import ResolvedServer, ResolvedTenant


@dataclass(frozen=True)
class TenantObjects:
    """Seldon's objects of one tenant as they will be. ``namespace`` is its Namespace, whose labels decide which shared
    ServerConfigs it may use.

    ``server_configs`` and ``seldon_configs`` are the tenant's own, which win over the platform's of the same name.
    ``release``: of the operator. ``deployments``: whether it runs Servers as Deployments.
    """

    namespace: KubeObject
    platform_namespace: str
    servers: Sequence[KubeObject] = ()
    server_configs: Sequence[KubeObject] = ()
    seldon_configs: Sequence[KubeObject] = ()
    runtimes: Sequence[KubeObject] = ()
    platform_server_configs: Sequence[KubeObject] = ()
    platform_seldon_configs: Sequence[KubeObject] = ()
    release: Version = NEWEST
    deployments: bool = False


def resolve_tenant(objects: TenantObjects) -> ResolvedTenant:
    """Never raises: what is wrong with a reference is in its ``problem``, and parts of a wrong type count as absent."""
    own = by_name(objects.seldon_configs)
    seldon_configs = {**by_name(map(as_offered, objects.platform_seldon_configs)), **own}
    return ResolvedTenant(
        name=name_of(objects.namespace),
        platform_namespace=objects.platform_namespace,
        release=objects.release,
        servers=tuple(_servers(objects)),
        runtimes=tuple(effective_runtimes(objects.runtimes, seldon_configs, objects.release)),
        own_seldon_configs=frozenset(own),
        deployments=objects.deployments,
    )


def _servers(objects: TenantObjects) -> Iterator[ResolvedServer]:
    references = resolve_references(
        objects.servers,
        objects.server_configs,
        objects.platform_server_configs,
        namespace=objects.namespace,
        platform_namespace=objects.platform_namespace,
        release=objects.release,
    )
    configs: Mapping[Source, Mapping[str, KubeObject]] = {
        Source.OWN: by_name(objects.server_configs),
        Source.PLATFORM: by_name(map(as_offered, objects.platform_server_configs)),
        Source.UNRESOLVED: {},
    }
    for server, reference in zip(objects.servers, references, strict=True):
        yield ResolvedServer(
            server, reference, configs[reference.source].get(reference.server_config), reference.effective
        )
