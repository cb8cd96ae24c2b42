# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Waits until objects have arrived, or are gone, and says what it waits for."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

from ..kube.client import KubeClient
from ..kube.errors import Expired, KubeError, ServerFailure, Throttled, Unreachable
from ..kube.resource import Resource
from ..kube.types import KubeObject
from .arrival import READY, REFUSAL_GRACE, Readiness, State
from .objects import ObjectKey
from .order import phase_of
from .readiness import is_waited_for, readiness, related
from .refused_creations import RefusedCreation, read_refused_creations, refused_behind
from .snapshot import read_objects

Place = tuple[Resource, str]
"""A kind in a namespace."""
Objects = Mapping[str, KubeObject]
"""Objects of one place by name."""
Progress = Callable[[str], None]
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 2.0
REPORT_EVERY = 10.0
LOOK_EVERY = 5.0
"""Seconds between looks at the events of the namespaces where something is awaited."""


@dataclass(frozen=True)
class Target:
    """An object to wait for; ``gone`` turns the question round, for the object with this ``uid``."""

    resource: Resource
    key: ObjectKey
    gone: bool = False
    uid: str = ""


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
    history: History = {}
    refused: list[RefusedCreation] = []
    known: set[str] | None = None
    looked = started
    while waited:
        pending = _pending(client, waited, executor)
        if pending and (known is None or clock() - looked >= LOOK_EVERY):
            refused, looked = read_refused_creations(client, {entry.target.key.namespace for entry in pending}), clock()
            known = {entry.stamp for entry in refused} if known is None else known
        fresh = [entry for entry in refused if entry.stamp not in (known or set())]
        pending, history = judge([_explained(entry, fresh) for entry in pending], history, clock())
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


History = Mapping[Target, tuple[str, float]]
"""What each pending target said last, and since when it says so (seconds of the clock)."""


def judge(pending: Sequence[Pending], history: History, now: float) -> tuple[list[Pending], History]:
    """The same, where an error that stayed the same for its grace has become a failure; and the new history.

    The clock of an object does not run while one of an earlier phase in its namespace is still on its way: a model
    cannot be scheduled before its server runs.
    """
    judged: list[Pending] = []
    seen: dict[Target, tuple[str, float]] = {}
    for entry in pending:
        target, text, grace = entry.target, entry.readiness.text, entry.readiness.grace
        said, since = history.get(target, (text, now))
        if said != text or _waits_for_others(entry, pending):
            since = now
        seen[target] = (text, since)
        if grace is not None and now - since >= grace:
            failure = Readiness(State.FAILED, f"{text} (unchanged for {now - since:.0f} s)")
            judged.append(Pending(target, failure))
        else:
            judged.append(entry)
    return judged, seen


def _waits_for_others(entry: Pending, pending: Sequence[Pending]) -> bool:
    phase, namespace = phase_of(entry.target.resource), entry.target.key.namespace
    return any(
        other.target.key.namespace == namespace and phase_of(other.target.resource) < phase and not other.target.gone
        for other in pending
    )


def _summary(pending: Sequence[Pending]) -> str:
    more = f" (and {len(pending) - 1} more)" if len(pending) > 1 else ""
    return f"{pending[0]}{more}"


def _pending(client: KubeClient, targets: Sequence[Target], executor: Executor) -> list[Pending]:
    names: dict[Place, set[str]] = {}
    whole: set[Place] = set()
    for target in targets:
        names.setdefault((target.resource, target.key.namespace), set()).add(target.key.name)
        if not target.gone:
            whole |= {(resource, target.key.namespace) for resource in related(target.resource)}
    places = sorted(whole | set(names))
    reads = executor.map(lambda place: _read(client, place, None if place in whole else names[place]), places)
    answers = dict(zip(places, reads))
    world = {place: answer for place, answer in answers.items() if not isinstance(answer, KubeError)}
    found = []
    for target in targets:
        state = _state(target, answers, world)
        if state.state is not State.READY:
            found.append(Pending(target, state))
    return found


def _state(target: Target, answers: Mapping[Place, Objects | KubeError], world: Mapping[Place, Objects]) -> Readiness:
    place = (target.resource, target.key.namespace)
    needed = [place] if target.gone else [place, *((kind, place[1]) for kind in related(target.resource))]
    for read in needed:
        answer = answers[read]
        if isinstance(answer, KubeError):
            return Readiness(State.WAITING, f"cannot be read: {answer.message}")
    obj = world[place].get(target.key.name)
    return _gone(obj, target.uid) if target.gone else readiness(target.resource, obj, world)


def _explained(entry: Pending, refused: Iterable[RefusedCreation]) -> Pending:
    """With what its workload was refused since the wait began. That holds until somebody changes something."""
    found = None if entry.target.gone else refused_behind(entry.target.key, refused)
    if found is None or entry.readiness.state is not State.WAITING:
        return entry
    return Pending(entry.target, Readiness(State.WAITING, f"{found.message} ({entry.readiness.text})", REFUSAL_GRACE))


def _gone(obj: KubeObject | None, uid: str) -> Readiness:
    """Another object of the same name, such as the ServiceAccount ``default`` that Kubernetes makes anew, is no matter."""
    if obj is None or (uid and obj["metadata"].get("uid") != uid):
        return READY
    finalizers = obj["metadata"].get("finalizers") or []
    held = f", held by finalizer {', '.join(finalizers)}" if finalizers else ""
    return Readiness(State.WAITING, f"is still there{held}")


def _read(client: KubeClient, place: Place, names: set[str] | None) -> Objects | KubeError:
    """The objects, or an error that may pass. Raises what will not: a forbidden read."""
    resource, namespace = place
    try:
        return read_objects(client, resource, namespace or None, names)
    except (Unreachable, Throttled, ServerFailure, Expired) as error:
        return error

