# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads the objects that an audit judges: one LIST per kind, in pages, all kinds at the same time, whatever the number
of tenants; and then one log per operator.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Protocol

from ..applyset.inventory import ID_LABEL
from ..isolation.pod_security.policy import minor_of
from ..kube.errors import ConfigurationError, Forbidden, KubeError, NotFound
from ..kube.objects import mapping
from ..kube.resource import Resource
from ..kube.resources import CONFIG_MAP, EVENT
from ..kube.types import KubeObject
from .kinds import CONTENT, METADATA_ONLY, WITH_MANAGERS
from .operator_pods import operator_pods
from .read_logs import LogReader, read_logs
from .snapshot import Listing, Reading, Snapshot, Unreadable
from .world import World

_AT_ONCE = 4
"""LISTs under way: more of them do not make an API server faster."""


class Client(LogReader, Protocol):
    """The requests that this needs of a client."""

    def server_version(self) -> str:
        """Such as ``v1.37.2``. Raises KubeError."""

    def list_metadata(self, resource: Resource, namespace: str | None = None) -> list[KubeObject]:
        """All objects without their content. Raises KubeError."""

    def list(
        self, resource: Resource, namespace: str | None = None, label_selector: str | None = None
    ) -> list[KubeObject]:
        """All objects. Raises KubeError."""


def read(client: Client, platform: str, asked: Collection[str] | None = None, log_lines: int = 1000) -> Snapshot:
    """``log_lines`` of each operator's log; 0 for none. A kind that cannot be read becomes Unreadable. Raises
    only ConfigurationError.
    """
    snapshot = _lists(client, platform, asked)
    if not log_lines:
        return replace(snapshot, logs=Unreadable("operator_log_lines is 0"))
    return replace(snapshot, logs=read_logs(client, operator_pods(World(snapshot)), log_lines))


def _lists(client: Client, platform: str, asked: Collection[str] | None) -> Snapshot:
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as executor:
        contents = {resource: executor.submit(_content, client, resource) for resource in CONTENT}
        metadata = {resource: executor.submit(_names, client, resource) for resource in METADATA_ONLY}
        inventories = executor.submit(_inventories, client, platform)
        version = executor.submit(_minor, client)
        return Snapshot(
            readings={resource: reading.result() for resource, reading in {**contents, **metadata}.items()},
            inventories=inventories.result(),
            platform=platform,
            now=datetime.now(UTC),
            asked=None if asked is None else frozenset(asked),
            minor=version.result(),
        )


def _content(client: Client, resource: Resource) -> Reading:
    reading = _reading(partial(client.list, resource))
    if isinstance(reading, Unreadable):
        return reading
    objects = [obj for obj in reading.objects if obj.get("type") == "Warning"] if resource == EVENT else reading.objects
    if resource not in WITH_MANAGERS:
        for obj in objects:
            if isinstance(metadata := obj.get("metadata"), dict):
                metadata.pop("managedFields", None)
    for obj in objects:
        _forget_last_applied(obj)
    return Listing(objects, reading.served)


def _inventories(client: Client, platform: str) -> Reading:
    reading = _reading(partial(client.list, CONFIG_MAP, platform, ID_LABEL))
    for obj in reading.objects if isinstance(reading, Listing) else ():
        _forget_last_applied(obj)
    return reading


def _names(client: Client, resource: Resource) -> Reading:
    """Nothing but names: annotations can hold a copy of what a Secret holds, such as kubectl's."""
    reading = _reading(partial(client.list_metadata, resource))
    if isinstance(reading, Unreadable):
        return reading
    kept = ("name", "namespace")
    named = [
        {"kind": resource.kind, "metadata": {key: value for key, value in obj["metadata"].items() if key in kept}}
        for obj in reading.objects
    ]
    return Listing(named, reading.served)


def _forget_last_applied(obj: KubeObject) -> None:
    """kubectl's copy of the whole object is of no use here."""
    annotations = mapping(obj.get("metadata")).get("annotations")
    if isinstance(annotations, dict):
        annotations.pop("kubectl.kubernetes.io/last-applied-configuration", None)


def _reading(request: Callable[[], list[KubeObject]]) -> Reading:
    try:
        return Listing(request())
    except NotFound:
        return Listing(served=False)
    except ConfigurationError:
        raise
    except KubeError as problem:
        return Unreadable(problem.message, isinstance(problem, Forbidden))


def _minor(client: Client) -> int | None:
    try:
        return minor_of(client.server_version())
    except ConfigurationError:
        raise
    except KubeError:
        return None
