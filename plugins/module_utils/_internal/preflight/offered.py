# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The objects that the role applies as one set besides the charts: which are new, and which are removed."""

from __future__ import annotations

from collections.abc import Iterable

from ..applyset.inventory import Inventory, object_name, parse_inventory
from ..applyset.objects import ObjectKey, key_of
from ..kube.objects import mapping
from ..kube.permissions import WRITE, Need
from ..kube.resource import Resource
from ..kube.resources import (
    CONFIG_MAP,
    NETWORK_POLICY,
    SERVER_CONFIG,
    VALIDATING_ADMISSION_POLICY,
    VALIDATING_ADMISSION_POLICY_BINDING,
)
from ..kube.types import KubeObject
from ..tenant.expectation import PLATFORM_SET
from ..tenant.network.operator_policy import NAME as OPERATORS
from .request import Request

RECORD = object_name(PLATFORM_SET)
CRD_GUARD = "seldon-crds-are-kept"
_ADMISSION = (VALIDATING_ADMISSION_POLICY, VALIDATING_ADMISSION_POLICY_BINDING)
_KINDS = {resource.kind: resource for resource in (*_ADMISSION, CONFIG_MAP)}

Offered = dict[ObjectKey, Resource]


def last_offered(namespace: str, record: KubeObject | None) -> Inventory:
    """The inventory of the role's last run. ``record`` is the ConfigMap ``RECORD``. Raises KubeError where it is not an
    inventory.
    """
    return parse_inventory(PLATFORM_SET, namespace, record)


def offered(request: Request, guard: Iterable[KubeObject], served: bool) -> Offered:
    """The objects that the role will apply. ``guard`` are those of the scoping guard and the deletion guard; ``served``: whether the cluster has
    admission policies.
    """
    here = request.namespace
    names = [str(mapping(config.get("metadata")).get("name")) for config in request.server_configs]
    objects = {ObjectKey(SERVER_CONFIG.group, SERVER_CONFIG.kind, here, name): SERVER_CONFIG for name in names}
    if request.network_policies:
        objects[ObjectKey(NETWORK_POLICY.group, NETWORK_POLICY.kind, here, OPERATORS)] = NETWORK_POLICY
    if request.manage and request.crd_guard and served:
        objects |= {ObjectKey(resource.group, resource.kind, "", CRD_GUARD): resource for resource in _ADMISSION}
    return objects | {key_of(_KINDS[obj["kind"]], obj): _KINDS[obj["kind"]] for obj in guard}


def needs_of_offered(wanted: Offered, inventory: Inventory) -> list[Need]:
    """The permissions to write new objects, to remove old ones, and to record that; none where nothing changes."""
    new = {(resource, key.namespace) for key, resource in wanted.items() if key not in inventory.members}
    gone = {(member.resource, key.namespace) for key, member in inventory.members.items() if key not in wanted}
    if not new and not gone:
        return []
    record = Need(WRITE if wanted else (*WRITE, "delete"), "", CONFIG_MAP.plural, inventory.namespace)
    needs = [Need(WRITE, resource.group, resource.plural, namespace) for resource, namespace in sorted(new)]
    needs += [
        Need(("delete", "get"), resource.group, resource.plural, namespace) for resource, namespace in sorted(gone)
    ]
    return [record, *needs]
