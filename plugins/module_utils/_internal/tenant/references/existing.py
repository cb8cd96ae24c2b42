# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The names of the objects that will be in a tenant's namespace after the run, and of cluster-scoped ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field

from ...kube.objects import mapping, name_of, spec_of
from ...kube.resource import Resource
from ...kube.resources import (
    CONFIG_MAP,
    DEPLOYMENT,
    EXPERIMENT,
    MODEL,
    PERSISTENT_VOLUME_CLAIM,
    PIPELINE,
    SECRET,
    SELDON_GROUP,
    SERVER,
    SERVICE,
    SERVICE_ACCOUNT,
    STATEFUL_SET,
)
from ...kube.types import KubeObject
from ...manifests.manifest import Manifest
from ...seldon.runtime_objects import shared_objects
from ..render import TenantPlan

Names = Mapping[Resource, Set[str]]
COMPLETE = (SERVER, MODEL, EXPERIMENT, PIPELINE)
"""Kinds of which the plan has every object: nothing of them needs to be read."""
_KUBERNETES = ((SERVICE_ACCOUNT, "default"), (CONFIG_MAP, "kube-root-ca.crt"))
"""Objects that Kubernetes creates in every namespace."""
_PLAIN_GROUPS = ("", "apps", "autoscaling", "batch", "networking.k8s.io", "policy", SELDON_GROUP)


@dataclass(frozen=True)
class Existing:
    """``names`` by kind; ``unread``: why the names of a kind could not be read."""

    names: Names = field(default_factory=dict)
    unread: Mapping[Resource, str] = field(default_factory=dict)

    def has(self, resource: Resource, name: str) -> bool:
        """Whether an object of the kind and name will be there, as far as is known."""
        return name in self.names.get(resource, ())


def planned_names(plan: TenantPlan, manifests: Iterable[Manifest]) -> Names:
    """What the run itself brings: the platform's objects, all of the team's manifests, what the operator makes of both, and
    Seldon's live objects that stay.
    """
    names: dict[Resource, set[str]] = defaultdict(set)
    for resource, name in (*_KUBERNETES, *_made_by_operator(plan), *_staying(plan)):
        names[resource].add(name)
    kinds = {(resource.group, resource.kind): resource for resource in _FOLLOWED}
    for obj in (*plan.platform_objects, *(manifest.object for manifest in manifests)):
        group, kind = str(obj.get("apiVersion") or "").rpartition("/")[0], str(obj.get("kind"))
        if (group, kind) in kinds:
            names[kinds[group, kind]].add(name_of(obj))
        elif group not in _PLAIN_GROUPS:
            # An ExternalSecret, a SealedSecret or a Certificate makes a Secret of one of these names.
            names[SECRET].update(_result_names(obj))
    return names


_FOLLOWED = (
    CONFIG_MAP,
    DEPLOYMENT,
    PERSISTENT_VOLUME_CLAIM,
    SECRET,
    SERVICE,
    SERVICE_ACCOUNT,
    STATEFUL_SET,
    *COMPLETE,
)


def _made_by_operator(plan: TenantPlan) -> Iterator[tuple[Resource, str]]:
    tenant = plan.resolved
    if tenant.runtimes:
        for resource, shared in shared_objects(tenant.release).items():
            yield from ((resource, name) for name in shared)
    for _runtime, component in tenant.components:
        if component.row is not None:
            yield component.row.workload, component.name
    yield from ((SERVICE, name_of(service)) for service in tenant.services)
    for server in tenant.planned_servers:
        yield (DEPLOYMENT if tenant.deployments else STATEFUL_SET), server.name
        yield from ((PERSISTENT_VOLUME_CLAIM, claim) for claim in server.effective.claims)


def _staying(plan: TenantPlan) -> Iterator[tuple[Resource, str]]:
    found = plan.workloads
    by_kind = ((SERVER, found.servers), (MODEL, found.models), (PIPELINE, found.pipelines))
    for resource, objects in (*by_kind, (EXPERIMENT, found.experiments)):
        yield from ((resource, name_of(obj)) for obj in objects)


def _result_names(obj: KubeObject) -> set[str]:
    spec = spec_of(obj)
    names = (name_of(obj), spec.get("secretName"), mapping(spec.get("target")).get("name"))
    return {name for name in names if isinstance(name, str)}
