# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An assessment as plain data, for results and machines. Amounts are quantities as text."""

from __future__ import annotations

from typing import Any

from ..quota.finding import Finding
from ..quota.report import Fit, Line, Subjected
from .assess import Assessment


def as_data(assessment: Assessment) -> dict[str, Any]:
    """JSON-able; what is not known is None."""
    report = assessment.report
    return {
        "verdict": report.verdict.value,
        "quotas": [_line(line) for line in report.lines],
        "replicas": [_fit(fit) for fit in report.fits],
        "invalid": [_subjected(entry) for entry in report.invalid],
        "unknown": [{"subject": subject, "reason": reason} for subject, reason in report.unknown],
        "notes": [{"subject": subject, "note": note} for subject, note in report.notes],
        "lint": [_subjected(entry) for entry in assessment.lint],
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
        "subject": fit.subject,
        "replicas": fit.replicas,
        "replicas_at_max": fit.replicas_at_max,
        "largest": fit.largest,
        "first_refused": fit.first_refused,
    }


def _subjected(entry: Subjected) -> dict[str, Any]:
    return {"subject": entry.subject, **_finding(entry.finding)}


def _finding(finding: Finding) -> dict[str, str]:
    return {"field": finding.field, "message": finding.message, "repair": finding.repair}
