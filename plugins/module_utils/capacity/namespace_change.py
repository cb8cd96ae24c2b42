# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What given objects make of a namespace as it is: they are laid over what is there, and everything else stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..kube.known import SELDON_CONFIG, SELDON_RUNTIME, SERVER, SERVER_CONFIG
from ..kube.objects import by_name, name_of, spec_of
from ..kube.types import KubeObject
from ..operators.image import Version
from ..quota.finding import plain
from .change import Change
from .seldon import effective_servers, runtimes_in_force, server_plan, servers_are_scaled


@dataclass(frozen=True)
class SeldonObjects:
    """Seldon's objects of one namespace by name."""

    servers: Mapping[str, KubeObject] = field(default_factory=dict)
    server_configs: Mapping[str, KubeObject] = field(default_factory=dict)
    runtimes: Mapping[str, KubeObject] = field(default_factory=dict)
    seldon_configs: Mapping[str, KubeObject] = field(default_factory=dict)


def namespace_change(
    desired: Sequence[tuple[str, KubeObject]], live: SeldonObjects, platform: SeldonObjects, release: Version
) -> tuple[Change, list[str]]:
    """The change, and why some Servers take nothing in it: they come to no ServerConfig.

    ``desired``: (resource, object). A config of the namespace wins over the platform's of the same name.
    """
    given = SeldonObjects(
        *(
            by_name(obj for kind, obj in desired if kind == resource.group_resource)
            for resource in (SERVER, SERVER_CONFIG, SELDON_RUNTIME, SELDON_CONFIG)
        )
    )
    configs = {**platform.server_configs, **live.server_configs, **given.server_configs}
    servers = {**live.servers, **given.servers}
    resolved, unresolved = [], []
    for name in sorted(servers):
        wanted = str(spec_of(servers[name]).get("serverConfig") or "")
        if wanted in configs:
            resolved.append((servers[name], configs[wanted]))
        else:
            unresolved.append(
                f"Server {name_of(servers[name])}: ServerConfig {plain(wanted) or '(none)'} exists neither here nor in the platform namespace"
            )
    seldon_configs = {**platform.seldon_configs, **live.seldon_configs, **given.seldon_configs}
    runtimes = list(runtimes_in_force({**live.runtimes, **given.runtimes}.values(), seldon_configs))
    change = Change(
        desired=desired,
        servers=[
            server_plan(server, made)
            for (server, _config), made in zip(resolved, effective_servers(resolved, release), strict=True)
        ],
        runtimes=runtimes,
        release=(release.major, release.minor, release.patch),
        autoscaling=servers_are_scaled(release, runtimes),
    )
    return change, unresolved
