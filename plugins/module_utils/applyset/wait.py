# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Waits until objects have arrived, or are gone, and says what it waits for."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

from ..kube.client import KubeClient
from ..kube.errors import KubeError, NotFound
from ..kube.known import EVENT
from ..kube.resource import Resource
from ..kube.types import KubeObject
from .objects import ObjectKey
from .readiness import READY, Readiness, State, is_waited_for, readiness, related

Progress = Callable[[str], None]
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 2.0
REPORT_EVERY = 10.0


@dataclass(frozen=True)
class Target:
    """An object to wait for; ``gone`` turns the question round."""

    resource: Resource
    key: ObjectKey
    gone: bool = False


@dataclass(frozen=True)
class Pending:
    """A target that has not arrived, with the reason in the object's own words."""

    target: Target
    readiness: Readiness

    def __str__(self) -> str:
        return f"{self.target.key}: {self.readiness.text}"


def wait_for(
    client: KubeClient,
    targets: Iterable[Target],
    executor: Executor,
    *,
    timeout: float,
    progress: Progress,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> list[Pending]:
    """Those targets that did not arrive within ``timeout`` seconds; empty when all did.

    Ends early when an object says that it will not arrive by itself.
    """
    waited = [target for target in targets if target.gone or is_waited_for(target.resource)]
    started = reported = clock()
    pause = FIRST_PAUSE
    while waited:
        pending = _pending(client, waited, executor)
        failed = [entry for entry in pending if entry.readiness.state is State.FAILED]
        now = clock()
        if not pending or failed or now - started >= timeout:
            return failed + [entry for entry in pending if entry not in failed]
        if now - reported >= REPORT_EVERY:
            progress(f"{now - started:.0f} s of at most {timeout:.0f} s: waiting for {_summary(pending)}")
            reported = now
        sleep(min(pause, max(timeout - (now - started), 0.05)))
        pause = min(pause * 1.5, LONGEST_PAUSE)
    return []


def _summary(pending: Sequence[Pending]) -> str:
    more = f" (and {len(pending) - 1} more)" if len(pending) > 1 else ""
    return f"{pending[0]}{more}"


def _pending(client: KubeClient, targets: Sequence[Target], executor: Executor) -> list[Pending]:
    wanted: set[tuple[Resource, str]] = set()
    for target in targets:
        wanted.add((target.resource, target.key.namespace))
        if not target.gone:
            wanted |= {(resource, target.key.namespace) for resource in related(target.resource)}
    places = sorted(wanted)
    lists = list(executor.map(lambda place: _read(client, place), places))
    world = dict(zip(places, lists))
    found = []
    for target in targets:
        obj = world[target.resource, target.key.namespace].get(target.key.name)
        state = _gone(obj) if target.gone else readiness(target.resource, obj, world)
        if state.state is not State.READY:
            found.append(Pending(target, state))
    return found


def _gone(obj: KubeObject | None) -> Readiness:
    if obj is None:
        return READY
    finalizers = obj["metadata"].get("finalizers") or []
    held = f", held by finalizer {', '.join(finalizers)}" if finalizers else ""
    return Readiness(State.WAITING, f"is still there{held}")


def _read(client: KubeClient, place: tuple[Resource, str]) -> dict[str, KubeObject]:
    resource, namespace = place
    try:
        return {obj["metadata"]["name"]: obj for obj in client.list(resource, namespace or None)}
    except NotFound:
        return {}


def refusals(client: KubeClient, namespaces: Iterable[str]) -> list[str]:
    """What the controllers could not create lately (quota, Pod Security, missing ServiceAccounts), newest last.

    Such refusals appear as events only, never in the status of the object that they hold up.
    """
    found: dict[str, str] = {}
    for namespace in namespaces:
        try:
            events = client.list(EVENT, namespace)
        except KubeError:
            continue
        for event in sorted(events, key=lambda e: str(e.get("lastTimestamp") or e.get("eventTime") or "")):
            if event.get("reason") == "FailedCreate":
                involved = event.get("involvedObject") or {}
                found[f"{involved.get('kind')} {involved.get('name')}"] = str(event.get("message", ""))
    return [f"{name}: {text}" for name, text in found.items()]
