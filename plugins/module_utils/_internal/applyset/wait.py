# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Waits until objects are ready, or gone, and reports what it waits for."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor

from ..kube.client import KubeClient
from ..kube.errors import Expired, KubeError, ServerFailure, Throttled, Unreachable
from ..kube.resource import Resource
from ..kube.types import KubeObject
from .arrival import READY, REFUSAL_GRACE, Readiness, State, waiting_for_operator
from .latch import Sightings, arrived, outstanding, readiness_of_vanishing
from .operator import Operator, RunningOperator, read_operator
from .patience import History, Pending, Target, first_cause, judge
from .readiness import is_of_operator, is_waited_for, readiness, related
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
"""Seconds between two reads of the events of the namespaces where objects are waited for."""


def wait_for(
    client: KubeClient,
    targets: Iterable[Target],
    executor: Executor,
    *,
    timeout: float,
    progress: Progress,
    sightings: Sightings | None = None,
    operator: Operator | None = None,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> list[Pending]:
    """The targets that are not ready after ``timeout`` seconds; empty when each has been.

    Ends early when an object has failed. ``sightings``: the objects as they were applied; it gets their last state.
    """
    seen = sightings or Sightings()
    latched: frozenset[Target] = frozenset()
    waited = [target for target in targets if target.gone or is_waited_for(target.resource)]
    started = reported = clock()
    pause = FIRST_PAUSE
    history: History = {}
    refusals = _Refusals(client)
    acted_on = any(is_of_operator(target.resource) and not target.gone for target in waited)
    while waited:
        # The operator first: a release that is read later than the objects would not be the one that wrote them.
        running = read_operator(client, operator if acted_on else None)
        unready = _pending(client, waited, executor, seen, running)
        latched = arrived(waited, unready, latched)
        pending = outstanding(unready, latched)
        refused = refusals.since_the_beginning({entry.target.key.namespace for entry in pending}, clock())
        pending, history = judge([_explained(entry, refused) for entry in pending], history, clock())
        failed = [entry for entry in pending if entry.readiness.state is State.FAILED]
        now = clock()
        if not pending or failed or now - started >= timeout:
            return failed + [entry for entry in pending if entry not in failed] + _again(pending, unready)
        if now - reported >= REPORT_EVERY:
            progress(f"{now - started:.0f} s of at most {timeout:.0f} s: waiting for {_summary(pending)}")
            reported = now
        sleep(min(pause, max(timeout - (now - started), 0.05)))
        pause = min(pause * 1.5, LONGEST_PAUSE)
    return []


def _again(pending: Sequence[Pending], unready: Sequence[Pending]) -> list[Pending]:
    """Where something is pending: the targets that had arrived and wait again. They can be its cause."""
    listed = {entry.target for entry in pending}
    return [entry for entry in unready if entry.target not in listed] if pending else []


class _Refusals:
    """The refusals that controllers meet during the wait, read from events every few seconds."""

    def __init__(self, client: KubeClient) -> None:
        self._client = client
        self._before: set[str] | None = None
        self._refused: list[RefusedCreation] = []
        self._looked = 0.0

    def since_the_beginning(self, namespaces: set[str], now: float) -> list[RefusedCreation]:
        """The refusals that have been added since the first call. ``now``: seconds of the clock."""
        if namespaces and (self._before is None or now - self._looked >= LOOK_EVERY):
            self._refused, self._looked = read_refused_creations(self._client, namespaces), now
            if self._before is None:
                self._before = {entry.stamp for entry in self._refused}
        return [entry for entry in self._refused if entry.stamp not in (self._before or set())]


def _summary(pending: Sequence[Pending]) -> str:
    more = f" (and {len(pending) - 1} more)" if len(pending) > 1 else ""
    return f"{first_cause(pending)[0]}{more}"


def _pending(
    client: KubeClient, targets: Sequence[Target], executor: Executor, seen: Sightings, operator: RunningOperator
) -> list[Pending]:
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
    pending = []
    for target in targets:
        state = _state(target, answers, world, seen, operator)
        if state.state is not State.READY:
            pending.append(Pending(target, state))
    return pending


def _state(
    target: Target,
    answers: Mapping[Place, Objects | KubeError],
    world: Mapping[Place, Objects],
    seen: Sightings,
    operator: RunningOperator,
) -> Readiness:
    place = (target.resource, target.key.namespace)
    needed = [place] if target.gone else [place, *((kind, place[1]) for kind in related(target.resource))]
    for read in needed:
        answer = answers[read]
        if isinstance(answer, KubeError):
            return Readiness(State.WAITING, f"cannot be read: {answer.message}")
    obj = world[place].get(target.key.name)
    if target.gone:
        return _gone(obj, target.uid)
    seen.note(target.key, obj)
    vanishing = readiness_of_vanishing(target.resource, obj, seen.last.get(target.key))
    if vanishing is not None:
        return vanishing
    found = readiness(target.resource, obj, world, operator.release, target.unreported)
    if operator.replaced and found.state is State.READY and is_of_operator(target.resource):
        return waiting_for_operator("Ready, but its operator does not run as its Deployment says")
    return found


def _explained(entry: Pending, refused: Iterable[RefusedCreation]) -> Pending:
    """The entry with the refusal that its workload has met since the wait began. It remains until somebody changes something."""
    refusal = None if entry.target.gone else refused_behind(entry.target.key, refused)
    if refusal is None or entry.readiness.state is not State.WAITING:
        return entry
    return Pending(entry.target, Readiness(State.WAITING, f"{refusal.message} ({entry.readiness.text})", REFUSAL_GRACE))


def _gone(obj: KubeObject | None, uid: str) -> Readiness:
    """READY when the object with this uid is gone. Kubernetes recreates some objects, such as the ServiceAccount ``default``."""
    if obj is None or (uid and obj["metadata"].get("uid") != uid):
        return READY
    finalizers = obj["metadata"].get("finalizers") or []
    held = f", held by finalizer {', '.join(finalizers)}" if finalizers else ""
    return Readiness(State.WAITING, f"is still there{held}")


def _read(client: KubeClient, place: Place, names: set[str] | None) -> Objects | KubeError:
    """The objects, or an error that may end by itself. Raises all other errors, such as a forbidden read."""
    resource, namespace = place
    try:
        return read_objects(client, resource, namespace or None, names)
    except (Unreachable, Throttled, ServerFailure, Expired) as error:
        return error
