# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What given objects make of a namespace as it is: they are laid over what is there, and everything else stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..kube.objects import by_name
from ..kube.resources import SELDON_CONFIG, SELDON_RUNTIME, SERVER, SERVER_CONFIG
from ..kube.types import KubeObject
from ..resolved_tenant.resolve_tenant import TenantObjects, resolve_tenant
from ..seldon.image import Version
from ..seldon.release import NEWEST
from .change import Change


@dataclass(frozen=True)
class Operator:
    """What of the operator decides what a change takes: its release, and whether Servers run as Deployments."""

    release: Version = NEWEST
    deployments: bool = False


@dataclass(frozen=True)
class SeldonObjects:
    """Seldon's objects of one namespace by name."""

    servers: Mapping[str, KubeObject] = field(default_factory=dict)
    server_configs: Mapping[str, KubeObject] = field(default_factory=dict)
    runtimes: Mapping[str, KubeObject] = field(default_factory=dict)
    seldon_configs: Mapping[str, KubeObject] = field(default_factory=dict)


def namespace_change(
    desired: Sequence[tuple[str, KubeObject]],
    namespace: KubeObject,
    live: SeldonObjects,
    platform_namespace: str,
    platform: SeldonObjects,
    operator: Operator,
) -> Change:
    """A Server whose reference leads to no ServerConfig takes nothing in it.

    ``desired``: (resource, object). ``namespace``: the Namespace, with its labels where they could be read.
    """
    given = SeldonObjects(
        *(
            by_name(obj for kind, obj in desired if kind == resource.group_resource)
            for resource in (SERVER, SERVER_CONFIG, SELDON_RUNTIME, SELDON_CONFIG)
        )
    )
    servers = {**live.servers, **given.servers}
    tenant = resolve_tenant(
        TenantObjects(
            namespace=namespace,
            platform_namespace=platform_namespace,
            servers=[servers[name] for name in sorted(servers)],
            server_configs=list({**live.server_configs, **given.server_configs}.values()),
            seldon_configs=list({**live.seldon_configs, **given.seldon_configs}.values()),
            runtimes=list({**live.runtimes, **given.runtimes}.values()),
            platform_server_configs=list(platform.server_configs.values()),
            platform_seldon_configs=list(platform.seldon_configs.values()),
            release=operator.release,
            deployments=operator.deployments,
        )
    )
    return Change(desired=desired, tenant=tenant)
