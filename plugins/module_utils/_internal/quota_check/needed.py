# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which kinds of a namespace have to be read for its quotas: those that are counted, and nothing else."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from ..kube.discovery import Discovery
from ..kube.resource import Resource
from ..kube.resources import PERSISTENT_VOLUME_CLAIM, POD, SERVICE
from ..quota.keys import CLASS_INFIX

_PLAIN = ("services", "persistentvolumeclaims", "configmaps", "secrets", "resourcequotas", "replicationcontrollers")
_WORKLOADS = (
    "deployments.apps",
    "statefulsets.apps",
    "daemonsets.apps",
    "replicasets.apps",
    "replicationcontrollers",
    "jobs.batch",
)


def needed(keys: Iterable[str], desired: Collection[str], discovery: Discovery) -> list[Resource]:
    """``keys`` of spec.hard; ``desired``: the resources of the objects to be applied, whose live workloads are
    read to see whether their pods are recreated.
    """
    served = {resource.group_resource: resource for resource in sorted(discovery.resources, reverse=True)}
    found: dict[str, Resource] = {}
    for key in keys:
        name = key.removeprefix("count/")
        if key.startswith("count/") or name in _PLAIN:
            resource = served.get(name)
        elif key.startswith("services."):
            resource = SERVICE
        elif key == "requests.storage" or CLASS_INFIX in key:
            resource = PERSISTENT_VOLUME_CLAIM
        else:
            resource = POD
        if resource is not None and resource.namespaced:
            found[resource.group_resource] = resource
    if POD.group_resource in found or "replicasets.apps" in found:
        found |= {name: served[name] for name in _WORKLOADS if name in desired and name in served}
    return [found[name] for name in sorted(found)]
