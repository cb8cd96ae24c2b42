# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reconciles a set of objects: read, plan, validate, apply, remove, wait."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

from ..kube.client import KubeClient
from ..kube.discovery import Discovery
from ..kube.errors import AccessDenied, Forbidden, KubeError, NotFound
from ..kube.permissions import NEXT_STEP, Need, missing_permissions
from ..kube.resource import Resource
from ..kube.resources import (
    CONFIG_MAP,
    CUSTOM_RESOURCE_DEFINITION,
    NAMESPACE,
    RESOURCE_QUOTA,
    SELDON_GROUP,
    SELDON_RUNTIME,
)
from ..kube.terminating import until_gone
from ..kube.types import KubeObject
from .arrival import State
from .diff import diffs
from .ends import finished_executions, with_seen, with_unseen_ends
from .evidence import awaited_version, never_reported, unreported
from .execute import Done, Failure, apply_phase, in_phases, validate
from .execution import Execution, execution_of
from .finished import with_finished
from .inventory import ID_LABEL, Inventory, Member, object_name
from .latch import Sightings
from .notation import with_notation
from .objects import ObjectKey
from .passing import Passing
from .patience import Pending, Target
from .permissions import needs_of, needs_of_all
from .plan import Plan, make_plan, other_sets
from .readiness import readiness, related
from .record import Record, too_large
from .refused_creations import read_refused_creations
from .rehearse import rehearse
from .removal import is_another, with_their_namespace
from .request import Request
from .resolve import resolve
from .result import ApplySetError, describe_failure, describe_pending, progress_of, result_of
from .snapshot import read_inventory, read_live, read_namespaces
from .step import Action, Step, Wanted
from .wait import Progress, wait_for

GATES = (CUSTOM_RESOURCE_DEFINITION, NAMESPACE, RESOURCE_QUOTA, SELDON_RUNTIME)
"""Kinds that the next phase needs: without them its objects fail or are not counted. So each is waited for first."""


def apply_set(
    client: KubeClient, request: Request, *, check_mode: bool = False, diff_mode: bool = False, progress: Progress
) -> dict[str, Any]:
    """Applies ``request`` and returns its result. Raises ApplySetError, or KubeError where even reading failed."""
    with ThreadPoolExecutor(max_workers=request.connections) as executor:
        inventory = read_inventory(client, request.name, request.inventory_namespace)
        run = _Run(client, request, executor, progress, inventory)
        plan = run.plan(check_mode)
        result = result_of(plan)
        if diff_mode:
            result["diff"] = diffs(plan.steps)
        if check_mode:
            return result
        done: dict[ObjectKey, Done] = {}
        record = Record(client, inventory, request.field_manager)
        try:
            if plan.changed or _is_stale(inventory, plan):
                run.carry_out(plan, done, record)
            run.wait_until_arrived(plan, done, record)
            result["warnings"] += never_reported(done.values()) if request.wait else []
        except KubeError as error:
            reached = Plan(tuple(step for step in plan.steps if not step.writes or step.key in done), (), plan.warnings)
            raise ApplySetError(str(error), progress_of(reached)) from None
        return result


def _is_stale(inventory: Inventory, plan: Plan) -> bool:
    """Whether the record differs from the set, as after a run that was killed, or after objects were deleted."""
    return _members(plan, inventory, {}) != inventory.members


@dataclass(frozen=True)
class _Run:
    """One application of one request."""

    client: KubeClient
    request: Request
    executor: Executor
    progress: Progress
    inventory: Inventory

    def plan(self, check_mode: bool) -> Plan:
        request = self.request
        discovery = self.client.discover()
        inventory = _as_served(self.inventory, discovery)
        if check_mode and request.seldon_expected:
            discovery = discovery.with_seldon()
        wanted, problems = resolve(request, discovery)
        _raise(problems)
        keys = [(item.resource, item.key) for item in wanted]
        wanted_keys = {item.key for item in wanted}
        keys += [(member.resource, key) for key, member in inventory.members.items() if key not in wanted_keys]
        namespaces = read_namespaces(self.client, self._namespaces_of(keys), self.executor)
        try:
            live = read_live(self.client, keys, namespaces, inventory.id, self.executor)
        except AccessDenied as error:
            raise ApplySetError("\n".join([str(error), *self._missing(needs_of_all(keys))])) from None
        titles = self._titles(other_sets(wanted, live, inventory))
        finished = finished_executions(self.client, wanted, live, inventory, namespaces)
        live = {key: obj for key, obj in live.items() if key not in finished}
        plan = make_plan(
            wanted,
            live,
            inventory,
            manager=request.field_manager,
            prune=request.prune,
            yielding=request.yielding,
            set_titles=titles,
            take_over=request.take_over,
        )
        _raise(plan.problems)
        plan = with_finished(plan, finished)
        plan = self._with_meanwhile(plan, discovery)
        foreseen = _members(plan, inventory, {})
        oversize = too_large(inventory, foreseen) if foreseen != inventory.members else ""
        _raise([oversize] if oversize else [])
        absent = self._absent_namespaces(wanted, namespaces)
        if not (check_mode and request.seldon_expected):
            _raise(f"namespace {name} does not exist. Create it first, or add it to the set" for name in sorted(absent))
        if request.validate:
            self._validate(plan, absent, seldon=not (check_mode and request.seldon_expected))
            plan = with_notation(self.client, plan, request.field_manager, self.executor)
        return plan

    def _with_meanwhile(self, plan: Plan, discovery: Discovery) -> Plan:
        """The plan with the objects that exist only during the writes; without them where nothing of their kinds is
        written. One that a killed run has left behind is used again and removed at the end.
        """
        if not plan.changed or not self.request.meanwhile:
            return plan
        meanwhile, problems = resolve(replace(self.request, given=self.request.meanwhile), discovery)
        _raise(problems)
        if not any(step.writes and step.resource == item.resource for step in plan.steps for item in meanwhile):
            return plan
        keys = {item.key for item in meanwhile}
        return replace(
            plan, steps=tuple(step for step in plan.steps if step.key not in keys), meanwhile=tuple(meanwhile)
        )

    def _titles(self, ids: set[str]) -> dict[str, str]:
        """The names of the sets with these ids: those of their inventories, as far as these can be read."""
        if not ids:
            return {}
        try:
            config_maps = self.client.list(CONFIG_MAP, None, f"{ID_LABEL} in ({','.join(sorted(ids))})")
        except Forbidden:
            config_maps = []
        titles = {set_id: f"{set_id}, whose inventory cannot be found" for set_id in ids}
        for config_map in config_maps:
            metadata = config_map["metadata"]
            name = metadata["name"].removeprefix(object_name(""))
            titles[metadata["labels"][ID_LABEL]] = (
                f'"{name}" (inventory: ConfigMap {metadata["namespace"]}/{metadata["name"]})'
            )
        return titles

    def _namespaces_of(self, keys: Iterable[tuple[Resource, ObjectKey]]) -> set[str]:
        """The namespaces of all objects, and the Namespaces that are themselves objects of the set."""
        names = {key.name if resource == NAMESPACE else key.namespace for resource, key in keys}
        return names - {""} | {self.request.inventory_namespace}

    def _absent_namespaces(self, wanted: Sequence[Wanted], existing: Mapping[str, KubeObject]) -> set[str]:
        """Namespaces that neither exist nor are in the set. Raises ApplySetError for one that is being deleted."""
        in_set = {item.key.name for item in wanted if item.resource == NAMESPACE}
        needed = {item.key.namespace for item in wanted} - {""}
        if wanted:
            needed |= {self.request.inventory_namespace}
        for name in sorted((needed - in_set) & existing.keys()):
            if existing[name]["metadata"].get("deletionTimestamp"):
                raise ApplySetError(
                    f"namespace {name} is being deleted: nothing can be created in it; {until_gone(name)}"
                )
        return needed - in_set - existing.keys()

    def _validate(self, plan: Plan, absent: set[str], *, seldon: bool) -> None:
        """Validates by dry-run. Left out: objects whose namespace or kind this set creates, and Seldon's kinds without
        ``seldon``. Raises ApplySetError with all problems and missing permissions.
        """
        new = {step.key.name for step in plan.steps if step.resource == NAMESPACE and step.action is Action.CREATE}
        kinds = {_defined_kind(step) for step in plan.steps if step.writes and step.intent}
        served = [
            step
            for step in plan.steps
            if (step.key.group, step.key.kind) not in kinds and (seldon or step.key.group != SELDON_GROUP)
        ]
        steps = [step for step in served if step.applies and step.key.namespace not in new | absent]
        failures = validate(self.client, steps, self.request.field_manager, self.executor)
        if self.request.inventory_namespace not in new | absent:
            early = [step for step in served if step.key.namespace in new]
            failures += rehearse(
                self.client, early, self.request.inventory_namespace, self.request.field_manager, self.executor
            )
        problems = [describe_failure(failure) for failure in failures if not _may_pass(failure, plan)]
        _raise([*problems, *self._missing(needs_of(plan, new | absent, self.request.inventory_namespace))])

    def _missing(self, needs: Sequence[Need]) -> list[str]:
        missing = missing_permissions(self.client, needs, self.executor)
        return [f"{words}: no permission to {', '.join(verbs)}; {NEXT_STEP}" for words, verbs in missing.items()]

    def carry_out(self, plan: Plan, done: dict[ObjectKey, Done], record: Record) -> None:
        """Carries out the plan. ``done`` gets each step when it is written, so that it is complete after an error too."""
        passing = Passing(self.client, plan.meanwhile, self.request.field_manager)
        try:
            problems = self._apply(plan, done, record, passing) or self._remove(plan, done, passing)
        except KubeError as error:
            problems = [str(error)]
        try:
            record.write({**_members(plan, self.inventory, done), **passing.members}.values())
        except KubeError as error:
            problems += [] if str(error) in problems else [str(error)]
        _raise(problems)

    def _apply(self, plan: Plan, done: dict[ObjectKey, Done], record: Record, passing: Passing) -> list[str]:
        applied = [step for step in plan.steps if step.applies]
        own = [s for s in applied if s.resource == NAMESPACE and s.key.name == self.request.inventory_namespace]
        phases = in_phases(step for step in applied if step not in own)
        for phase in [own] if own else []:
            problems = self._apply_phase(phase, done)
            if problems:
                return problems
        self._announce(plan, record, done, passing)
        passing.put()
        for phase in phases:
            problems = self._apply_phase(phase, done)
            passing.lift(plan.steps, done)
            if problems:
                return problems
        return []

    def _apply_phase(self, phase: Sequence[Step], done: dict[ObjectKey, Done]) -> list[str]:
        finished, failed = apply_phase(self.client, phase, self.request.field_manager, self.executor)
        done.update({entry.step.key: entry for entry in finished})
        waits_for = GATES if self.request.wait else (CUSTOM_RESOURCE_DEFINITION,)
        return [describe_failure(failure) for failure in failed] or self._wait(
            [self._target(step, done) for step in phase if step.resource in waits_for]
        )

    def _announce(self, plan: Plan, record: Record, done: Mapping[ObjectKey, Done], passing: Passing) -> None:
        """Records the objects before they are created, so that the next run knows them if this one is killed."""
        foreseen = {**_members(plan, self.inventory, done), **passing.members}
        if set(foreseen) - set(self.inventory.members):
            record.write({**self.inventory.members, **foreseen}.values())

    def _remove(self, plan: Plan, done: dict[ObjectKey, Done], passing: Passing) -> list[str]:
        """In reverse order. With ``wait`` each phase must be gone before the next one, since its finalizers need the objects of the next."""
        leaving = [step for step in plan.steps if step.gives_up]
        left_to_namespace = {step.key: Done(step, None, {}) for step in with_their_namespace(leaving)}
        for phase in in_phases((step for step in leaving if step.key not in left_to_namespace), backwards=True):
            finished, failed = apply_phase(self.client, phase, self.request.field_manager, self.executor)
            done.update({entry.step.key: entry for entry in finished})
            problems = [describe_failure(failure) for failure in failed]
            if self.request.wait and not problems:
                removed = [step for step in phase if step.action is Action.REMOVE]
                problems = self._wait([Target(step.resource, step.key, True, _uid(step)) for step in removed])
            passing.lift(plan.steps, done)
            if problems:
                return problems
        done.update(left_to_namespace)
        return []

    def wait_until_arrived(self, plan: Plan, done: Mapping[ObjectKey, Done], record: Record) -> None:
        """Waits until all objects are ready. Objects that were ready when they were read are skipped if nothing was written."""
        if not self.request.wait:
            return
        staying = (Action.KEEP, Action.FINISHED)
        arriving = [step for step in plan.steps if step.action not in staying and not step.gives_up]
        if not plan.changed:
            arriving = [step for step in arriving if self._unreported(step, done) or not _had_arrived(step)]
        sightings = Sightings({step.key: obj for step in arriving if (obj := _last_known(step, done))})
        problems = self._wait([self._target(step, done) for step in arriving], sightings)
        try:
            problems += self._record_ends(plan, done, record, sightings)
        except KubeError as error:
            problems.append(str(error))
        _raise(problems)

    def _target(self, step: Step, done: Mapping[ObjectKey, Done]) -> Target:
        return Target(step.resource, step.key, unreported=self._unreported(step, done))

    def _unreported(self, step: Step, done: Mapping[ObjectKey, Done]) -> KubeObject | None:
        return unreported(step, done.get(step.key), self.inventory.members.get(step.key))

    def _record_ends(
        self, plan: Plan, done: Mapping[ObjectKey, Done], record: Record, sightings: Sightings
    ) -> list[str]:
        """Records the executions that ended during the wait: the objects may be gone at the next run. Returns the
        failures that nobody has seen.
        """
        before = _members(plan, self.inventory, done)
        seen = with_seen(before, plan.steps, sightings.last)
        members, failures = with_unseen_ends(self.client, seen, sightings.last)
        if members != before:
            record.write(members.values())
        return failures

    def _wait(self, targets: Sequence[Target], sightings: Sightings | None = None) -> list[str]:
        timeout = self.request.wait_timeout
        operator = self.request.operator
        pending = wait_for(
            self.client,
            targets,
            self.executor,
            timeout=timeout,
            progress=self.progress,
            sightings=sightings,
            operator=operator,
        )
        if not pending:
            return []
        refused = read_refused_creations(self.client, {entry.target.key.namespace for entry in pending})
        return [describe_pending(pending, refused, timeout, operator), *self._ending(pending)]

    def _ending(self, pending: Sequence[Pending]) -> list[str]:
        """The next step for objects that do not go because their whole namespace is being deleted."""
        leaving = {entry.target.key.namespace or entry.target.key.name for entry in pending if entry.target.gone}
        namespaces = read_namespaces(self.client, leaving, self.executor)
        ending = sorted(name for name, obj in namespaces.items() if obj["metadata"].get("deletionTimestamp"))
        return [f"Namespace {name}: is being deleted; {until_gone(name)}" for name in ending]


def _as_served(inventory: Inventory, discovery: Discovery) -> Inventory:
    """The inventory with the members' kinds in a version that the server still serves."""
    members = {}
    for key, member in inventory.members.items():
        resource = discovery.current(member.resource)
        members[key] = member if resource == member.resource else replace(member, resource=resource)
    return replace(inventory, members=members)


def _uid(step: Step) -> str:
    return str(step.live["metadata"].get("uid", "")) if step.live else ""


def _last_known(step: Step, done: Mapping[ObjectKey, Done]) -> KubeObject | None:
    """The object as this run applied or read it."""
    finished = done.get(step.key)
    return finished.stored if finished else step.live


def _had_arrived(step: Step) -> bool:
    return not related(step.resource) and readiness(step.resource, step.live, {}).state is State.READY


def _defined_kind(step: Step) -> tuple[str, str]:
    """The group and kind that a CustomResourceDefinition defines."""
    if step.resource != CUSTOM_RESOURCE_DEFINITION or step.intent is None:
        return ("", "")
    return step.intent["spec"]["group"], step.intent["spec"]["names"]["kind"]


def _may_pass(failure: Failure, plan: Plan) -> bool:
    """Whether the dry-run was refused for something that this set is about to change."""
    if isinstance(failure.error, NotFound):
        return True
    quota_changes = any(
        step.writes and step.resource == RESOURCE_QUOTA and step.key.namespace == failure.step.key.namespace
        for step in plan.steps
    )
    return quota_changes and isinstance(failure.error, Forbidden) and "quota" in failure.error.message


def _members(plan: Plan, inventory: Inventory, done: Mapping[ObjectKey, Done]) -> dict[ObjectKey, Member]:
    """The record after the steps in ``done``. Objects that were not reached keep their old entry."""
    members: dict[ObjectKey, Member] = {}
    for step in plan.steps:
        recorded, finished = inventory.members.get(step.key), done.get(step.key)
        if finished is not None:
            if finished.stored is not None:
                uid = finished.stored["metadata"]["uid"]
                execution = _execution(step, finished.stored)
                awaits = awaited_version(step, finished, recorded)
                members[step.key] = Member(step.resource, step.key, uid, finished.settled, execution, awaits)
        elif step.live is not None and step.action is Action.UNCHANGED:
            uid = step.live["metadata"]["uid"]
            if recorded is None or recorded.uid != uid:
                recorded = replace(recorded or Member(step.resource, step.key), uid=uid)
            members[step.key] = replace(recorded, execution=_execution(step, step.live))
        elif recorded is not None and step.action is Action.FINISHED:
            members[step.key] = replace(recorded, execution=plan.executions[step.key])
        elif recorded is not None:
            if not (step.action is Action.KEEP and step.live is not None and is_another(recorded, step.live)):
                members[step.key] = recorded
        elif step.action is not Action.LEAVE and not step.gives_up:
            members[step.key] = Member(step.resource, step.key)
    return members


def _execution(step: Step, live: KubeObject) -> Execution | None:
    return None if step.intent is None else execution_of(step.resource, step.intent, live)


def _raise(problems: Iterable[str]) -> None:
    listed = list(problems)
    if listed:
        raise ApplySetError("\n".join(listed))
