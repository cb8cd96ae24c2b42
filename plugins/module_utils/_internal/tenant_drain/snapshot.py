# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is left in a namespace that is being deleted, as far as its deletion depends on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..kube.client import KubeClient
from ..kube.errors import NotFound
from ..kube.objects import mapping, mappings
from ..kube.resource import Resource
from ..kube.resources import NAMESPACE, POD, SERVER
from ..kube.types import KubeObject
from ..seldon.components import SCHEDULER
from ..seldon.finalizers import FINALIZERS

_ENDED = ("Succeeded", "Failed")


@dataclass(frozen=True)
class Snapshot:
    """``held`` has the objects of each of Seldon's kinds with finalizers, with metadata only. ``schedulers``: the pods
    of the namespace's scheduler that have not ended.
    """

    namespace: KubeObject
    held: Mapping[Resource, Sequence[KubeObject]]
    servers: Sequence[KubeObject]
    schedulers: Sequence[KubeObject]


def read_namespace(client: KubeClient, name: str) -> KubeObject | None:
    """None if it does not exist."""
    try:
        return client.get(NAMESPACE, None, name)
    except NotFound:
        return None


def read_snapshot(client: KubeClient, namespace: KubeObject) -> Snapshot:
    """Raises KubeError. Seldon's objects are read first: a scheduler that is missing afterwards was not replaced, since
    nothing can be created in the namespace.
    """
    name = namespace["metadata"]["name"]
    held = {resource: _list(client, resource, name) for resource in FINALIZERS}
    servers = _list(client, SERVER, name)
    pods = client.list(POD, name)
    return Snapshot(namespace, held, servers, [pod for pod in pods if _is_scheduler(pod)])


def _list(client: KubeClient, resource: Resource, namespace: str) -> list[KubeObject]:
    try:
        return client.list_metadata(resource, namespace)
    except NotFound:  # the kind is not served
        return []


def _is_scheduler(pod: KubeObject) -> bool:
    """Whether the pod belongs to StatefulSet ``seldon-scheduler`` and can still answer."""
    owners = mappings(mapping(pod.get("metadata")).get("ownerReferences"))
    owned = any(owner.get("kind") == "StatefulSet" and owner.get("name") == SCHEDULER for owner in owners)
    return owned and mapping(pod.get("status")).get("phase") not in _ENDED
