# SPDX-License-Identifier: GPL-3.0-or-later
"""The cluster for reconcilers: reads from the store, writes to the API, and only writes that change something."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from . import conditions
from .api import Api
from .drift import carries
from .events import Events
from .ownership import last_applied
from .resources import STATEFUL_SET, Resource
from .scheduler_memory import SchedulerMemory
from .settings import Settings
from .store import Store

Json = dict[str, Any]

SCHEDULER = "seldon-scheduler"
_IDENTITY = ("apiVersion", "kind", "metadata")


class ReconcileError(Exception):
    """Reconciling failed; it is retried later."""


class TerminalError(ReconcileError):
    """Reconciling failed, and only a change of the object can help; it is not retried."""


@dataclass(frozen=True)
class Cluster:
    api: Api
    store: Store
    settings: Settings
    events: Events
    read: Callable[[tuple[Resource, ...]], bool]  # starts missing watches; returns whether all have listed
    memory: SchedulerMemory = field(default_factory=SchedulerMemory)

    def look_up(self, resource: Resource, name: str) -> Json:
        """A config in the lookup namespace, as a cached client finds it."""
        namespace = self.settings.lookup_namespace
        if not self.settings.sees(namespace):
            raise ReconcileError(f"unable to get: {namespace}/{name} because of unknown namespace for the cache")
        found = self.store.get(resource, namespace, name)
        if found is None:
            raise ReconcileError(f'{resource.kind}.{resource.group} "{name}" not found')
        return found

    def scheduler_answers(self, namespace: str) -> bool:
        """Whether seldon-scheduler.<namespace> can be reached: at least one of its pods is ready."""
        return self.ready_replicas(STATEFUL_SET, namespace, SCHEDULER) >= 1

    def ready_replicas(self, resource: Resource, namespace: str, name: str) -> int:
        workload = self.store.get(resource, namespace, name)
        return int(((workload or {}).get("status") or {}).get("readyReplicas") or 0)

    def apply(self, resource: Resource, wanted: Json) -> Json:
        """Create or update an object unless the live one has all wanted fields."""
        metadata = wanted["metadata"]
        live = self.store.get(resource, metadata["namespace"], metadata["name"])
        if live is None:
            return self._kept(resource, self.api.create(resource, wanted))
        if not _outdated(live, wanted):
            return live
        return self._kept(resource, self.api.update(resource, _updated(live, wanted)))

    def delete(self, resource: Resource, thing: Json) -> None:
        self.api.delete(resource, thing["metadata"]["namespace"], thing["metadata"]["name"])
        self.store.drop(resource, thing)

    def write_status(self, resource: Resource, thing: Json, status: Json) -> Json:
        """Write a status that differs, and send an event if Ready changed; return the object with it."""
        old = thing.get("status") or {}
        if status == old:
            return thing
        # Objects of a watch do not always have apiVersion and kind.
        body = {"apiVersion": resource.api_version, "kind": resource.kind, **thing, "status": status}
        written = self._kept(resource, self.api.update(resource, body, "status"))
        before, after = conditions.is_true(old), conditions.is_true(status)
        if before != after:
            self.events.ready_turned(resource, thing, after)
        return written

    def with_finalizer(self, resource: Resource, thing: Json, finalizer: str) -> Json:
        finalizers = thing["metadata"].get("finalizers") or []
        if finalizer in finalizers:
            return thing
        return self._finalizers(resource, thing, [*finalizers, finalizer])

    def without_finalizer(self, resource: Resource, thing: Json, finalizer: str) -> None:
        self._finalizers(resource, thing, [name for name in thing["metadata"]["finalizers"] if name != finalizer])

    def _finalizers(self, resource: Resource, thing: Json, finalizers: list[str]) -> Json:
        metadata = {**thing["metadata"], "finalizers": finalizers}
        body = {"apiVersion": resource.api_version, "kind": resource.kind, **thing, "metadata": metadata}
        updated = self.api.update(resource, body)
        # An object whose last finalizer is removed is gone: the watch reports it.
        return self._kept(resource, updated) if "deletionTimestamp" not in metadata else updated

    def _kept(self, resource: Resource, thing: Json) -> Json:
        self.store.put(resource, thing)
        return thing


def _content(thing: Json) -> Json:
    return {key: value for key, value in thing.items() if key not in _IDENTITY}


def _outdated(live: Json, wanted: Json) -> bool:
    applied = last_applied(wanted)
    if applied is not None and last_applied(live) != applied:
        return True
    return not all(carries(live.get(key), value) for key, value in _content(wanted).items())


def _updated(live: Json, wanted: Json) -> Json:
    """The live object with the wanted fields; other fields at the top level of metadata and spec stay."""
    metadata = dict(live["metadata"])
    metadata.pop("managedFields", None)
    for key in ("labels", "annotations"):
        metadata[key] = {**(metadata.get(key) or {}), **(wanted["metadata"].get(key) or {})}
    metadata["ownerReferences"] = wanted["metadata"].get("ownerReferences") or metadata.get("ownerReferences") or []
    result = {**live, **wanted, "metadata": metadata}
    if "spec" in wanted:
        result["spec"] = {**(live.get("spec") or {}), **wanted["spec"]}
    return result
