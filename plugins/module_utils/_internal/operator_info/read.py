# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads the objects for the judgement: one LIST per kind over all namespaces, since operators may be in any of them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from ..kube.errors import Forbidden, NotFound
from ..kube.resource import Resource
from ..kube.resources import (
    CLUSTER_ROLE,
    CLUSTER_ROLE_BINDING,
    DEPLOYMENT,
    EXPERIMENT,
    MODEL,
    NAMESPACE,
    PIPELINE,
    ROLE,
    ROLE_BINDING,
    SELDON_RUNTIME,
    SERVER,
)
from ..kube.types import KubeObject
from ..operators.snapshot import RbacSnapshot, Snapshot

_NEED_AN_OPERATOR = (SERVER, MODEL, EXPERIMENT, PIPELINE, SELDON_RUNTIME)


class Lister(Protocol):
    """The only request that is needed of a client."""

    def list(self, resource: Resource) -> list[KubeObject]:
        """All objects of all namespaces. Raises KubeError."""


def read(client: Lister, tenants: Collection[str] | None = None) -> Snapshot:
    """The snapshot. `tenants`: the namespaces to judge; without them those with Seldon objects. Raises KubeError, but not
    for a refused LIST.
    """
    refused: list[str] = []

    def listed(resource: Resource) -> list[KubeObject] | None:
        try:
            return client.list(resource)
        except NotFound:
            return []  # the kind is not served, so there are no objects
        except Forbidden as problem:
            refused.append(f"{resource.plural} could not be listed: {problem.message}")
            return None

    return Snapshot(
        deployments=listed(DEPLOYMENT),
        rbac=RbacSnapshot(listed(ROLE), listed(ROLE_BINDING), listed(CLUSTER_ROLE), listed(CLUSTER_ROLE_BINDING)),
        namespaces=listed(NAMESPACE),
        tenants=frozenset(tenants)
        if tenants is not None
        else _namespaces_of([listed(resource) for resource in _NEED_AN_OPERATOR]),
        refused=tuple(refused),
    )


def _namespaces_of(lists: list[list[KubeObject] | None]) -> frozenset[str]:
    """The namespaces of the objects; those of refused kinds are missing."""
    return frozenset(obj["metadata"]["namespace"] for objects in lists for obj in objects or ())
