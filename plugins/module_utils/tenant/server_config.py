# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""To which ServerConfig each Server of a tenant comes: its own namespace's first, else one that the platform offers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum

from ..kube.types import KubeObject
from .objects import name_of, spec_of
from .problem import Problem, shown
from .text import is_dns_subdomain

FIELD = "spec.serverConfig"


class Source(str, Enum):
    """Where the ServerConfig comes from."""

    OWN = "own"
    PLATFORM = "platform"
    UNRESOLVED = "unresolved"


@dataclass(frozen=True)
class Resolution:
    """``hides_platform``: the platform has one of the same name, which the tenant's own takes precedence over.

    ``problem`` is there if, and only if, the source is UNRESOLVED.
    """

    server: str
    server_config: str
    source: Source
    hides_platform: bool = False
    problem: Problem | None = None


def resolve_references(
    servers: Iterable[KubeObject],
    own_configs: Iterable[KubeObject],
    platform_configs: Iterable[KubeObject],
    *,
    tenant: str,
    platform_namespace: str,
) -> list[Resolution]:
    """One entry a Server, in the order given.

    ``own_configs`` are ServerConfigs of the team's manifests, and those in the tenant's namespace that are not ours alone.
    """
    own = sorted({name_of(config) for config in own_configs})
    platform = sorted({name_of(config) for config in platform_configs})
    return [_resolve(server, own, platform, tenant, platform_namespace) for server in servers]


def _resolve(server: KubeObject, own: Sequence[str], platform: Sequence[str], tenant: str, platform_namespace: str) -> Resolution:
    name, wanted = name_of(server), spec_of(server).get("serverConfig")
    if not isinstance(wanted, str) or not is_dns_subdomain(wanted):
        return _unresolved(name, "" if wanted is None else str(wanted), *_malformed(wanted))
    if wanted in own:
        return Resolution(name, wanted, Source.OWN, hides_platform=wanted in platform)
    if wanted in platform:
        return Resolution(name, wanted, Source.PLATFORM)
    looked = f"looked in {tenant} (own namespace): absent; in {platform_namespace} (platform): absent"
    near = [*_suggestion(wanted, own, tenant), *_suggestion(wanted, platform, platform_namespace)]
    return _unresolved(name, wanted, f'ServerConfig "{wanted}" does not exist', looked, *near[:1])


def _unresolved(server: str, wanted: str, message: str, *details: str) -> Resolution:
    return Resolution(server, wanted, Source.UNRESOLVED, problem=Problem(f"Server {server}", message, FIELD, details))


def _malformed(wanted: object) -> tuple[str, str]:
    """What is wrong with the reference itself, and what was expected."""
    if wanted is None or wanted == "":
        return "names no ServerConfig", "state spec.serverConfig"
    if not isinstance(wanted, str):
        return f"spec.serverConfig {shown(wanted)} is not a string", "quote it"
    if "/" in wanted:
        return f"spec.serverConfig {shown(wanted)} names a namespace, which is not supported", "give the name only"
    return f"spec.serverConfig {shown(wanted)} is not the name of an object", "expected a-z, 0-9, - and ."


def _suggestion(wanted: str, candidates: Sequence[str], namespace: str) -> list[str]:
    return [f'did you mean "{near}"? It exists in {namespace}.' for near in get_close_matches(wanted, candidates, n=1)]
