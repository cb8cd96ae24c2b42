# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""All evidence of one cluster as one document, of which page, Markdown and summary are made. Strings are plain text on one line, not escaped for anything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..audit.catalogue import RULES as AUDIT_RULES
from ..audit.finding import Finding, Severity, in_order
from ..audit.metrics import MEASURES
from ..audit.report import as_plain, finding_data
from .answers import answer_data, answer_findings, unseen_answers
from .drift import drift_data, drift_findings, unseen_drift
from .part import Part, Unseen, failure_of
from .rules import RULES, SERVER
from .servers import is_unknown, message_of, server_data, server_findings

VERSION = 1
"""It grows when a key changes its meaning or goes away, not when one is added."""
NEVER = "never"


def verification(
    cluster: str, now: str, audit: Mapping[str, Any], servers: Mapping[str, Any], parts: Sequence[Part], fail_on: str
) -> dict[str, Any]:
    """The document of ``cluster``, which is its name in the inventory. docs/verify.md describes it.

    ``audit`` and ``servers`` are results of ``tenant_audit`` and ``serverconfig_info``, which may have failed. ``now`` is UTC.
    ``fail_on`` is a severity, or ``never``.
    """
    known: dict[str, list[Mapping[str, Any]]] = {}
    for server in servers.get("servers") or ():
        known.setdefault(str(server["namespace"]), []).append(server)
    found = [*audit.get("findings", ()), *map(finding_data, in_order(_findings(known, parts)))]
    found.sort(key=lambda one: Severity(one["severity"]).rank)
    waived = list(audit.get("waived", ()))
    unseen = [
        *_unseen(audit, servers),
        *(entry for part in parts for entry in (*unseen_drift(part), *unseen_answers(part))),
    ]
    used = {one["rule"] for one in (*found, *waived)}
    rules = [*audit.get("rules", ()), *(_rule(rule.id) for rule in RULES.values())]
    counts = Counter(one["severity"] for one in found)
    document = {
        "version": VERSION,
        "cluster": cluster,
        "verified_at": audit.get("audited_at", now),
        "platform_namespace": audit.get("platform_namespace", ""),
        "verdict": _verdict(found, unseen),
        "worst": found[0]["severity"] if found else None,
        "counts": {severity.value: counts[severity.value] for severity in Severity},
        "fails": _fails(found, unseen, fail_on),
        "metrics": dict(audit["metrics"]) if "metrics" in audit else _unknown_metrics(failure_of(audit)),
        "unseen": [{"what": entry.what, "reason": entry.reason, "rules": list(entry.rules)} for entry in unseen],
        "findings": found,
        "waived": waived,
        "access": [power for tenant in audit.get("tenants", ()) if not tenant["name"] for power in tenant["access"]],
        "tenants": _tenants(audit, known, parts, found),
        "rules": [rule for rule in rules if rule["rule"] in used],
    }
    cleaned: dict[str, Any] = as_plain(document)
    return cleaned


def _findings(servers: Mapping[str, Sequence[Mapping[str, Any]]], parts: Iterable[Part]) -> Iterable[Finding]:
    for several in servers.values():
        for server in several:
            yield from server_findings(server)
    for part in parts:
        yield from drift_findings(part)
        yield from answer_findings(part)


def _rule(identifier: str) -> dict[str, Any]:
    rule = RULES[identifier]
    return {
        "rule": rule.id,
        "severity": rule.severity.value,
        "title": rule.title,
        "why": rule.why,
        "repair": rule.repair,
    }


def _unseen(audit: Mapping[str, Any], servers: Mapping[str, Any]) -> Iterable[Unseen]:
    if reason := failure_of(audit):
        yield Unseen("the audit", reason, tuple(AUDIT_RULES))
    lacking = audit.get("unknown_rules", ())
    for entry in audit.get("unreadable", ()):
        yield Unseen(
            entry["kind"], entry["reason"], tuple(rule["rule"] for rule in lacking if entry["kind"] in rule["kinds"])
        )
    for name, metric in audit.get("metrics", {}).items():
        # Kinds are named already; what else a metric lacks is a log, or a quota that is not counted.
        for line in metric["unknown"]:
            if not any(line.startswith(f"{entry['kind']}: ") for entry in audit["unreadable"]):
                yield Unseen(name.replace("_", " "), line)
    if reason := failure_of(servers):
        yield Unseen("how Servers come to their ServerConfigs", reason, (SERVER.id,))
    for server in servers.get("servers") or ():
        if is_unknown(server):
            yield Unseen(
                f"Server {server['namespace']}/{server['server']}",
                message_of(server) or "it could not be told",
                (SERVER.id,),
            )


def _verdict(found: Sequence[Any], unseen: Sequence[Any]) -> str:
    return "findings" if found else "unknown" if unseen else "ok"


def _fails(found: Sequence[Mapping[str, Any]], unseen: Sequence[Unseen], fail_on: str) -> list[str]:
    if fail_on == NEVER:
        return []
    counting = [severity.value for severity in Severity if severity.rank <= Severity(fail_on).rank]
    grave = sum(one["severity"] in counting for one in found)
    reasons = (
        [
            _several(
                grave, "finding", f"of severity {fail_on}" + (" or worse" if fail_on != Severity.CRITICAL.value else "")
            )
        ]
        if grave
        else []
    )
    return [*reasons, _several(len(unseen), "thing", "that could not be seen")] if unseen else reasons


def _several(number: int, noun: str, rest: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'} {rest}"


def _unknown_metrics(reason: str) -> dict[str, Any]:
    lacking = {"state": "unknown", "value": None, "evidence": [], "unknown": [reason] if reason else []}
    return {name: {**lacking, "unit": unit, "target": target} for name, (unit, target) in MEASURES.items()}


def _tenants(
    audit: Mapping[str, Any],
    servers: Mapping[str, Sequence[Mapping[str, Any]]],
    parts: Sequence[Part],
    found: Sequence[Mapping[str, Any]],
) -> list[dict[str, Any]]:
    """By name."""
    audited = {str(tenant["name"]): tenant for tenant in audit.get("tenants", ())}
    described = {part.tenant: part for part in parts}
    return [
        _tenant(
            name,
            audited.get(name, {}),
            servers.get(name, ()),
            described.get(name, Part(name)),
            [one for one in found if one["tenant"] == name],
        )
        for name in sorted({*audited, *described} - {""})
    ]


def _tenant(
    name: str,
    audited: Mapping[str, Any],
    servers: Sequence[Mapping[str, Any]],
    part: Part,
    found: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    counts = Counter(one["severity"] for one in found)
    unseen = [*unseen_drift(part), *unseen_answers(part), *filter(is_unknown, servers)]
    return {
        "name": name,
        "verdict": _verdict(found, unseen if audited else [part]),
        "worst": found[0]["severity"] if found else None,
        "counts": {severity.value: counts[severity.value] for severity in Severity},
        "findings": len(found),
        "servers": [server_data(server) for server in servers],
        "quota": [{**use, **_after(use, part)} for use in audited.get("quota", ())],
        **{key: list(audited.get(key, ())) for key in ("network", "open_to_all", "access", "benchmarks")},
        "inference": [answer_data(result) for result in part.asked],
        "drift": drift_data(part),
    }


def _after(use: Mapping[str, Any], part: Part) -> dict[str, Any]:
    """The use once everything that is described has come, where that is known."""
    for line in ((part.checked or {}).get("capacity") or {}).get("quotas") or ():
        if (line["quota"], line["key"]) == (use["quota"], use["key"]):
            return {"after": line["after"], "percent_after": line["percent"]}
    return {"after": None, "percent_after": None}
