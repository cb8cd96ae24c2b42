# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""All evidence of one cluster as one document, of which page, Markdown and summary are made. Strings are plain text on
one line, not escaped for anything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit.catalogue import (
    RULES as AUDIT_RULES,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit.finding import in_order
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit.measures import MEASURES
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit.report import (
    as_plain,
    finding_data,
    rule_data,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit.rule import Severity

from .answers import answer_data, unseen_answers
from .drift import drift_data, unseen_drift
from .part import Part, Unseen, failure_of
from .rules import RULES
from .servers import unseen_servers

VERSION = 1
"""It grows when a key changes its meaning or goes away, not when one is added."""
NEVER = "never"


def verification(
    cluster: str, now: str, audit: Mapping[str, Any], described: Sequence[Part], fail_on: str
) -> dict[str, Any]:
    """The document of ``cluster``, which is its name in the inventory. docs/verify.md describes it.

    ``audit`` is a result of ``tenant_audit``, which may have failed; ``described`` are the tenants of the inventory.
    ``now`` is UTC. ``fail_on`` is a severity, or ``never``.
    """
    parts = _parts(audit, described)
    found = [
        *audit.get("findings", ()),
        *map(
            finding_data, in_order(finding for rule in RULES.values() for part in parts for finding in rule.find(part))
        ),
    ]
    found.sort(key=lambda one: Severity(one["severity"]).rank)
    waived = list(audit.get("waived", ()))
    unseen = [
        *_unseen(audit),
        *(entry for part in parts for entry in unseen_servers(part)),
        *(entry for part in parts for entry in (*unseen_drift(part), *unseen_answers(part))),
    ]
    used = {one["rule"] for one in (*found, *waived)}
    rules = [*audit.get("rules", ()), *map(rule_data, RULES.values())]
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
        "tenants": _tenants(audit, parts, found),
        "rules": [rule for rule in rules if rule["rule"] in used],
    }
    cleaned: dict[str, Any] = as_plain(document)
    return cleaned


def _parts(audit: Mapping[str, Any], described: Sequence[Part]) -> list[Part]:
    """The tenants of audit and inventory by name, each with its Servers."""
    servers = {str(tenant["name"]): tenant["servers"] for tenant in audit.get("tenants", ())}
    parts = {part.tenant: part for part in described}
    return [
        replace(parts.get(name, Part(name)), servers=servers.get(name, ()))
        for name in sorted({*servers, *parts} - {""})
    ]


def _unseen(audit: Mapping[str, Any]) -> Iterable[Unseen]:
    if reason := failure_of(audit):
        yield Unseen("the audit", reason, (*AUDIT_RULES, *(rule.id for rule in RULES.values() if rule.kinds)))
    for entry in audit.get("unreadable", ()):
        kind = entry["kind"]
        lacking = [one["rule"] for one in audit.get("unknown_rules", ()) if kind in one["kinds"]]
        lacking += [rule.id for rule in RULES.values() if kind in (read.group_resource for read in rule.kinds)]
        yield Unseen(kind, entry["reason"], tuple(lacking))
    for name, metric in audit.get("metrics", {}).items():
        # Kinds are listed already; the rest that a metric lacks is a log, or a quota that is not counted.
        for line in metric["unknown"]:
            if not any(line.startswith(f"{entry['kind']}: ") for entry in audit["unreadable"]):
                yield Unseen(name.replace("_", " "), line)


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
    return [*reasons, _several(len(unseen), "thing", "that could not be checked")] if unseen else reasons


def _several(number: int, noun: str, rest: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'} {rest}"


def _unknown_metrics(reason: str) -> dict[str, Any]:
    lacking = {"state": "unknown", "value": None, "evidence": [], "unknown": [reason] if reason else []}
    return {name: {**lacking, "unit": unit, "target": target} for name, (unit, target) in MEASURES.items()}


def _tenants(
    audit: Mapping[str, Any], parts: Sequence[Part], found: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """In the order of ``parts``."""
    audited = {str(tenant["name"]): tenant for tenant in audit.get("tenants", ())}
    own: dict[str, list[Mapping[str, Any]]] = {}
    for finding in found:
        own.setdefault(finding["tenant"], []).append(finding)
    return [_tenant(audited.get(part.tenant, {}), part, own.get(part.tenant, ())) for part in parts]


def _tenant(audited: Mapping[str, Any], part: Part, found: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    counts = Counter(one["severity"] for one in found)
    unseen = [*unseen_drift(part), *unseen_answers(part), *unseen_servers(part)]
    return {
        "name": part.tenant,
        "verdict": _verdict(found, unseen if audited else [part]),
        "worst": found[0]["severity"] if found else None,
        "counts": {severity.value: counts[severity.value] for severity in Severity},
        "findings": len(found),
        "servers": list(part.servers),
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
