# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Findings in order, the worst of them, and long lists in short."""

from __future__ import annotations

from collections.abc import Iterable

from .rule import Finding, Severity


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """The worst first; each only once."""
    return sorted(
        dict.fromkeys(findings),
        key=lambda finding: (
            finding.rule.severity.rank,
            finding.rule.id,
            finding.tenant,
            finding.object,
            finding.field,
            finding.evidence,
        ),
    )


def worst(findings: Iterable[Finding]) -> Severity | None:
    """The worst severity; None where there are no findings."""
    return min((finding.rule.severity for finding in findings), key=lambda severity: severity.rank, default=None)
