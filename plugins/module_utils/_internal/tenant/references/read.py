# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads the names of the kinds that references lead to and that the run does not bring: one list per kind, metadata only."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Executor

from ...applyset.step import set_of
from ...kube.client import KubeClient
from ...kube.errors import ConfigurationError, KubeError, NotFound
from ...kube.objects import name_of
from ...kube.resource import Resource
from ...kube.types import KubeObject
from ...ownership.labels import FIELD_MANAGER
from ...ownership.owners import team_owned
from .existing import Existing, Names


def read_existing(
    client: KubeClient, tenant: str, set_id: str, planned: Names, wanted: Iterable[Resource], executor: Executor
) -> Existing:
    """``planned`` with the live names of the ``wanted`` kinds. A live object of the set ``set_id`` that ``planned`` lacks is
    removed by the run, and does not count. A refused read is in ``unread``.
    """
    readings = {resource: executor.submit(_names, client, resource, tenant, set_id) for resource in wanted}
    names = {resource: set(known) for resource, known in planned.items()}
    unread: dict[Resource, str] = {}
    for resource, reading in readings.items():
        live = reading.result()
        if isinstance(live, str):
            unread[resource] = live
        else:
            names.setdefault(resource, set()).update(live)
    return Existing(names, unread)


def _names(client: KubeClient, resource: Resource, tenant: str, set_id: str) -> set[str] | str:
    """The names that stay, or why they cannot be read."""
    try:
        live = client.list_metadata(resource, tenant if resource.namespaced else None)
    except NotFound:  # the kind is not served
        return set()
    except ConfigurationError:
        raise
    except KubeError as error:
        return error.message
    return {name_of(obj) for obj in live if not _goes(obj, set_id)}


def _goes(live: KubeObject, set_id: str) -> bool:
    return set_of(live) == set_id and not team_owned([live], FIELD_MANAGER)
