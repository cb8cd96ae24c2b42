# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Does not create again what ran to its end and was then removed by Kubernetes.

Created again are: a changed spec, an execution that failed, one that somebody deleted before Kubernetes could have
removed it, and all of a namespace that was deleted and created again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from ..kube.types import KubeObject
from .execution import Execution, Outcome, content_of, execution_of, is_before, may_be_removed
from .inventory import Inventory
from .objects import ObjectKey
from .plan import Plan
from .step import Action, Step, Wanted

_AGAIN = "To run it again, change its name or its spec"
_COMPLETED = f"completed, and Kubernetes removed it after its end. {_AGAIN}"
_UNSEEN = f"no longer exists, and no run has seen whether it completed or failed. It is not created again. {_AGAIN}"


def ending(
    wanted: Sequence[Wanted], live: Mapping[ObjectKey, KubeObject], inventory: Inventory
) -> dict[ObjectKey, Execution]:
    """The completed executions of unchanged objects whose removal by Kubernetes has begun."""
    found = {}
    for item in wanted:
        obj, member = live.get(item.key), inventory.members.get(item.key)
        if obj is None or member is None or not obj["metadata"].get("deletionTimestamp"):
            continue
        execution = execution_of(item.resource, item.intent, obj)
        recorded = member.execution
        if execution and recorded and recorded.content == execution.content and execution.outcome is Outcome.COMPLETE:
            found[item.key] = execution
    return found


def ended(
    wanted: Sequence[Wanted],
    live: Mapping[ObjectKey, KubeObject],
    inventory: Inventory,
    namespaces: Mapping[str, KubeObject],
    now: datetime,
) -> dict[ObjectKey, Execution]:
    """The recorded executions of unchanged objects that Kubernetes can have removed after their end."""
    found = {}
    for item in wanted:
        member = inventory.members.get(item.key)
        execution = member.execution if member else None
        namespace = namespaces.get(item.key.namespace)
        if execution is None or namespace is None or item.key in live:
            continue
        if (
            execution.content == content_of(item.intent)
            and not is_before(execution, namespace)
            and may_be_removed(execution, now)
        ):
            found[item.key] = execution
    return found


def is_repeated(execution: Execution) -> bool:
    """Whether it failed, or was deleted before its end."""
    return execution.outcome in (Outcome.FAILED, Outcome.DELETED)


def with_finished(plan: Plan, executions: Mapping[ObjectKey, Execution]) -> Plan:
    """The plan that does not create these objects again."""
    steps, warnings, kept = [], [], {}
    for step in plan.steps:
        execution = executions.get(step.key)
        if step.action is Action.CREATE and execution:
            step, kept[step.key] = _finished(step, execution), execution
            warnings += [f"{step.key} {step.reason}"] if execution.outcome is Outcome.UNSEEN else []
        steps.append(step)
    return replace(plan, steps=tuple(steps), warnings=(*plan.warnings, *warnings), executions=kept)


def _finished(step: Step, execution: Execution) -> Step:
    reason = _COMPLETED if execution.outcome is Outcome.COMPLETE else _UNSEEN
    return replace(step, action=Action.FINISHED, reason=reason)
