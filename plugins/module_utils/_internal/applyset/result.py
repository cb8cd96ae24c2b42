# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The result of a run. It has the same shape for one object and for many, with and without check mode."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from ..kube.errors import KubeError
from .arrival import State
from .compare import show_path
from .diff import without_secret_values
from .execute import Failure
from .operator import Operator, how_to_see
from .patience import Pending, first_cause
from .plan import Plan
from .refusal import refusal
from .refused_creations import RefusedCreation
from .step import Action, Step, difference


class ApplySetError(KubeError):
    """The set could not be applied; ``result`` is the result up to the error."""

    def __init__(self, message: str, result: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.result = result or {}


def result_of(plan: Plan) -> dict[str, Any]:
    """``changed``, ``differs``, one count per action, and one entry per object."""
    return progress_of(plan) | {"differs": plan.differs, "objects": [_entry(step) for step in plan.steps]}


def progress_of(plan: Plan) -> dict[str, Any]:
    """The same without the objects, for a failure: its message names the objects that matter."""
    counts = Counter(step.action.value for step in plan.steps)
    return {"changed": plan.changed, "counts": dict(counts), "warnings": list(plan.warnings)}


def _entry(step: Step) -> dict[str, Any]:
    return {
        "api_version": step.resource.api_version,
        "kind": step.key.kind,
        "namespace": step.key.namespace,
        "name": step.key.name,
        "action": step.action.value,
        "fields": [show_path(change.path) for change in step.changes if change.is_visible],
        "reason": _reason(step),
        "held": [
            {"field": entry.field, "owners": list(entry.owners), "allowed_by": entry.allowed_by} for entry in step.held
        ],
    }


def _reason(step: Step) -> str:
    if step.action is not Action.LEAVE or step.wanted is None:
        return step.reason
    return f"{step.reason}; {difference([entry.field for entry in step.differing])}"


def describe_failure(failure: Failure) -> str:
    """One line: the object, the server's message, the next step."""
    return f"{failure.step.title}: {without_secret_values(refusal(failure.error, failure.step), failure.step)}"


def describe_pending(
    pending: Iterable[Pending], refused: Iterable[RefusedCreation], timeout: float, operator: Operator | None = None
) -> str:
    """One line per object that is not ready, causes before effects, then the refusals that controllers met, and the
    operator if only it can go on.
    """
    entries = first_cause(list(pending))
    gave_up = entries[0].readiness.state is State.FAILED
    lines = [f"not ready{'' if gave_up else f' within {timeout:.0f} s'}: {entries[0]}"]
    lines += [f"  also {entry}" for entry in entries[1:]]
    # A refusal that an entry already quotes as its cause is not repeated.
    lines += [f"  refused: {entry}" for entry in refused if not any(entry.message in line for line in lines)]
    if any(entry.readiness.on_operator for entry in entries):
        lines.append(f"  {how_to_see(operator)}")
    return "\n".join(lines)
