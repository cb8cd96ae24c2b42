# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The ServerConfig that each Server of a tenant resolves to, and the findings about both."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum

from ..diagnosis.diagnostic import Diagnostic, Severity
from ..diagnosis.subject import Subject
from ..kube.objects import mapping, name_of
from ..kube.types import KubeObject
from ..seldon.effective import Effective
from ..seldon.image import Version
from ..serverconfig.desired import FIELD
from ..serverconfig.policy import Policy
from ..serverconfig.resolve import Resolution, resolve
from ..serverconfig.snapshot import Listing, Snapshot
from ..serverconfig.text import details
from ..serverconfig.trace import Scope

_SAID = (Severity.ERROR, Severity.WARNING)


class Source(str, Enum):
    """Where the ServerConfig comes from."""

    OWN = "own"
    PLATFORM = "platform"
    UNRESOLVED = "unresolved"


@dataclass(frozen=True)
class Reference:
    """``hides_platform``: the platform has one of the same name, which the tenant's own takes precedence over.

    ``problem`` is there if, and only if, the source is UNRESOLVED.
    """

    server: str
    server_config: str
    source: Source
    hides_platform: bool = False
    problem: Diagnostic | None = None
    resolution: Resolution | None = field(default=None, compare=False, repr=False)

    @property
    def notes(self) -> tuple[Diagnostic, ...]:
        """Overrides that are lost, a contract that is not met, and the like, of a Server whose reference is resolved."""
        if self.resolution is None or self.problem is not None:
            return ()
        subject = Subject("Server", self.server)
        return tuple(found.about(subject) for found in self.resolution.findings if found.severity in _SAID)

    @property
    def effective(self) -> Effective | None:
        """The objects of the Server that the operator creates; None if the reference is not resolved."""
        return None if self.resolution is None or self.problem is not None else self.resolution.effective


_NAMELESS = Reference(
    "",
    "",
    Source.UNRESOLVED,
    problem=Diagnostic(Subject("Server"), "has no name", "metadata.name", next_steps=("state metadata.name",)),
)


def resolve_references(
    servers: Iterable[KubeObject],
    own_configs: Iterable[KubeObject],
    platform_configs: Iterable[KubeObject],
    *,
    namespace: KubeObject,
    platform_namespace: str,
    release: Version,
) -> list[Reference]:
    """One entry per Server, in the order given. ``namespace`` is the tenant's, as it will be; ``release`` is that of its operator.

    ``own_configs`` are ServerConfigs of the team's manifests, and those in the tenant's namespace that are not ours
    alone.
    """
    tenant = name_of(namespace)
    wanted = [_in(tenant, server) for server in servers]
    configs = [
        *(_in(tenant, config) for config in own_configs),
        *(_in(platform_namespace, config) for config in platform_configs),
    ]
    namespaces = [namespace, {"metadata": {"name": platform_namespace}}]
    snapshot = Snapshot(Listing(wanted), Listing(configs), Listing(namespaces), operators=())
    report = resolve(snapshot, Policy(platform_namespace, planned=True, release=release))
    found = {resolution.server: resolution for resolution in report.resolutions}
    return [
        _reference(found[name_of(server)], platform_namespace) if name_of(server) in found else _NAMELESS
        for server in wanted
    ]


def _in(namespace: str, obj: KubeObject) -> KubeObject:
    return {**obj, "metadata": {**mapping(obj.get("metadata")), "namespace": namespace}}


def _reference(resolved: Resolution, platform_namespace: str) -> Reference:
    desired, subject = resolved.desired, Subject("Server", resolved.server)
    if desired.error is not None or desired.config is None:
        problem = Diagnostic(subject, desired.message, FIELD, details=tuple(map(str, details(resolved))))
        return Reference(resolved.server, desired.reference, Source.UNRESOLVED, problem=problem)
    hides = any(shadow.namespace == platform_namespace for shadow in desired.shadowed)
    source = Source.OWN if desired.scope is Scope.OWN else Source.PLATFORM
    return Reference(resolved.server, desired.reference, source, hides, resolution=resolved)
