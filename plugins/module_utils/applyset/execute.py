# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Carries a plan out: phase after phase, the objects of a phase side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from itertools import groupby

from ..kube.client import KubeClient
from ..kube.errors import Conflict, KubeError, NotFound
from ..kube.types import KubeObject
from .compare import Settled, settle
from .order import phase_of
from .plan import Action, Step
from .takeover import takeover_patch


@dataclass(frozen=True)
class Done:
    """A step that was carried out; ``stored`` is the server's answer (None for a removal)."""

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
    ordered = sorted(steps, key=lambda step: phase_of(step.resource), reverse=backwards)
    return [list(group) for _, group in groupby(ordered, key=lambda step: phase_of(step.resource))]


def apply_phase(
    client: KubeClient, steps: Iterable[Step], manager: str, executor: Executor
) -> tuple[list[Done], list[Failure]]:
    """Applies or removes every step of one phase; a failure does not stop its neighbours."""

    def attempt(step: Step) -> Done | Failure:
        try:
            return _carry_out(client, step, manager)
        except KubeError as error:
            return Failure(step, error)

    outcomes = list(executor.map(attempt, steps))
    return (
        [outcome for outcome in outcomes if isinstance(outcome, Done)],
        [outcome for outcome in outcomes if isinstance(outcome, Failure)],
    )


def validate(
    client: KubeClient, steps: Iterable[Step], manager: str, executor: Executor, report: Callable[[Step], Step]
) -> list[Failure]:
    """Asks the server by dry-run whether it would accept the steps. ``report`` adapts a step before it is sent."""

    def attempt(step: Step) -> Failure | None:
        adapted = report(step)
        try:
            assert adapted.intent is not None
            client.apply(adapted.resource, adapted.intent, field_manager=manager, force=True, dry_run=True)
        except KubeError as error:
            return Failure(step, error)
        return None

    return [failure for failure in executor.map(attempt, steps) if failure]


def _carry_out(client: KubeClient, step: Step, manager: str) -> Done:
    if step.action is Action.REMOVE:
        return _remove(client, step)
    assert step.intent is not None
    force = False
    if step.action is Action.TAKE_OVER:
        _take_over(client, step, manager)
        force = True
    stored = client.apply(step.resource, step.intent, field_manager=manager, force=force)
    return Done(step, stored, settle(step.intent, stored, manager))


def _take_over(client: KubeClient, step: Step, manager: str) -> None:
    """Moves the ownership; status and counters of a busy object may change in between, so it is read again then."""
    assert step.live is not None
    live, namespace, name = step.live, step.key.namespace or None, step.key.name
    for _ in range(4):
        try:
            client.json_patch(step.resource, namespace, name, takeover_patch(live, manager))
            return
        except Conflict:
            live = client.get(step.resource, namespace, name)
        except KubeError as error:
            if "test" not in error.message:
                raise
            live = client.get(step.resource, namespace, name)
    raise Conflict(f"{step.key} keeps being changed by someone else while it is taken over")


def _remove(client: KubeClient, step: Step) -> Done:
    assert step.live is not None
    try:
        client.delete(step.resource, step.key.namespace or None, step.key.name, uid=step.live["metadata"]["uid"])
    except NotFound:
        pass  # someone else was faster; gone is what was wanted
    return Done(replace(step), None, {})
