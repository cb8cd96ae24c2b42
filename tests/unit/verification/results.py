# SPDX-License-Identifier: GPL-3.0-or-later
"""Good results of the modules of a verification, which a test can change."""

from __future__ import annotations

from typing import Any

from ansible_collections.ml_platform.seldon.plugins.plugin_utils._verification.part import Part

Json = dict[str, Any]
TEAM = "fraud-detection"
METRIC = {"state": "met", "value": 0, "unit": "findings", "target": "0", "evidence": [], "unknown": []}


def audit(*servers: Json, **changes: Any) -> Json:
    """A result of `tenant_audit` with one tenant, which has one good Server, or the given ones."""
    quota = [
        {"quota": "tenant-quota", "key": "requests.cpu", "used": "950m", "hard": "20", "percent": 5, "within": True}
    ]
    tenant = {
        "name": TEAM,
        "findings": {},
        "access": [],
        "network": [],
        "open_to_all": [],
        "servers": list(servers or (server(),)),
        "quota": quota,
        "benchmarks": [],
    }
    return {
        "version": 1,
        "verdict": "ok",
        "audited_at": "2027-01-31T12:00:00Z",
        "platform_namespace": "seldon-system",
        "metrics": {"cross_namespace_dependencies": dict(METRIC), "permission_errors": dict(METRIC)},
        "findings": [],
        "waived": [],
        "unreadable": [],
        "unknown_rules": [],
        "tenants": [{**tenant, "name": "", "servers": [], "quota": []}, tenant],
        "rules": [{"rule": "TA403", "severity": "high", "title": "t", "why": "w", "repair": "r"}],
        **changes,
    }


def finding(**changes: Any) -> Json:
    """One of the audit's."""
    found = {
        "rule": "TA403",
        "severity": "high",
        "title": "t",
        "tenant": TEAM,
        "object": f"ResourceQuota {TEAM}/tenant-quota",
    }
    return {**found, "field": ".spec.hard", "evidence": "e", "why": "w", "next_step": "n", **changes}


def server(**changes: Any) -> Json:
    """One of the audit's."""
    return {
        "name": "mlserver",
        "server_config": f"{TEAM}/mlserver-config",
        "verdict": "ok",
        "message": "",
        "next_step": "",
        "trace": [{"namespace": TEAM, "scope": "own", "outcome": "found", "detail": ""}],
        "operators": ["seldon-system/operator"],
        "agreement": "agrees",
        "arrived": "yes",
        "paths": [],
        **changes,
    }


def answer(**changes: Any) -> Json:
    """A result of `inference_check` in a loop."""
    return {
        "item": {"kind": "Experiment", "name": "ab"},
        "verdict": "ok",
        "requests": {"asked": 10, "sent": 10, "succeeded": 10},
        "failures": [],
        "latency": {"min_ms": 1.0, "p50_ms": 2.0, "p90_ms": 3.0, "p99_ms": 4.0, "max_ms": 5.0},
        "split": {
            "verdict": "as_weighted",
            "requests_needed": 10,
            "confidence": 0.999,
            "tolerance": 0.1,
            "candidates": [share()],
        },
        "notes": [],
        **changes,
    }


def share() -> Json:
    """The share of one candidate."""
    return {"name": "a", "weight": 80, "served": 2, "expected": 0.8, "observed": 0.2, "lower": 0.1, "upper": 0.3}


def checked(**changes: Any) -> Json:
    """A result of `tenant` in check mode."""
    line = {"quota": "tenant-quota", "key": "requests.cpu", "after": "1300m", "percent": 7}
    same = {"kind": "Namespace", "namespace": "", "name": TEAM, "action": "unchanged", "fields": []}
    return {"objects": [same], "capacity": {"quotas": [line]}, **changes}


def part(**changes: Any) -> Part:
    """A tenant without changes, which answers inference requests."""
    return Part(**{"tenant": TEAM, "checked": checked(), "asked": [answer()], **changes})
