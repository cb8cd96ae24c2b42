# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The kinds that an audit reads: one LIST each, over all namespaces."""

from __future__ import annotations

from ..kube import known
from ..kube.resource import Resource

GUARD_RAILS: tuple[Resource, ...] = (
    known.RESOURCE_QUOTA,
    known.LIMIT_RANGE,
    known.NETWORK_POLICY,
    known.ROLE,
    known.ROLE_BINDING,
)
"""What the platform puts into a tenant's namespace so that the team stays within it."""

WITH_MANAGERS: tuple[Resource, ...] = (known.NAMESPACE, known.SERVICE_ACCOUNT, *GUARD_RAILS)
"""Of these it matters who changed them; of the others managedFields are dropped as soon as they are read, since they are half of an object."""

POD_LOG = Resource("", "v1", "pods/log", "Pod", True)
"""Not a kind, but named among those that could not be read, as RBAC names it."""

METADATA_ONLY: tuple[Resource, ...] = (known.SECRET, known.CONFIG_MAP)
"""Only their names matter: what a Secret holds never leaves the API server."""

CONTENT: tuple[Resource, ...] = (
    *WITH_MANAGERS,
    known.CLUSTER_ROLE,
    known.CLUSTER_ROLE_BINDING,
    known.POD,
    known.SERVICE,
    known.PERSISTENT_VOLUME,
    known.PERSISTENT_VOLUME_CLAIM,
    known.DEPLOYMENT,
    known.STATEFUL_SET,
    known.JOB,
    known.CRON_JOB,
    known.EVENT,
    *known.SELDON_RESOURCES,
)

KINDS: tuple[Resource, ...] = (*CONTENT, *METADATA_ONLY)
