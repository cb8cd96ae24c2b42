# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An audit as data and as text. docs/audit.md describes the document; its shape is the same for one tenant and for many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from .audit import Audit
from .catalogue import RULES
from .finding import Finding, Severity
from .metrics import State
from .text import plain

VERSION = 1
"""Of the document; it grows when a key changes its meaning or goes away, not when one is added."""
_LINES = 12
_MARKS = {State.MET: "ok", State.MISSED: "NOT MET", State.UNKNOWN: "unknown"}


def as_data(audit: Audit) -> dict[str, Any]:
    """JSON-able; strings of others are plain text on one line, and have to be escaped like any other text where they are shown as HTML."""
    cleaned: dict[str, Any] = as_plain(_document(audit))
    return cleaned


def as_plain(value: Any) -> Any:
    """The same with every string as plain text on one line, keys too."""
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, dict):
        return {plain(str(key)): as_plain(entry) for key, entry in value.items()}
    return [as_plain(entry) for entry in value] if isinstance(value, list) else value


def _document(audit: Audit) -> dict[str, Any]:
    counts = Counter(finding.rule.severity for finding in audit.findings)
    return {
        "version": VERSION,
        "verdict": audit.verdict.value,
        "worst": audit.worst.value if audit.worst else None,
        "audited_at": audit.snapshot.now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "platform_namespace": audit.snapshot.platform,
        "counts": {severity.value: counts[severity] for severity in Severity},
        "metrics": {
            metric.name: {
                "state": metric.state.value,
                "value": metric.value,
                "unit": metric.unit,
                "target": metric.target,
                "evidence": list(metric.evidence),
                "unknown": list(metric.unknown),
            }
            for metric in audit.metrics
        },
        "findings": [finding_data(finding) for finding in audit.findings],
        "waived": [
            {**finding_data(finding), "reason": waiver.reason, "expires": waiver.expires.isoformat()}
            for finding, waiver in audit.waived
        ],
        "unreadable": [{"kind": kind, "reason": reason} for kind, reason in sorted(audit.unread.items())],
        "unknown_rules": [{"rule": rule, "kinds": list(kinds)} for rule, kinds in sorted(audit.unknown.items())],
        "tenants": _tenants(audit),
        "rules": [
            {
                "rule": rule.id,
                "severity": rule.severity.value,
                "title": rule.title,
                "why": rule.why,
                "repair": rule.repair,
            }
            for rule in RULES.values()
        ],
    }


def finding_data(finding: Finding) -> dict[str, Any]:
    """One entry of ``findings``."""
    rule = finding.rule
    return {
        "rule": rule.id,
        "severity": rule.severity.value,
        "title": rule.title,
        "tenant": finding.tenant,
        "object": finding.object,
        "field": finding.field,
        "evidence": finding.evidence,
        "why": rule.why,
        "next_step": finding.next_step,
    }


def _tenants(audit: Audit) -> list[dict[str, Any]]:
    """Also one with the empty name, for powers over all tenants."""
    access = _grouped(audit.holders)
    uses, flows, checks = (
        _grouped(audit.utilisation),
        {reach.tenant: reach for reach in audit.reach},
        _grouped(audit.checks),
    )
    found = []
    for name in ("", *audit.tenants):
        reach = flows.get(name)
        found.append(
            {
                "name": name,
                "findings": dict(
                    Counter(finding.rule.severity.value for finding in audit.findings if finding.tenant == name)
                ),
                "access": [
                    {
                        "power": one.power.value,
                        "subject": one.title,
                        "relation": one.relation.value,
                        "by": one.binding,
                        "example": str(one.question),
                    }
                    for one in access.get(name, ())
                ],
                "network": [
                    {
                        "from": flow.source,
                        "to": flow.destination,
                        "ports": list(flow.ports),
                        "unknown_ports": list(flow.unknown),
                    }
                    for flow in (reach.flows if reach else ())
                ],
                "open_to_all": list(reach.open_to_all) if reach else [],
                "quota": [
                    {
                        "quota": use.quota,
                        "key": use.key,
                        "used": use.used,
                        "hard": use.hard,
                        "percent": use.percent,
                        "within": use.within,
                    }
                    for use in uses.get(name, ())
                ],
                "benchmarks": [
                    {
                        "id": check.id,
                        "title": check.title,
                        "as_written": check.written.value,
                        "corrected": check.corrected.value,
                        "why": check.why,
                    }
                    for check in checks.get(name, ())
                ],
            }
        )
    return found


def _grouped(entries: Iterable[Any]) -> Mapping[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for entry in entries:
        found.setdefault(entry.tenant, []).append(entry)
    return found


def as_text(audit: Audit) -> str:
    """At most 30 lines for a person, without a newline at the end."""
    counts = Counter(finding.rule.severity for finding in audit.findings)
    said = ", ".join(f"{counts[severity]} {severity.value}" for severity in Severity if counts[severity]) or "none"
    lines = [
        f"{len(audit.tenants)} tenants audited, findings: {said}"
        + (f"; {len(audit.waived)} waived" if audit.waived else "")
    ]
    for metric in audit.metrics:
        value = "unknown" if metric.value is None else f"{metric.value} {metric.unit}"
        lines.append(
            f"  {metric.name.replace('_', ' '):32} {value:14} (target {metric.target})  {_MARKS[metric.state]}"
        )
    for finding in audit.findings[:_LINES]:
        field = f" {finding.field}" if finding.field else ""
        lines.append(f"{finding.rule.severity.value:8} {finding.rule.id} {finding.object}{field}: {finding.evidence}")
    if len(audit.findings) > _LINES:
        lines.append(f"  and {len(audit.findings) - _LINES} more")
    unread = sorted(audit.unread.items())
    for kind, reason in unread[:4]:
        lines.append(f"unknown  {kind} could not be read: {plain(reason)}")
    if len(unread) > 4:
        lines.append(f"  and {len(unread) - 4} more kinds; {len(audit.unknown)} rules could not be judged")
    return "\n".join([*lines, f"verdict: {audit.verdict.value}"])
