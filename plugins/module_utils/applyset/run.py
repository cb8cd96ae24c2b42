# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Makes a set of objects be as given: read, plan, validate, apply, remove, wait."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

from ..kube.client import KubeClient
from ..kube.errors import NotFound
from ..kube.known import CONFIG_MAP, CUSTOM_RESOURCE_DEFINITION, NAMESPACE, RESOURCE_QUOTA, SELDON_RUNTIME
from .diff import diffs
from .execute import Done, apply_phase, in_phases, validate
from .inventory import Inventory, Member, object_name, render_inventory
from .objects import ObjectKey
from .plan import Action, Plan, Step, Wanted, make_plan
from .request import Request
from .resolve import resolve
from .result import ApplySetError, describe_failure, describe_pending, result_of
from .snapshot import read_inventory, read_live
from .wait import Progress, Target, refusals, wait_for

GATES = (CUSTOM_RESOURCE_DEFINITION, NAMESPACE, RESOURCE_QUOTA, SELDON_RUNTIME)
"""Kinds without which later phases fail or go uncounted, so that each is waited for before the next phase."""


def apply_set(
    client: KubeClient, request: Request, *, check_mode: bool = False, diff_mode: bool = False, progress: Progress
) -> dict[str, Any]:
    """Applies ``request`` and returns its result. Raises ApplySetError, or KubeError where even reading failed."""
    with ThreadPoolExecutor(max_workers=request.connections) as executor:
        run = _Run(client, request, executor, progress)
        inventory = read_inventory(client, request.name, request.inventory_namespace)
        plan = run.plan(inventory, check_mode)
        result = result_of(plan)
        if diff_mode:
            result["diff"] = diffs(plan.steps)
        if check_mode:
            return result
        try:
            if plan.changed or _is_stale(inventory, plan):
                run.carry_out(plan, inventory)
            run.wait_until_arrived(plan)
        except ApplySetError as error:
            raise ApplySetError(error.message, result) from None
        return result


def _is_stale(inventory: Inventory, plan: Plan) -> bool:
    """Whether the record differs from what it would be: after a run that was killed, or objects that vanished."""
    recorded = {key: member.uid for key, member in inventory.members.items()}
    return recorded != {key: member.uid for key, member in _members(plan, inventory, {}).items()}


@dataclass(frozen=True)
class _Run:
    """One application of one request."""

    client: KubeClient
    request: Request
    executor: Executor
    progress: Progress

    def plan(self, inventory: Inventory, check_mode: bool) -> Plan:
        request = self.request
        discovery = self.client.discover()
        if check_mode and request.seldon_expected:
            discovery = discovery.with_seldon()
        wanted, problems = resolve(request, discovery)
        _raise(problems)
        keys = [(item.resource, item.key) for item in wanted]
        keys += [(member.resource, key) for key, member in inventory.members.items()]
        live = read_live(self.client, keys, self.executor)
        plan = make_plan(
            wanted, live, inventory, manager=request.field_manager, prune=request.prune
        )
        _raise(plan.problems)
        absent = self._absent_namespaces(wanted)
        if not (check_mode and request.seldon_expected):
            _raise(f"namespace {name} does not exist. Create it first, or put it into the set" for name in absent)
        if request.validate:
            self._validate(plan, wanted, discovery_misses=absent)
        return plan

    def _absent_namespaces(self, wanted: Sequence[Wanted]) -> set[str]:
        """Namespaces that neither exist nor are in the set. A terminating one is refused here."""
        in_set = {item.key.name for item in wanted if item.resource == NAMESPACE}
        needed = {item.key.namespace for item in wanted} - {""} - in_set
        needed |= {self.request.inventory_namespace} - in_set
        absent = set()
        for name in sorted(needed):
            try:
                namespace = self.client.get(NAMESPACE, None, name)
            except NotFound:
                absent.add(name)
                continue
            if namespace["metadata"].get("deletionTimestamp"):
                raise ApplySetError(
                    f"namespace {name} is being deleted, nothing can be created in it. Wait until it is gone "
                    f"(kubectl get namespace {name} -o yaml says what holds it), then run again"
                )
        return absent

    def _validate(self, plan: Plan, wanted: Sequence[Wanted], discovery_misses: set[str]) -> None:
        """By dry-run, what can be asked now: not where the namespace or the kind comes with this very set."""
        new = {step.key.name for step in plan.steps if step.resource == NAMESPACE and step.action is Action.CREATE}
        kinds = {item.intent["spec"]["names"]["kind"] for item in wanted if item.resource == CUSTOM_RESOURCE_DEFINITION}
        steps = [
            step
            for step in plan.steps
            if step.action in (Action.CREATE, Action.UPDATE)
            and step.key.namespace not in new | discovery_misses
            and step.key.kind not in kinds
        ]
        failures = validate(self.client, steps, self.request.field_manager, self.executor, lambda step: step)
        _raise(describe_failure(failure) for failure in failures if not isinstance(failure.error, NotFound))

    def carry_out(self, plan: Plan, inventory: Inventory) -> None:
        done: dict[ObjectKey, Done] = {}
        problems: list[str] = []
        announced = False
        applied = [step for step in plan.steps if step.writes and step.action is not Action.REMOVE]
        removed = [step for step in plan.steps if step.action is Action.REMOVE]
        own_namespace = [
            step
            for step in applied
            if step.resource == NAMESPACE and step.key.name == self.request.inventory_namespace
        ]
        phases = ([own_namespace] if own_namespace else []) + in_phases(
            step for step in applied if step not in own_namespace
        )
        for phase in phases:
            if not announced and phase is not own_namespace:
                self._announce(plan, inventory)
                announced = True
            finished, failed = apply_phase(self.client, phase, self.request.field_manager, self.executor)
            done |= {entry.step.key: entry for entry in finished}
            problems += [describe_failure(failure) for failure in failed]
            problems = problems or self._pass_gate(phase)
            if problems:
                break
        if not problems:
            problems = self._remove(removed, done)
        self._record(plan, inventory, done)
        _raise(problems)

    def _announce(self, plan: Plan, inventory: Inventory) -> None:
        """Records what is about to be created, so that a run killed half-way is known to the next one."""
        fresh = [step for step in plan.steps if step.action is Action.CREATE or step.action is Action.TAKE_OVER]
        announced = {step.key: Member(step.resource, step.key) for step in fresh}
        if set(announced) - set(inventory.members):
            self._write({**inventory.members, **announced})

    def _record(self, plan: Plan, inventory: Inventory, done: dict[ObjectKey, Done]) -> None:
        self._write(_members(plan, inventory, done))

    def _write(self, members: dict[ObjectKey, Member]) -> None:
        request = self.request
        if not members:
            self._forget()
            return
        config_map = render_inventory(request.name, request.inventory_namespace, members.values())
        self.client.apply(CONFIG_MAP, config_map, field_manager=request.field_manager, force=True)

    def _forget(self) -> None:
        """An empty set leaves nothing behind."""
        try:
            self.client.delete(CONFIG_MAP, self.request.inventory_namespace, object_name(self.request.name))
        except NotFound:
            pass

    def _pass_gate(self, phase: Iterable[Step]) -> list[str]:
        waits_for = GATES if self.request.wait else (CUSTOM_RESOURCE_DEFINITION,)
        return self._wait([Target(step.resource, step.key) for step in phase if step.resource in waits_for])

    def _remove(self, removed: Sequence[Step], done: dict[ObjectKey, Done]) -> list[str]:
        """Last first; with ``wait`` each phase has to be gone before the next, since finalizers need what follows."""
        for phase in in_phases(removed, backwards=True):
            finished, failed = apply_phase(self.client, phase, self.request.field_manager, self.executor)
            done |= {entry.step.key: entry for entry in finished}
            problems = [describe_failure(failure) for failure in failed]
            if self.request.wait and not problems:
                problems = self._wait([Target(step.resource, step.key, gone=True) for step in phase])
            if problems:
                return problems
        return []

    def wait_until_arrived(self, plan: Plan) -> None:
        if self.request.wait:
            arriving = [step for step in plan.steps if step.action not in (Action.REMOVE, Action.KEEP)]
            _raise(self._wait([Target(step.resource, step.key) for step in arriving]))

    def _wait(self, targets: Sequence[Target]) -> list[str]:
        timeout = self.request.wait_timeout
        pending = wait_for(self.client, targets, self.executor, timeout=timeout, progress=self.progress)
        if not pending:
            return []
        namespaces = sorted({entry.target.key.namespace for entry in pending} - {""})
        return [describe_pending(pending, refusals(self.client, namespaces), timeout)]


def _members(plan: Plan, inventory: Inventory, done: dict[ObjectKey, Done]) -> dict[ObjectKey, Member]:
    """The record after the steps in ``done``. What was not reached keeps its old entry."""
    members: dict[ObjectKey, Member] = {}
    for step in plan.steps:
        known, finished = inventory.members.get(step.key), done.get(step.key)
        if step.action is Action.LEAVE and known is None:
            continue
        if finished is not None:
            if finished.stored is not None:
                uid = finished.stored["metadata"]["uid"]
                members[step.key] = Member(step.resource, step.key, uid, finished.settled)
        elif step.live is not None and step.action is Action.UNCHANGED:
            uid = step.live["metadata"]["uid"]
            members[step.key] = replace(known or Member(step.resource, step.key), uid=uid)
        elif known is not None:
            members[step.key] = known
        elif step.writes and step.action is not Action.REMOVE:
            members[step.key] = Member(step.resource, step.key)
    return members


def _raise(problems: Iterable[str]) -> None:
    listed = list(problems)
    if len(listed) == 1:
        raise ApplySetError(listed[0])
    if listed:
        raise ApplySetError(f"{listed[0]}\n" + "\n".join(listed[1:]))
