# SPDX-License-Identifier: GPL-3.0-or-later
"""The main loop: it puts changes of the watches into the store and the work queue, and reconciles one due key at a
time.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from typing import Any

from . import inference_reconcilers, leader, log, reflector, runtime_reconciler, server_reconciler
from .api import Api, ApiError
from .backoff import WorkQueue
from .cluster import Cluster, ReconcileError, TerminalError
from .events import Events
from .pace import SLOW_SECONDS, Pace, read_pace
from .reflector import Listed, Seen
from .resources import EXPERIMENT, MODEL, PIPELINE, RUNTIME, SERVER, WATCHED, WATCHED_ON_READ, Resource
from .settings import Settings
from .store import Store
from .triggers import Work, work_for

Json = dict[str, Any]

CACHE_SYNC_SECONDS = 120.0
RECONCILERS: dict[Resource, Callable[[Cluster, str, str], None]] = {
    RUNTIME: runtime_reconciler.reconcile,
    SERVER: server_reconciler.reconcile,
    MODEL: inference_reconcilers.reconcile_model,
    EXPERIMENT: inference_reconcilers.reconcile_experiment,
    PIPELINE: inference_reconcilers.reconcile_pipeline,
}


class Manager:
    def __init__(self, api: Api, settings: Settings) -> None:
        self._api, self._settings = api, settings
        self._store = Store()
        self._inbox: queue.SimpleQueue[Seen] = queue.SimpleQueue()
        self._work: WorkQueue[Work] = WorkQueue()
        self._started: set[Resource] = set()
        self._listed: set[tuple[Resource, str]] = set()
        self._cluster = Cluster(api, self._store, settings, Events(api), self._read)

    def run(self) -> int:
        """Works until the process is ended; returns an exit code when it cannot start."""
        elected = self._elected()
        self._read(WATCHED)
        deadline = time.monotonic() + CACHE_SYNC_SECONDS
        while not (self._synced(WATCHED) and elected.is_set()):
            self._take(0.2)
            if not self._synced(WATCHED) and time.monotonic() > deadline:
                return self._give_up()
        log.info("Starting workers", watched=list(self._settings.watched), lookup=self._settings.lookup_namespace)
        while True:
            if read_pace(self._settings.pace_file) is Pace.STOPPED:
                self._take(0.2)
                continue
            self._take(self._work.wait(time.monotonic(), 5.0))
            # Read again: the pace may have changed while this waited.
            stopped = read_pace(self._settings.pace_file) is Pace.STOPPED
            item = None if stopped else self._work.pop(time.monotonic())
            if item is not None:
                self._reconcile(item)

    def _elected(self) -> threading.Event:
        if self._settings.leader_elect:
            return leader.acquire(self._api, self._api.own_namespace())
        free = threading.Event()
        free.set()
        return free

    def _read(self, resources: tuple[Resource, ...]) -> bool:
        for resource in resources:
            if resource not in self._started:
                self._started.add(resource)
                for namespace in self._settings.watched:
                    reflector.start(self._api, resource, namespace, self._inbox)
        return self._synced(resources)

    def _synced(self, resources: tuple[Resource, ...]) -> bool:
        watched = self._settings.watched
        return all((resource, namespace) in self._listed for resource in resources for namespace in watched)

    def _give_up(self) -> int:
        for resource in WATCHED:
            if not self._synced((resource,)):
                cause = f"timed out waiting for cache to be synced for Kind {resource.go_type}"
                log.error("Could not wait for Cache to sync", controller=resource.kind.lower(), error=cause)
        log.error("problem running manager", error="caches did not sync")
        return 1

    def _take(self, seconds: float) -> None:
        """Handles all pending changes of the watches; waits for the first one at most `seconds`."""
        try:
            self._see(self._inbox.get(timeout=seconds) if seconds else self._inbox.get_nowait())
            while True:
                self._see(self._inbox.get_nowait())
        except queue.Empty:
            pass

    def _see(self, seen: Seen) -> None:
        if isinstance(seen, Listed):
            self._listed.add((seen.resource, seen.namespace))
            changed = self._store.replace(seen.resource, seen.namespace, seen.items)
            if seen.resource in WATCHED_ON_READ and self._synced(WATCHED_ON_READ):
                self._enqueue(RUNTIME, self._store.all(RUNTIME))
        else:
            take = self._store.drop if seen.deleted else self._store.put
            changed = [seen.thing] if take(seen.resource, seen.thing) else []
        self._enqueue(seen.resource, changed)

    def _enqueue(self, resource: Resource, things: list[Json]) -> None:
        slow = read_pace(self._settings.pace_file) is Pace.SLOW
        for thing in things:
            for item in work_for(self._store, resource, thing):
                if slow:
                    self._work.add_at(item, time.monotonic() + SLOW_SECONDS)
                else:
                    self._work.add(item)

    def _reconcile(self, item: Work) -> None:
        resource, namespace, name = item
        try:
            RECONCILERS[resource](self._cluster, namespace, name)
        except (ReconcileError, ApiError) as error:
            where = {"controller": resource.kind.lower(), "namespace": namespace, "name": name}
            log.error("Reconciler error", **where, error=str(error))
            if not isinstance(error, TerminalError):
                self._work.add_failed(item, time.monotonic())
                return
        self._work.forget(item)
