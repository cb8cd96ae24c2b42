# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The kinds that an audit reads: one LIST each, over all namespaces."""

from __future__ import annotations

from ..kube import resources as kinds
from ..kube.resource import Resource

GUARD_RAILS: tuple[Resource, ...] = (
    kinds.RESOURCE_QUOTA,
    kinds.LIMIT_RANGE,
    kinds.NETWORK_POLICY,
    kinds.ROLE,
    kinds.ROLE_BINDING,
)
"""The kinds of the objects in a tenant's namespace that limit the team."""

_OF_PLATFORM: tuple[Resource, ...] = (kinds.NAMESPACE, kinds.SERVICE_ACCOUNT, *GUARD_RAILS)

WITH_MANAGERS: tuple[Resource, ...] = (*_OF_PLATFORM, kinds.SERVER_CONFIG)
"""Of these it matters who wrote them: whether a guard-rail was changed, whether a ServerConfig is a copy of the
platform's. Of the others managedFields are dropped as soon as they are read, since they are half of an object.
"""

POD_LOG = Resource("", "v1", "pods/log", "Pod", True)
"""Not a kind, but named among those that could not be read, as RBAC names it."""

METADATA_ONLY: tuple[Resource, ...] = (kinds.SECRET, kinds.CONFIG_MAP)
"""Only their names matter: what a Secret holds never leaves the API server."""

CONTENT: tuple[Resource, ...] = (
    *_OF_PLATFORM,
    kinds.CLUSTER_ROLE,
    kinds.CLUSTER_ROLE_BINDING,
    kinds.POD,
    kinds.SERVICE,
    kinds.PERSISTENT_VOLUME,
    kinds.PERSISTENT_VOLUME_CLAIM,
    kinds.DEPLOYMENT,
    kinds.STATEFUL_SET,
    kinds.JOB,
    kinds.CRON_JOB,
    kinds.EVENT,
    *kinds.SELDON_RESOURCES,
)

KINDS: tuple[Resource, ...] = (*CONTENT, *METADATA_ONLY)
