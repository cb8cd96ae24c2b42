# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether an object is ready, by the check for its kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..kube import resources
from ..kube.resource import Resource
from ..kube.types import KubeObject
from ..seldon.image import Version
from .arrival import READY, Readiness, State, World, waiting
from .kubernetes_readiness import (
    claim_readiness,
    definition_readiness,
    deployment_readiness,
    job_readiness,
    namespace_readiness,
    quota_readiness,
    stateful_set_readiness,
)
from .seldon_readiness import (
    experiment_readiness,
    model_readiness,
    pipeline_readiness,
    reaction,
    runtime_readiness,
    server_readiness,
)


def related(resource: Resource) -> tuple[Resource, ...]:
    """The kinds whose objects prove that an object of this kind is ready."""
    return _RELATED.get(resource.kind, ()) if resource in _SELDON_CHECKS else ()


def is_waited_for(resource: Resource) -> bool:
    """Whether objects of this kind have a check. All others are ready at once."""
    return resource in _CHECKS or resource in _SELDON_CHECKS


def readiness(
    resource: Resource,
    obj: KubeObject | None,
    world: World,
    release: Version | None = None,
    unreported: KubeObject | None = None,
) -> Readiness:
    """The readiness of one object; None is an object that does not exist (yet, or any more)."""
    if obj is None:
        return waiting("does not exist yet")
    if obj["metadata"].get("deletionTimestamp"):
        return Readiness(State.FAILED, "is being deleted")
    if resource in _SELDON_CHECKS:
        found = _SELDON_CHECKS[resource](obj, world, release)
        return reaction(obj, unreported) if found.state is State.READY else found
    check = _CHECKS.get(resource)
    return check(obj, world) if check else READY


def is_of_operator(resource: Resource) -> bool:
    """Whether the readiness of this kind depends on the operator."""
    return resource in _SELDON_CHECKS


_CHECKS: Mapping[Resource, Callable[[KubeObject, World], Readiness]] = {
    resources.NAMESPACE: namespace_readiness,
    resources.CUSTOM_RESOURCE_DEFINITION: definition_readiness,
    resources.RESOURCE_QUOTA: quota_readiness,
    resources.PERSISTENT_VOLUME_CLAIM: claim_readiness,
    resources.DEPLOYMENT: deployment_readiness,
    resources.STATEFUL_SET: stateful_set_readiness,
    Resource("batch", "v1", "jobs", "Job", True): job_readiness,
}
_SELDON_CHECKS: Mapping[Resource, Callable[[KubeObject, World, Version | None], Readiness]] = {
    resources.SERVER: server_readiness,
    resources.MODEL: model_readiness,
    resources.EXPERIMENT: experiment_readiness,
    resources.PIPELINE: pipeline_readiness,
    resources.SELDON_RUNTIME: runtime_readiness,
}
_RELATED: Mapping[str, tuple[Resource, ...]] = {
    "Server": (resources.STATEFUL_SET, resources.DEPLOYMENT, resources.SERVER_CONFIG),
    "SeldonRuntime": (resources.STATEFUL_SET, resources.DEPLOYMENT, resources.SELDON_CONFIG),
}
