# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An assessment for people: a table with one gauge per key, and the problems that prevent the change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..diagnosis.diagnostic import Diagnostic
from ..diagnosis.quoting import escaped
from ..kube.resources import SERVER
from ..quota.report import Fit, Line, Report, Verdict
from .assess import Assessment
from .change import Change
from .data import as_data

CELLS = 10
_ORDER = (
    "requests.cpu",
    "requests.memory",
    "limits.cpu",
    "limits.memory",
    "persistentvolumeclaims",
    "requests.storage",
    "services.loadbalancers",
)
"""Of the rows; other keys follow."""


def problems_of(assessment: Assessment) -> list[str]:
    """Why the change cannot be: every key that would be exceeded, and what would be refused whatever is free."""
    report = assessment.report
    lines = [_exceeded(line) for line in report.lines if line.verdict is Verdict.EXCEEDS and line.touched]
    lines += map(_in_words, report.invalid)
    return lines + (_how_many_fit(report) if lines else [])


def notes_of(assessment: Assessment) -> list[str]:
    """Notes that do not stop the change."""
    report = assessment.report
    notes = [f"{unknown.subject}: {unknown.message}" for unknown in report.unknown]
    short = [
        line for line in report.lines if line.verdict is Verdict.FITS_NOW_NOT_AT_MAX and line.delta_at_max is not None
    ]
    notes += [f"{_name(line)}: fits now, but not if all Servers scale to their maximum" for line in short]
    notes += [f"{note.subject}: {note.message}" for note in report.notes]
    notes += map(_in_words, assessment.lint)
    return list(dict.fromkeys(notes))


def unresolved_of(change: Change) -> list[str]:
    """Why some Servers take nothing in the change: their reference leads to no ServerConfig."""
    problems = [reference.problem for reference in change.tenant.references if reference.problem is not None]
    return [f"{problem.subject}: {problem.message}" for problem in problems]


def as_text(assessment: Assessment, more: Sequence[str] = (), verdict: Verdict | None = None) -> list[str]:
    """The whole for a terminal; ``more``: further problems, ``verdict``: with these, where it is not the assessment's."""
    problems, notes = [*more, *problems_of(assessment)], notes_of(assessment)
    lines = table(as_data(assessment)["quotas"]) or ["no ResourceQuota limits this namespace"]
    lines += [f"verdict: {(verdict or assessment.report.verdict).value}"]
    return [*lines, *problems, *(f"note: {note}" for note in notes)]


def table(quotas: Sequence[Mapping[str, Any]]) -> list[str]:
    """Lines from the data of an assessment: ``requests.cpu  0.4 -> 2.1 of 20  ##........  11 %``."""
    shown = sorted(
        quotas,
        key=lambda entry: (
            entry["quota"],
            _ORDER.index(entry["key"]) if entry["key"] in _ORDER else len(_ORDER),
            entry["key"],
        ),
    )
    names = [str(escaped(entry["key"])) for entry in shown]
    uses = [f"{_use(entry['used'], entry['after'])} of {entry['hard']}" for entry in shown]
    wide, wider = max(map(len, names), default=0), max(map(len, uses), default=0)
    return [
        f"{name:<{wide}}  {use:<{wider}}  {gauge(entry['percent'])}"
        for name, use, entry in zip(names, uses, shown, strict=True)
    ]


def gauge(percent: int | None) -> str:
    """Ten cells and a number; a question mark where it is not known."""
    if percent is None:
        return "?"
    filled = min(max(-(-percent * CELLS // 100), 0), CELLS)
    return f"{'█' * filled}{'░' * (CELLS - filled)} {percent:>3} %"


def _exceeded(line: Line) -> str:
    used = "?" if line.used is None else line.text(line.used)
    over = line.used + line.peak - line.hard if line.used is not None else line.peak
    return (
        f"{_name(line)}: {used} of {line.text(line.hard)} are in use, and this asks for {line.text(line.peak)} more: "
        f"{line.text(over)} too much"
    )


def _how_many_fit(report: Report) -> list[str]:
    """The next step: the number of replicas that fit. The platform's own workloads are named only if every Server fits."""
    short = [fit for fit in report.fits if fit.largest is not None and fit.largest < fit.replicas]
    servers = [fit for fit in short if fit.subject.kind == SERVER.kind]
    lines = [f"  {escaped(str(fit.subject))}: {_share(fit)} beside the rest" for fit in servers or short]
    return [*lines, "  ask for less (replicas, requests), or have the platform team raise the quota"]


def _share(fit: Fit) -> str:
    if fit.largest:
        return f"{fit.largest} of its {fit.replicas} replicas fit"
    return "its replica does not fit" if fit.replicas == 1 else f"none of its {fit.replicas} replicas fits"


def _name(line: Line) -> str:
    return f"ResourceQuota {escaped(line.quota)}, {escaped(line.key)}"


def _in_words(diagnostic: Diagnostic) -> str:
    repair = f"; {diagnostic.next_step}" if diagnostic.next_step else ""
    return f"{diagnostic.subject}: {diagnostic.field} {diagnostic.message}{repair}"


def _use(used: str | None, after: str | None) -> str:
    if used is None or after is None:
        return "?"
    return after if used == after else f"{used} → {after}"
