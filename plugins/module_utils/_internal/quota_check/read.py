# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads a namespace as far as its quotas count it: one request per kind, all at the same time."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor

from ..kube.client import KubeClient
from ..kube.discovery import Discovery
from ..kube.errors import Forbidden, NotFound
from ..kube.objects import mapping, spec_of
from ..kube.resource import Resource
from ..kube.resources import (
    DEPLOYMENT,
    LIMIT_RANGE,
    PERSISTENT_VOLUME_CLAIM,
    RESOURCE_QUOTA,
    STATEFUL_SET,
    STORAGE_CLASS,
)
from ..kube.types import KubeObject
from .change import Change
from .needed import needed
from .state import NamespaceState, default_storage_class


def read_state(
    client: KubeClient, namespace: str, exists: bool, change: Change, discovery: Discovery, executor: Executor
) -> NamespaceState:
    """A refused read is noted, any other failed one raises KubeError. Of a namespace to come only the cluster is asked."""
    refused: dict[str, str] = {}
    quotas, limits = (
        _read(client, kind, namespace, refused, executor) if exists else list for kind in (RESOURCE_QUOTA, LIMIT_RANGE)
    )
    objects = {RESOURCE_QUOTA.group_resource: quotas(), LIMIT_RANGE.group_resource: limits()}
    desired = change.of(RESOURCE_QUOTA.group_resource).values()
    keys = {
        str(key)
        for quota in (*objects[RESOURCE_QUOTA.group_resource], *desired)
        for key in mapping(spec_of(quota).get("hard"))
    }
    if objects[LIMIT_RANGE.group_resource] or change.of(LIMIT_RANGE.group_resource):
        keys |= {
            "pods",
            "persistentvolumeclaims",
        }  # limit ranges look at those that are created: which ones are there already?
    desired_kinds = {name for name, _obj in change.desired} | _workloads_of(change)
    kinds = [kind for kind in needed(keys, desired_kinds, discovery) if kind not in (RESOURCE_QUOTA, LIMIT_RANGE)]
    classes = executor.submit(_default_class, client).result if PERSISTENT_VOLUME_CLAIM in kinds else lambda: None
    reads = {kind: _read(client, kind, namespace, refused, executor) for kind in kinds if exists}
    objects |= {kind.group_resource: read() for kind, read in reads.items()}
    return NamespaceState(objects, refused, classes(), exists)


def _workloads_of(change: Change) -> set[str]:
    """The kinds of workload that Seldon's operator creates."""
    found = (
        {DEPLOYMENT.group_resource if change.tenant.deployments else STATEFUL_SET.group_resource}
        if change.tenant.planned_servers
        else set()
    )
    return found | ({STATEFUL_SET.group_resource, DEPLOYMENT.group_resource} if change.tenant.runtimes else set())


def _read(
    client: KubeClient, kind: Resource, namespace: str, refused: dict[str, str], executor: Executor
) -> Callable[[], list[KubeObject]]:
    """The objects, as soon as they are asked for; a refused read gives none and says why in ``refused``."""

    def read() -> list[KubeObject]:
        try:
            return client.list(kind, namespace)
        except NotFound:
            return []
        except Forbidden as error:
            refused[kind.group_resource] = f"could not be read: {error.message}"
            return []

    return executor.submit(read).result


def _default_class(client: KubeClient) -> str | None:
    """Not known where the classes may not be read."""
    try:
        return default_storage_class(client.list(STORAGE_CLASS))
    except Forbidden:
        return None
