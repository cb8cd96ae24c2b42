# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Everything in a tenant's namespace that pods are made from, as it will be after the run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..kube.known import SELDON_RUNTIME
from ..kube.objects import by_name, mapping, mappings, name_of, of, spec_of
from ..kube.types import KubeObject
from ..serverconfig.merge import merge_pod_specs
from .configs import as_offered
from .network_peers import POD_NAME
from .plan import TenantPlan
from .planned_server import PlannedServer
from .server_config import Source
from .snapshot import PlatformSnapshot

_TEMPLATES = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job")


@dataclass(frozen=True)
class Origin:
    """A part that a pod is made from: the object's title, where in it ``metadata`` and ``spec`` of the pod are, and both as it says them."""

    title: str
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
    """``metadata`` and ``spec`` are those of its pods. ``override`` is laid over ``base``, if there is one; ``offered``: the platform offers ``base``."""

    subject: str
    metadata: object
    spec: object
    override: Origin
    base: Origin | None = None
    offered: bool = False


def pod_owners(
    tenant: str,
    plan: TenantPlan,
    servers: Iterable[PlannedServer],
    platform: PlatformSnapshot,
    team: Iterable[KubeObject],
) -> list[PodOwner]:
    """Servers that come to a ServerConfig, components that run, and the workloads and pods of the team's manifests."""
    return [*_servers(tenant, servers, platform), *_components(tenant, plan, platform), *_workloads(team)]


def _servers(tenant: str, servers: Iterable[PlannedServer], platform: PlatformSnapshot) -> Iterator[PodOwner]:
    for planned in servers:
        server, config, own = planned.server, planned.config, planned.source is Source.OWN
        made, title = planned.effective.template(), f"Server {name_of(server)}"
        base = _origin(
            f"ServerConfig {tenant if own else platform.namespace}/{name_of(config)}",
            "spec.podSpec",
            config,
            spec_of(config).get("podSpec"),
        )
        override = _origin(title, "spec.podSpec", server, spec_of(server).get("podSpec"))
        yield PodOwner(title, made["metadata"], made["spec"], override, base, not own)


def _components(tenant: str, plan: TenantPlan, platform: PlatformSnapshot) -> Iterator[PodOwner]:
    """Those with a replica at least; the labels and annotations of all that they are made from reach the pods."""
    own = by_name(plan.workloads.seldon_configs)
    configs = {**by_name(map(as_offered, platform.seldon_configs)), **own}
    for runtime in {
        **by_name(plan.workloads.seldon_runtimes),
        **by_name(of(SELDON_RUNTIME, plan.platform_objects)),
    }.values():
        name = str(spec_of(runtime).get("seldonConfig"))
        config, title = configs.get(name, {}), f"SeldonRuntime {name_of(runtime)}"
        overrides = {str(entry.get("name")): entry for entry in mappings(spec_of(runtime).get("overrides"))}
        for component in mappings(spec_of(config).get("components")):
            part = str(component.get("name"))
            override = overrides.get(part, {})
            if override.get("replicas") == 0 or override.get("disable") is True:
                continue
            described = [mapping(config.get("metadata")), mapping(runtime.get("metadata")), component]
            metadata = {
                "labels": {**_united(described, "labels"), POD_NAME: part},
                "annotations": _united(described, "annotations"),
            }
            place = f"SeldonConfig {tenant if name in own else platform.namespace}/{name}"
            base = Origin(place, "metadata", f"spec.components[{part}].podSpec", metadata, component.get("podSpec"))
            above = _origin(title, f"spec.overrides[{part}].podSpec", runtime, override.get("podSpec"))
            merged = merge_pod_specs(component.get("podSpec"), override.get("podSpec"))
            yield PodOwner(f"{title}, {part}", metadata, merged, above, base, name not in own)


def _united(described: Iterable[Mapping[str, object]], key: str) -> dict[str, object]:
    return {name: value for one in described for name, value in mapping(one.get(key)).items()}


def _workloads(team: Iterable[KubeObject]) -> Iterator[PodOwner]:
    for obj in team:
        kind, spec = obj.get("kind"), spec_of(obj)
        title = f"{kind} {name_of(obj)}"
        if kind == "Pod":
            yield _alone(title, (), obj)
        elif kind in _TEMPLATES:
            yield _alone(title, ("spec", "template"), mapping(spec.get("template")))
        elif kind == "CronJob":
            job = mapping(mapping(spec.get("jobTemplate")).get("spec"))
            yield _alone(title, ("spec", "jobTemplate", "spec", "template"), mapping(job.get("template")))


def _alone(title: str, path: Sequence[str], template: Mapping[str, object]) -> PodOwner:
    metadata, spec = template.get("metadata"), template.get("spec")
    origin = Origin(title, ".".join((*path, "metadata")), ".".join((*path, "spec")), metadata, spec)
    return PodOwner(title, metadata, spec, origin)


def _origin(title: str, spec_path: str, obj: KubeObject, pod_spec: object) -> Origin:
    return Origin(title, "metadata", spec_path, mapping(obj.get("metadata")), pod_spec)
