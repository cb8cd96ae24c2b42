# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An assessment as plain data, for results and machines. Amounts are quantities as text."""

from __future__ import annotations

from typing import Any

from ..diagnosis.diagnostic import Diagnostic
from ..quota.report import Fit, Line
from .assess import Assessment


def as_data(assessment: Assessment) -> dict[str, Any]:
    """The assessment as JSON values; None is unknown."""
    report = assessment.report
    return {
        "verdict": report.verdict.value,
        "quotas": [_line(line) for line in report.lines],
        "replicas": [_fit(fit) for fit in report.fits],
        "invalid": [_diagnostic(diagnostic) for diagnostic in report.invalid],
        "unknown": [{"subject": str(unknown.subject), "reason": unknown.message} for unknown in report.unknown],
        "notes": [{"subject": str(note.subject), "note": note.message} for note in report.notes],
        "lint": [_diagnostic(diagnostic) for diagnostic in assessment.lint],
    }


def _line(line: Line) -> dict[str, Any]:
    def text(amount: Any) -> str | None:
        return None if amount is None else line.text(amount)

    return {
        "quota": line.quota,
        "key": line.key,
        "hard": line.text(line.hard),
        "used": text(line.used),
        "delta": line.text(line.delta),
        "delta_at_max": text(line.delta_at_max),
        "after": text(line.after),
        "peak": text(None if line.used is None else line.used + max(line.peak, line.delta)),
        "headroom": text(line.headroom),
        "percent": percent(line),
        "verdict": line.verdict.value,
        "note": line.note,
    }


def percent(line: Line) -> int | None:
    """Use after the change, rounded up; None when not known, or nothing is allowed at all."""
    if line.after is None or line.hard <= 0:
        return None
    return -int(-(line.after * 100) // line.hard)


def _fit(fit: Fit) -> dict[str, Any]:
    return {
        "subject": str(fit.subject),
        "replicas": fit.replicas,
        "replicas_at_max": fit.replicas_at_max,
        "largest": fit.largest,
        "first_refused": fit.first_refused,
    }


def _diagnostic(diagnostic: Diagnostic) -> dict[str, str]:
    return {
        "subject": str(diagnostic.subject),
        "field": diagnostic.field,
        "message": diagnostic.message,
        "repair": diagnostic.next_step,
    }
