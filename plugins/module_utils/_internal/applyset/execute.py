# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Carries out a plan: one phase after the other, the objects of a phase in parallel."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from dataclasses import dataclass
from itertools import groupby

from ..kube.client import KubeClient
from ..kube.errors import Conflict, Invalid, KubeError, NotFound
from ..kube.types import KubeObject
from .compare import Settled, as_settled, settle
from .hand_over import hand_over_patch
from .held import NOTATION
from .order import phase_of
from .step import Action, Step
from .takeover import Operations, takeover_patch
from .wrong_fields import with_every_field

Sleep = Callable[[float], None]
PAUSES = (0.1, 0.3, 1.0, 2.0)
"""Seconds before each retry of a write that conflicts with another writer."""


@dataclass(frozen=True)
class Done:
    """A step that was carried out; ``stored`` is the server's answer (None for an object that left the set)."""

    step: Step
    stored: KubeObject | None
    settled: Settled


@dataclass(frozen=True)
class Failure:
    """A step that the server refused."""

    step: Step
    error: KubeError


def in_phases(steps: Iterable[Step], *, backwards: bool = False) -> list[list[Step]]:
    """The steps grouped by phase."""
    ordered = sorted(steps, key=_phase, reverse=backwards)
    return [list(group) for phase, group in groupby(ordered, key=_phase)]


def _phase(step: Step) -> int:
    return phase_of(step.resource, step.intent or step.live)


def apply_phase(
    client: KubeClient, steps: Iterable[Step], manager: str, executor: Executor, sleep: Sleep = time.sleep
) -> tuple[list[Done], list[Failure]]:
    """Applies or removes every step of one phase; a failure does not stop its neighbours."""

    def attempt(step: Step) -> Done | Failure:
        try:
            return _carry_out(client, step, manager, sleep)
        except KubeError as error:
            return Failure(step, error)

    outcomes = list(executor.map(attempt, steps))
    return (
        [outcome for outcome in outcomes if isinstance(outcome, Done)],
        [outcome for outcome in outcomes if isinstance(outcome, Failure)],
    )


def validate(client: KubeClient, steps: Iterable[Step], manager: str, executor: Executor) -> list[Failure]:
    """Asks the server by dry-run whether it would accept the steps."""

    def attempt(step: Step) -> Failure | None:
        force = step.forced
        try:
            client.apply(step.resource, step.intended, field_manager=manager, force=force, dry_run=True)
        except Invalid as error:
            return Failure(step, with_every_field(client, step, step.intended, error))
        except KubeError as error:
            return Failure(step, error)
        return None

    return [failure for failure in executor.map(attempt, steps) if failure]


def _carry_out(client: KubeClient, step: Step, manager: str, sleep: Sleep) -> Done:
    if step.action is Action.REMOVE:
        return _remove(client, step)
    if step.action is Action.HAND_OVER:
        _move_ownership(client, step, lambda live: hand_over_patch(live, manager), sleep)
        return Done(step, None, {})
    intent = step.intended
    if step.action is Action.TAKE_OVER:
        _move_ownership(client, step, lambda live: takeover_patch(live, intent, manager), sleep)
    stored = _apply(client, step, intent, manager, sleep)
    # The record about a field stays true while others hold it.
    kept = as_settled(entry.change for entry in step.held if entry.allowed_by == NOTATION)
    return Done(step, stored, {**kept, **settle(intent, stored, manager)})


def _apply(client: KubeClient, step: Step, intent: KubeObject, manager: str, sleep: Sleep) -> KubeObject:
    """Retries what ends by itself: two writers of one quota's status, a kind or namespace that was just created."""
    force = step.forced
    for pause in PAUSES:
        try:
            return client.apply(step.resource, intent, field_manager=manager, force=force)
        except Conflict as error:
            if error.is_about_ownership:
                raise
        except NotFound:
            pass
        sleep(pause)
    return client.apply(step.resource, intent, field_manager=manager, force=force)


def _move_ownership(client: KubeClient, step: Step, patch_of: Callable[[KubeObject], Operations], sleep: Sleep) -> None:
    """Patches managedFields. The object is read again where its resourceVersion has changed in between, as by a status."""
    live, namespace, name = step.live_object, step.key.namespace or None, step.key.name
    for pause in PAUSES:
        patch = patch_of(live)
        if not patch:
            return
        try:
            client.json_patch(step.resource, namespace, name, patch)
            return
        except (Conflict, Invalid):  # a failed `test` is answered as one or the other
            sleep(pause)
        fresh = client.get(step.resource, namespace, name)
        if fresh["metadata"]["resourceVersion"] == live["metadata"]["resourceVersion"]:
            raise Conflict("the API server refuses the change of its field owners (metadata.managedFields)")
        live = fresh
    raise Conflict("another client keeps changing it. Run again later")


def _remove(client: KubeClient, step: Step) -> Done:
    try:
        client.delete(step.resource, step.key.namespace or None, step.key.name, uid=step.live_object["metadata"]["uid"])
    except NotFound:
        pass  # another client was faster: it is gone, as wanted
    return Done(step, None, {})
