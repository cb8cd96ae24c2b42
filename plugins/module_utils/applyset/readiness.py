# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether an object has arrived: looks up the check of its kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..kube import known
from ..kube.resource import Resource
from ..kube.types import KubeObject
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
    runtime_readiness,
    server_readiness,
)


def related(resource: Resource) -> tuple[Resource, ...]:
    """The kinds whose objects prove that an object of this kind has arrived."""
    return _RELATED.get(resource.kind, ()) if resource in _CHECKS else ()


def is_waited_for(resource: Resource) -> bool:
    """Whether there is anything to wait for."""
    return resource in _CHECKS


def readiness(resource: Resource, obj: KubeObject | None, world: World) -> Readiness:
    """The readiness of one object; None is an object that does not exist (yet, or any more)."""
    if obj is None:
        return waiting("does not exist yet")
    if obj["metadata"].get("deletionTimestamp"):
        return Readiness(State.FAILED, "is being deleted")
    check = _CHECKS.get(resource)
    return check(obj, world) if check else READY


_CHECKS: Mapping[Resource, Callable[[KubeObject, World], Readiness]] = {
    known.NAMESPACE: namespace_readiness,
    known.CUSTOM_RESOURCE_DEFINITION: definition_readiness,
    known.RESOURCE_QUOTA: quota_readiness,
    known.PERSISTENT_VOLUME_CLAIM: claim_readiness,
    known.DEPLOYMENT: deployment_readiness,
    known.STATEFUL_SET: stateful_set_readiness,
    Resource("batch", "v1", "jobs", "Job", True): job_readiness,
    known.SERVER: server_readiness,
    known.MODEL: model_readiness,
    known.EXPERIMENT: experiment_readiness,
    known.PIPELINE: pipeline_readiness,
    known.SELDON_RUNTIME: runtime_readiness,
}
_RELATED: Mapping[str, tuple[Resource, ...]] = {
    "Server": (known.STATEFUL_SET, known.DEPLOYMENT, known.SERVER_CONFIG),
    "SeldonRuntime": (known.STATEFUL_SET, known.DEPLOYMENT),
}
