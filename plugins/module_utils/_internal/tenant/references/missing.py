# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""References to objects that will not be there.

A Model or Pipeline that an Experiment or Pipeline is made of is an error: the run would end with an object that is not
ready. Any other object may still come, such as a Secret of another operator: that is a warning.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ...diagnosis.diagnostic import Diagnostic, Severity
from ...diagnosis.quoting import shown_name
from ...diagnosis.subject import Subject
from ...kube.resource import Resource
from ...kube.resources import EXPERIMENT, MODEL, PIPELINE
from .existing import Existing
from .given import Given
from .near import did_you_mean

_OTHER = {MODEL: PIPELINE, PIPELINE: MODEL}
_EXTERNAL = "spec.input."


@dataclass(frozen=True)
class Missing:
    """``errors`` prevent the run; ``warnings`` do not."""

    errors: tuple[Diagnostic, ...] = ()
    warnings: tuple[Diagnostic, ...] = ()


def wanted_kinds(given: Iterable[Given], planned: Existing, complete: Iterable[Resource]) -> list[Resource]:
    """The kinds whose live names decide something: those of references that the run itself does not fulfil."""
    known = set(complete)
    return sorted(
        {
            entry.reference.resource
            for entry in given
            if entry.reference.resource not in known and not planned.has(entry.reference.resource, entry.reference.name)
        }
    )


def missing(given: Iterable[Given], existing: Existing, tenant: str) -> Missing:
    """One diagnostic for each object that is missing, about the first object that names it; the others are in a detail."""
    users: dict[tuple[Resource, str, bool], list[Given]] = {}
    unread: dict[Resource, list[Given]] = {}
    for entry in given:
        _field, resource, name, _optional = entry.reference
        if existing.has(resource, name):
            continue
        if resource in existing.unread:
            unread.setdefault(resource, []).append(entry)
        else:
            users.setdefault((resource, name, _is_error(entry)), []).append(entry)
    errors: list[Diagnostic] = []
    warnings: list[Diagnostic] = []
    for (_resource, _name, is_error), entries in users.items():
        (errors if is_error else warnings).append(_missing(entries, existing, tenant, is_error))
    warnings += [_unread(resource, entries, existing.unread[resource]) for resource, entries in unread.items()]
    return Missing(tuple(errors), tuple(warnings))


def _is_error(entry: Given) -> bool:
    """Whether it is a member of an Experiment, or a step of a Pipeline."""
    is_member = entry.subject.kind in (EXPERIMENT.kind, PIPELINE.kind)
    return is_member and not entry.reference.field.startswith(_EXTERNAL)


def _missing(entries: list[Given], existing: Existing, tenant: str, is_error: bool) -> Diagnostic:
    first = entries[0]
    field, resource, name, _optional = first.reference
    where = f"in {tenant}" if resource.namespaced else "in the cluster"
    effect = "" if is_error else f": {first.effect}"
    message = f"{resource.kind} {shown_name(name)} ({field}) does not exist {where}{effect}"
    return Diagnostic(
        first.subject,
        message,
        field,
        details=_others(entries),
        next_steps=(_next_step(first, existing, tenant),),
        severity=Severity.ERROR if is_error else Severity.WARNING,
        code="reference_missing",
    )


def _others(entries: list[Given]) -> tuple[str, ...]:
    subjects = dict.fromkeys(str(entry.subject) for entry in entries[1:] if entry.subject != entries[0].subject)
    return (f"also named by {_few(list(subjects))}",) if subjects else ()


def _next_step(entry: Given, existing: Existing, tenant: str) -> str:
    _field, resource, name, _optional = entry.reference
    other = _OTHER.get(resource)
    if entry.subject.kind == EXPERIMENT.kind and other is not None and existing.has(other, name):
        kind = "pipeline" if other == PIPELINE else "model"
        return f"{other.kind} {shown_name(name)} exists: set spec.resourceType: {kind}"
    here = f"create it in {tenant}" if resource.namespaced else "ask the platform team for it"
    return did_you_mean(name, existing.names.get(resource, ()), f"correct the name, or {here}")


def _unread(resource: Resource, entries: list[Given], reason: str) -> Diagnostic:
    names = list(dict.fromkeys(shown_name(entry.reference.name) for entry in entries))
    subjects = list(dict.fromkeys(str(entry.subject) for entry in entries))
    message = f"whether {_few(names)} exists is not known, because the names could not be read: {reason}"
    details = (f"named by {_few(subjects)}",)
    step = f"grant the user of the run list on {resource.group_resource}, or ignore this"
    return Diagnostic(
        Subject(resource.kind),
        message,
        details=details,
        next_steps=(step,),
        severity=Severity.UNKNOWN,
        code="reference_unknown",
    )


def _few(names: list[str], limit: int = 3) -> str:
    more = f" and {len(names) - limit} more" if len(names) > limit else ""
    return ", ".join(names[:limit]) + more
