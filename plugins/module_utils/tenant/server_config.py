# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""To which ServerConfig each Server of a tenant comes, and what is to be said about the two of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from ..kube.objects import mapping, name_of
from ..kube.types import KubeObject
from ..serverconfig.desired import FIELD
from ..serverconfig.finding import Finding, Severity
from ..serverconfig.policy import Policy
from ..serverconfig.resolve import Resolution as Resolved
from ..serverconfig.resolve import resolve
from ..serverconfig.snapshot import Listing, Snapshot
from ..serverconfig.text import explain
from ..serverconfig.trace import Scope
from .problem import Problem

_SAID = (Severity.ERROR, Severity.WARNING)


class Source(str, Enum):
    """Where the ServerConfig comes from."""

    OWN = "own"
    PLATFORM = "platform"
    UNRESOLVED = "unresolved"


@dataclass(frozen=True)
class Resolution:
    """``hides_platform``: the platform has one of the same name, which the tenant's own takes precedence over.

    ``problem`` is there if, and only if, the source is UNRESOLVED. ``notes``: overrides that are lost, a contract that is not met, and the like.
    """

    server: str
    server_config: str
    source: Source
    hides_platform: bool = False
    problem: Problem | None = None
    notes: tuple[Problem, ...] = ()


_NAMELESS = Resolution(
    "", "", Source.UNRESOLVED, problem=Problem("Server", "has no name", "metadata.name", ("state metadata.name",))
)


def resolve_references(
    servers: Iterable[KubeObject],
    own_configs: Iterable[KubeObject],
    platform_configs: Iterable[KubeObject],
    *,
    namespace: KubeObject,
    platform_namespace: str,
) -> list[Resolution]:
    """One entry a Server, in the order given. ``namespace`` is the tenant's, as it will be.

    ``own_configs`` are ServerConfigs of the team's manifests, and those in the tenant's namespace that are not ours alone.
    """
    tenant = name_of(namespace)
    wanted = [_in(tenant, server) for server in servers]
    configs = [
        *(_in(tenant, config) for config in own_configs),
        *(_in(platform_namespace, config) for config in platform_configs),
    ]
    namespaces = [namespace, {"metadata": {"name": platform_namespace}}]
    snapshot = Snapshot(Listing(wanted), Listing(configs), Listing(namespaces), operators=())
    report = resolve(snapshot, Policy(platform_namespace, planned=True))
    found = {resolution.server: resolution for resolution in report.resolutions}
    return [
        _resolution(found[name_of(server)], platform_namespace) if name_of(server) in found else _NAMELESS
        for server in wanted
    ]


def _in(namespace: str, obj: KubeObject) -> KubeObject:
    return {**obj, "metadata": {**mapping(obj.get("metadata")), "namespace": namespace}}


def _resolution(resolved: Resolved, platform_namespace: str) -> Resolution:
    desired = resolved.desired
    if desired.error is not None or desired.config is None:
        details = tuple(line.strip() for line in explain(resolved)[1:])
        problem = Problem(f"Server {resolved.server}", desired.message, FIELD, details)
        return Resolution(resolved.server, desired.reference, Source.UNRESOLVED, problem=problem)
    notes = tuple(_note(resolved.server, finding) for finding in resolved.findings if finding.severity in _SAID)
    hides = any(shadow.namespace == platform_namespace for shadow in desired.shadowed)
    source = Source.OWN if desired.scope is Scope.OWN else Source.PLATFORM
    return Resolution(resolved.server, desired.reference, source, hides, notes=notes)


def _note(server: str, finding: Finding) -> Problem:
    return Problem(
        f"Server {server}",
        f"{finding.path}: {finding.message}",
        finding.path,
        (finding.next_step,) if finding.next_step else (),
    )
