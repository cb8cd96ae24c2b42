# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An audit as data and as text. docs/audit.md describes the document; its shape is the same for one tenant and for
many.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from .audit import Audit
from .benchmarks import Check
from .catalogue import RULES
from .holders import Holder
from .metrics import State, Use
from .reach import Reach
from .rule import Finding, Rule, Severity
from .server_configs import server_data
from .text import one_line

VERSION = 1
"""Of the document; it grows when a key changes its meaning or goes away, not when one is added."""
_LINES = 12
_MARKS = {State.MET: "ok", State.MISSED: "NOT MET", State.UNKNOWN: "unknown"}


def as_data(audit: Audit) -> dict[str, Any]:
    """JSON-able; strings of others are plain text on one line, and have to be escaped like any other text where they
    are shown as HTML.
    """
    cleaned: dict[str, Any] = as_plain(_document(audit))
    return cleaned


def as_plain(value: Any) -> Any:
    """The same with every string as plain text on one line, keys too."""
    if isinstance(value, str):
        return one_line(value)
    if isinstance(value, dict):
        return {one_line(str(key)): as_plain(entry) for key, entry in value.items()}
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
        "rules": list(map(rule_data, RULES.values())),
    }


def rule_data(rule: Rule[Any]) -> dict[str, Any]:
    """One entry of ``rules``."""
    return {
        "rule": rule.id,
        "severity": rule.severity.value,
        "title": rule.title,
        "why": rule.why,
        "repair": rule.repair,
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
    findings, access, uses = _grouped(audit.findings), _grouped(audit.holders), _grouped(audit.utilisation)
    checks, reaches = _grouped(audit.checks), {reach.tenant: reach for reach in audit.reach}
    servers = _grouped(audit.resolutions, "namespace")
    return [
        {
            "name": name,
            "findings": dict(Counter(finding.rule.severity.value for finding in findings.get(name, ()))),
            "access": list(map(_holder, access.get(name, ()))),
            **_reach(reaches.get(name)),
            "servers": list(map(server_data, servers.get(name, ()))),
            "quota": list(map(_use, uses.get(name, ()))),
            "benchmarks": list(map(_check, checks.get(name, ()))),
        }
        for name in ("", *audit.tenants)
    ]


def _grouped(entries: Iterable[Any], by: str = "tenant") -> Mapping[str, list[Any]]:
    grouped: dict[str, list[Any]] = {}
    for entry in entries:
        grouped.setdefault(getattr(entry, by), []).append(entry)
    return grouped


def _holder(holder: Holder) -> dict[str, Any]:
    return {
        "power": holder.power.value,
        "subject": holder.title,
        "relation": holder.relation.value,
        "by": holder.binding,
        "example": str(holder.question),
    }


def _reach(reach: Reach | None) -> dict[str, Any]:
    flows = [
        {
            "from": flow.source,
            "to": flow.destination,
            "ports": list(flow.ports),
            "unknown_ports": list(flow.unknown),
        }
        for flow in (reach.flows if reach else ())
    ]
    return {"network": flows, "open_to_all": list(reach.open_to_all) if reach else []}


def _use(use: Use) -> dict[str, Any]:
    return {
        "quota": use.quota,
        "key": use.key,
        "used": use.used,
        "hard": use.hard,
        "percent": use.percent,
        "within": use.within,
    }


def _check(check: Check) -> dict[str, Any]:
    return {
        "id": check.id,
        "title": check.title,
        "as_written": check.written.value,
        "corrected": check.corrected.value,
        "why": check.why,
        "by_design": check.by_design,
    }


def as_text(audit: Audit) -> str:
    """At most 30 lines for a person, without a newline at the end."""
    counts = Counter(finding.rule.severity for finding in audit.findings)
    numbers = ", ".join(f"{counts[severity]} {severity.value}" for severity in Severity if counts[severity]) or "none"
    lines = [
        f"{len(audit.tenants)} tenants audited, findings: {numbers}"
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
        lines.append(f"unknown  {kind} could not be read: {one_line(reason)}")
    if len(unread) > 4:
        lines.append(f"  and {len(unread) - 4} more kinds; {len(audit.unknown)} rules could not be judged")
    return "\n".join([*lines, f"verdict: {audit.verdict.value}"])
