# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Everything in a tenant's namespace that pods are made from, as it will be after the run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ...diagnosis.subject import Subject
from ...kube.objects import mapping, name_of, spec_of
from ...kube.resources import SELDON_CONFIG, SELDON_RUNTIME, SERVER, SERVER_CONFIG
from ...kube.types import KubeObject
from ...resolved_tenant.reference import Source
from ...resolved_tenant.resolved_tenant import ResolvedTenant

_TEMPLATES = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job")


@dataclass(frozen=True)
class Origin:
    """A part that a pod is made from: the object, where in it ``metadata`` and ``spec`` of the pod are, and
    both as it says them.
    """

    subject: Subject
    metadata_path: str
    spec_path: str
    metadata: object
    spec: object

    def path_of(self, field: str) -> str:
        """A field of the pod, such as ``spec.hostPID``, as a field of the object."""
        root, _dot, rest = field.partition(".")
        return f"{self.metadata_path if root == 'metadata' else self.spec_path}.{rest}"


@dataclass(frozen=True)
class PodOwner:
    """``metadata`` and ``spec`` are those of its pods. ``override`` is laid over ``base``, if there is one;
    ``offered``: the platform offers ``base``.
    """

    subject: Subject
    metadata: object
    spec: object
    override: Origin
    base: Origin | None = None
    offered: bool = False


def pod_owners(tenant: ResolvedTenant, team: Iterable[KubeObject]) -> list[PodOwner]:
    """Servers whose reference is resolved, components that run, and the workloads and pods of the team's manifests."""
    return [*_servers(tenant), *_components(tenant), *_workloads(team)]


def _servers(tenant: ResolvedTenant) -> Iterator[PodOwner]:
    for planned in tenant.planned_servers:
        server, config, own = planned.server, planned.config, planned.source is Source.OWN
        made, subject = planned.effective.template(), Subject(SERVER.kind, planned.name)
        whose = Subject(SERVER_CONFIG.kind, name_of(config), tenant.name if own else tenant.platform_namespace)
        base = _origin(whose, "spec.podSpec", config, spec_of(config).get("podSpec"))
        override = _origin(subject, "spec.podSpec", server, spec_of(server).get("podSpec"))
        yield PodOwner(subject, made["metadata"], made["spec"], override, base, not own)


def _components(tenant: ResolvedTenant) -> Iterator[PodOwner]:
    """Those with a replica at least."""
    for effective, component in tenant.components:
        if component.runs:
            runtime, name, part = effective.runtime, name_of(effective.config), component.name
            own, subject = name in tenant.own_seldon_configs, Subject(SELDON_RUNTIME.kind, name_of(runtime))
            whose = Subject(SELDON_CONFIG.kind, name, tenant.name if own else tenant.platform_namespace)
            pod_spec = component.described.get("podSpec")
            base = Origin(whose, "metadata", f"spec.components[{part}].podSpec", component.metadata, pod_spec)
            above = _origin(subject, f"spec.overrides[{part}].podSpec", runtime, component.override.get("podSpec"))
            yield PodOwner(replace(subject, part=part), component.metadata, component.pod_spec, above, base, not own)


def _workloads(team: Iterable[KubeObject]) -> Iterator[PodOwner]:
    for obj in team:
        kind, spec = obj.get("kind"), spec_of(obj)
        subject = Subject(str(kind), name_of(obj))
        if kind == "Pod":
            yield _alone(subject, (), obj)
        elif kind in _TEMPLATES:
            yield _alone(subject, ("spec", "template"), mapping(spec.get("template")))
        elif kind == "CronJob":
            job = mapping(mapping(spec.get("jobTemplate")).get("spec"))
            yield _alone(subject, ("spec", "jobTemplate", "spec", "template"), mapping(job.get("template")))


def _alone(subject: Subject, path: Sequence[str], template: Mapping[str, object]) -> PodOwner:
    metadata, spec = template.get("metadata"), template.get("spec")
    origin = Origin(subject, ".".join((*path, "metadata")), ".".join((*path, "spec")), metadata, spec)
    return PodOwner(subject, metadata, spec, origin)


def _origin(subject: Subject, spec_path: str, obj: KubeObject, pod_spec: object) -> Origin:
    return Origin(subject, "metadata", spec_path, mapping(obj.get("metadata")), pod_spec)
