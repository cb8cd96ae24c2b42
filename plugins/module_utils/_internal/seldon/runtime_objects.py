# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The objects that the operator creates for a SeldonRuntime, with fixed names. Two runtimes would overwrite them.

Source: operator/controllers/reconcilers/seldon (rbac, configmap and service reconcilers) of 2.9.1 and 2.10.2.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..kube.resource import Resource
from ..kube.resources import CONFIG_MAP, ROLE, ROLE_BINDING, SERVICE, SERVICE_ACCOUNT
from .component import Service
from .components import PODS, TABLE
from .image import Version

_AUTOSCALING = Version(2, 10, 0)
_CONFIG_MAPS: Mapping[str, Version | None] = {
    "seldon-agent": None,
    "seldon-kafka": None,
    "seldon-tracing": None,
    "seldon-scaling": _AUTOSCALING,
}
"""The first release of each name; None for every known one."""
_ROLES = ("seldon-scheduler-role", "agent-role", "hodometer-role")
_ROLE_BINDINGS = ("seldon-scheduler-rolebinding", "agent-rolebinding", "hodometer-rolebinding")


def services_of(release: Version) -> tuple[Service, ...]:
    """The Services of a release. They exist for disabled components too."""
    services = (component.service for component in TABLE)
    return tuple(service for service in services if service and (service.until is None or release < service.until))


def shared_objects(release: Version | None) -> dict[Resource, tuple[str, ...]]:
    """The names of all objects except workloads, by kind. Without a release: of all known releases."""
    services = services_of(release) if release else tuple(c.service for c in TABLE if c.service)
    config_maps = (name for name, since in _CONFIG_MAPS.items() if release is None or since is None or since <= release)
    return {
        SERVICE: tuple(service.name for service in services),
        CONFIG_MAP: tuple(config_maps),
        SERVICE_ACCOUNT: ACCOUNTS,
        ROLE: _ROLES,
        ROLE_BINDING: _ROLE_BINDINGS,
    }


ACCOUNTS = tuple(dict.fromkeys(component.account for component in PODS if component.account))


def _runtime_objects() -> dict[str, tuple[str, ...]]:
    shared = shared_objects(None)
    kinds = {resource.group_kind: shared[resource] for resource in (SERVICE_ACCOUNT, CONFIG_MAP, SERVICE)}
    for component in TABLE:
        kind = component.workload.group_kind
        kinds[kind] = (*kinds.get(kind, ()), component.name)
    return {kind: tuple(sorted(names)) for kind, names in kinds.items()}


RUNTIME_OBJECTS: Mapping[str, tuple[str, ...]] = _runtime_objects()
"""The reserved names by ``Kind.group``, of all known releases. Without Roles, which no team applies."""
RUNTIME_NAMES = frozenset(name for names in RUNTIME_OBJECTS.values() for name in names)
