# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The ends of executions whose objects may be gone before a run reads them again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from ..kube.client import KubeClient
from ..kube.errors import KubeError, NotFound
from ..kube.types import KubeObject
from .execution import Execution, Outcome, execution_of
from .finished import ended, ending, is_repeated
from .inventory import Inventory, Member
from .job_events import read_ends
from .objects import ObjectKey
from .step import Step, Wanted


def finished_executions(
    client: KubeClient,
    wanted: Sequence[Wanted],
    live: Mapping[ObjectKey, KubeObject],
    inventory: Inventory,
    namespaces: Mapping[str, KubeObject],
) -> dict[ObjectKey, Execution]:
    """The executions that are not repeated, by the objects that are gone or that Kubernetes is removing."""
    going = ending(wanted, live, inventory)
    gone = with_outcomes(client, ended(wanted, live, inventory, namespaces, datetime.now(UTC)), inventory.members)
    return {key: entry for key, entry in {**gone, **going}.items() if not is_repeated(entry)}


def with_outcomes(
    client: KubeClient, executions: Mapping[ObjectKey, Execution], members: Mapping[ObjectKey, Member]
) -> dict[ObjectKey, Execution]:
    """The executions, with the outcome that events report for those whose end no run has seen."""
    unseen = {key: members[key].uid for key, entry in executions.items() if entry.outcome is Outcome.UNSEEN}
    ends = read_ends(client, {uid: key.namespace for key, uid in unseen.items()})
    outcomes = {key: ends[uid].outcome for key, uid in unseen.items()}
    return {key: replace(entry, outcome=outcomes.get(key, entry.outcome)) for key, entry in executions.items()}


def with_seen(
    members: Mapping[ObjectKey, Member], steps: Iterable[Step], last: Mapping[ObjectKey, KubeObject]
) -> dict[ObjectKey, Member]:
    """The members with the executions that a wait has seen; ``last`` is the last state of each object."""
    seen = dict(members)
    for step in steps:
        member, obj = members.get(step.key), last.get(step.key)
        if member and member.execution and obj and step.intent:
            seen[step.key] = replace(member, execution=execution_of(step.resource, step.intent, obj))
    return seen


def with_unseen_ends(
    client: KubeClient, members: Mapping[ObjectKey, Member], keys: Iterable[ObjectKey]
) -> tuple[dict[ObjectKey, Member], list[str]]:
    """(the members, the failures), from the events of those of ``keys`` that are gone before their end was seen."""
    gone = {
        key: member.uid
        for key in keys
        if (member := members.get(key))
        and member.execution
        and member.execution.outcome is Outcome.UNSEEN
        and _is_gone(client, member)
    }
    ends = read_ends(client, {uid: key.namespace for key, uid in gone.items()})
    ended, failures = dict(members), []
    for key, uid in gone.items():
        member, end = members[key], ends[uid]
        if member.execution and end.outcome in (Outcome.COMPLETE, Outcome.FAILED):
            ended[key] = replace(member, execution=replace(member.execution, outcome=end.outcome))
        if end.outcome is Outcome.FAILED:
            failures.append(f"{key} failed and was removed after its end: {end.text}. The next run creates it again")
    return ended, failures


def _is_gone(client: KubeClient, member: Member) -> bool:
    try:
        client.get(member.resource, member.key.namespace, member.key.name)
    except NotFound:
        return True
    except KubeError:
        return False  # unknown: the next run reads it again
    return False
