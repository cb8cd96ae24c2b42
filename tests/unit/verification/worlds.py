# SPDX-License-Identifier: GPL-3.0-or-later
"""Verifications of any number of tenants, the same each time: most are good, some have the problems of real clusters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Any

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit.catalogue import (
    RULES as AUDIT_RULES,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit.report import rule_data
from ansible_collections.ml_platform.seldon.plugins.plugin_utils._verification.rules import RULES as OTHER_RULES

RULES = {**AUDIT_RULES, **OTHER_RULES}
Part = dict[str, Any]

PLATFORM = "seldon-system"
SEVERITIES = ("critical", "high", "medium", "low", "info")
HOSTILE = (
    "<script>alert(1)</script>",
    "\"onmouseover='alert(1)'",
    "</style></title></svg><img src=x onerror=alert(1)>",
    "[press](javascript:alert(1)) ![x](http://evil.example/x.png)",
    "@org/team #1 GH-2 www.evil.example a@b.example",
    "{{ lookup('pipe', 'id') }} | `code` | <!-- --> | \\| ``",
    "\u202egnp.exe\u2066 \x00\x1b[31m \u200b\ud800",
    "صالح مريح & co",
)
_TEAMS = ("fraud-detection", "recommendation-engine", "credit-risk", "pricing", "search-ranking", "churn", "claims-triage", "forecasting", "ad-bidding", "kyc-documents", "routing", "vision-qa")  # fmt: skip
_KEYS = (("limits.cpu", "40", "{}", 40), ("limits.memory", "80Gi", "{}Gi", 80), ("persistentvolumeclaims", "10", "{}", 10),
         ("requests.cpu", "20", "{}", 20), ("requests.memory", "40Gi", "{}Gi", 40), ("services.loadbalancers", "2", "{}", 2))  # fmt: skip
_BENCHMARKS = (
    ("MTB-PL1-CC-CPI-1", "block cluster resources", "pass", "pass", "nobody of the tenant may"),
    ("MTB-PL1-BC-CPI-2", "block changes of the platform's objects", "pass", "pass", "nobody of the tenant may"),
    ("MTB-PL1-CC-TI-1", "block changes of quotas", "pass", "pass", "nobody of the tenant may"),
    ("MTB-PL1-CC-TI-2", "block other tenants' resources", "pass", "pass", "nobody of another tenant has a permission here"),
    ("MTB-PL2-BC-OPS-4", "the team makes network policies", "fail", "fail", "Group {name}-analysts may get networkpolicies, Group {name}-engineers may get networkpolicies"),
    ("MTB-PL1-BC-HI-2", "block NodePort services", "pass", "pass", "nobody of the tenant may"),
    ("MTB-PL1-BC-CPI-4", "require a user who is not root", "error", "fail", "baseline:v1.34 allows it"),
    ("MTB-PL1-BC-CPI-5", "block privileged containers", "error", "pass", 'violates PodSecurity "baseline:v1.34": privileged (container "one" must not set securityContext.privileged=true)'),
    ("MTB-PL1-BC-HI-3", "block the host's network", "error", "pass", 'violates PodSecurity "baseline:v1.34": host namespaces (hostNetwork=true)'),
    ("MTB-PL1-CC-DI-1", "always pull images", "error", "unknown", "whether the API server runs the admission plugin AlwaysPullImages cannot be read from it"),
    ("MTB-PL1-CC-FNS-1", "quotas of compute", "fail", "fail", "no quota of ephemeral-storage"),
)  # fmt: skip
_BY_DESIGN = {
    "MTB-PL2-BC-OPS-4": "network policies are guard-rails",
    "MTB-PL1-BC-CPI-4": "level baseline allows it",
    "MTB-PL1-CC-FNS-1": "the default quota has no such keys",
}
"""Why those fail without being findings."""
_FAULTS = (
    ("TA203", "NetworkPolicy {name}/let-partners-in", "spec.ingress[0].from[0]", "the rule is for the namespaces {other}", ""),
    ("TA112", "RoleBinding {name}/extra", "subjects", "Group {name}-leads may read Secrets in {name}, by RoleBinding {name}/extra; for one, it may list secrets in {name}", ""),
    ("TA403", "ResourceQuota {name}/tenant-quota", ".spec.hard.requests.cpu", 'written by "kubectl-edit" at 2027-01-30T22:41:07Z', ""),
    ("TA405", "NetworkPolicy {name}/let-partners-in", "metadata.name", 'written by "kubectl-create"', "move it into the tenant's variables, or: kubectl delete networkpolicies let-partners-in -n {name}"),
    ("TA702", "ResourceQuota {name}/tenant-quota", "status.used.requests.memory", "39Gi of 40Gi requests.memory are used", ""),
    ("TA801", "ServerConfig {name}/mlserver-config", "spec.podSpec.containers[mlserver].env[ENDPOINT]", "names seldon-mesh.{other}", ""),
    ("TA302", "Namespace {name}", "metadata.labels.pod-security.kubernetes.io/enforce-version", "enforces baseline:latest", ""),
    ("TA504", "PersistentVolumeClaim {name}/mlserver-models-old-0", "", "is used by no pod and belongs to no StatefulSet", ""),
    ("TA508", "ServiceAccount {name}/notebook", "", "no RoleBinding of the namespace names it, and no pod runs as it", ""),
    ("TA602", "Model {name}/fraud-v1-baseline", "status.conditions", "Ready is False; ModelFailed", ""),
)  # fmt: skip


_SEEN = (
    (
        "TV101",
        "Server {name}/mlserver-gpu",
        "spec.serverConfig",
        'ServerConfig "mlserver-confg" does not exist',
        'name "mlserver-config"',
    ),
    (
        "TV201",
        "Model {name}/fraud-v3-shadow",
        "",
        "0 of 20 answers were as expected. 1 times: HTTP 404: model not found",
        "",
    ),
    (
        "TV202",
        "Experiment {name}/fraud-ab-test-experiment",
        "spec.candidates",
        "fraud-v1-baseline 85.2% instead of 80.0%",
        "",
    ),
    ("TV301", "ResourceQuota {name}/tenant-quota", "", "a run would have it updated: spec.hard.requests.cpu", ""),
    ("TV301", "NetworkPolicy {name}/tenant-dns", "", "a run would have it created", ""),
)
"""Findings about Servers, answers and drift of bad tenants."""


def names(count: int) -> Iterator[str]:
    """Tenants' names."""
    for number in range(count):
        yield _TEAMS[number % len(_TEAMS)] + (f"-{number // len(_TEAMS) + 1}" if number >= len(_TEAMS) else "")


def world(count: int, is_hostile: bool = False, is_clean: bool = False) -> Part:
    """A verification of ``count`` tenants. ``is_clean``: without problems. ``is_hostile``: with hostile names and
    messages.
    """
    random = Random(count)
    all_names = list(names(count))
    if is_hostile:
        all_names[: len(HOSTILE)] = HOSTILE[:count]
    findings, tenants = [], []
    for number, name in enumerate(all_names):
        other = all_names[(number + 1) % count] if count > 1 else "recommendation-engine"
        is_bad = not is_clean and (number % 9 == 1 or count < 4 and number == 0)
        found = _findings(random, name, other) if is_bad else []
        findings += found
        tenants.append(_tenant(random, number, name, other, found, is_bad, is_clean))
    if not is_clean:
        findings.append(
            _finding(
                "TA122",
                "",
                "ClusterRole seldon-edit",
                "metadata.labels",
                "has permissions for mlops.seldon.io and the label rbac.authorization.k8s.io/aggregate-to-edit",
            )
        )
    findings.sort(key=lambda finding: (SEVERITIES.index(finding["severity"]), finding["rule"], finding["tenant"]))
    if is_hostile:
        for finding, text in zip(findings, HOSTILE * 9):
            finding.update(
                object=text, field=text, evidence=text, next_step=f"run: kubectl {text}", title=text, why=text
            )
    waived = [] if is_clean else [{**_finding("TA113", all_names[-1], f"RoleBinding {all_names[-1]}/debug", "subjects", "Group engineers may run commands in pods"),
                                   "reason": "the team looks for a memory leak, ticket 4711", "expires": "2027-03-31"}]  # fmt: skip
    unseen = [] if is_clean else [
        {"what": "secrets", "reason": 'secrets is forbidden: User "auditor" cannot list resource "secrets" in API group "" at the cluster scope', "rules": ["TA805"]},
        {"what": f"inference of {all_names[-1]}", "reason": "no way to the mesh: port 9000 was refused", "rules": []},
    ]  # fmt: skip
    counts = _counts(findings)
    return {
        "version": 1,
        "cluster": PLATFORM,
        "verified_at": "2027-01-31T12:00:00Z",
        "platform_namespace": PLATFORM,
        "verdict": "findings" if findings else "unknown" if unseen else "ok",
        "worst": findings[0]["severity"] if findings else None,
        "counts": counts,
        "fails": [
            f"{counts['critical'] + counts['high']} findings of severity high or worse",
            "2 parts that could not be checked",
        ]
        if findings
        else [],
        "metrics": _metrics(findings, is_clean, all_names),
        "unseen": unseen,
        "findings": findings,
        "waived": waived,
        "access": [],
        "tenants": tenants,
        "rules": [rule_data(RULES[rule]) for rule in sorted({finding["rule"] for finding in findings + waived})],
    }


def _finding(rule: str, tenant: str, obj: str, field: str, evidence: str, next_step: str = "") -> Part:
    known = RULES[rule]
    return {"rule": rule, "severity": known.severity.value, "title": known.title, "tenant": tenant, "object": obj, "field": field, "evidence": evidence, "why": known.why, "next_step": next_step or known.repair}  # fmt: skip


def _findings(random: Random, name: str, other: str) -> list[Part]:
    chosen = random.sample(_FAULTS[3:], random.randrange(1, 5)) + (list(_FAULTS[:3]) if random.random() < 0.5 else [])
    return [
        _finding(rule, name, *(text.replace("{name}", name).replace("{other}", other) for text in texts))
        for rule, *texts in (*chosen, *_SEEN)
    ]


def _counts(findings: list[Part]) -> dict[str, int]:
    found = Counter(finding["severity"] for finding in findings)
    return {name: found[name] for name in SEVERITIES}


def _metrics(findings: list[Part], is_clean: bool, all_names: list[str]) -> Part:
    crossing = [
        f"{one['rule']} {one['object']} {one['field']}: {one['evidence']}" for one in findings if one["rule"] == "TA801"
    ]

    def metric(state: str, value: int | None, unit: str, target: str, evidence: list[str], unknown: list[str]) -> Part:
        return {
            "state": state,
            "value": value,
            "unit": unit,
            "target": target,
            "evidence": evidence,
            "unknown": unknown,
        }

    return {
        "cross_namespace_dependencies": metric("missed" if crossing else "met", len(crossing), "findings", "0", crossing, []),
        "models_in_team_namespaces": metric("met", 100, "percent", "100", [f"{2 * len(all_names)} of {2 * len(all_names)} Models are in namespaces of tenants"], []),
        "permission_errors": metric("met", 0, "findings", "0", [], []) if is_clean else metric("unknown", None, "findings", "0", [], ["an operator's log reports a missing permission: log of seldon-system/operator-0: refused"]),
        "highest_quota_utilisation": metric("met" if is_clean else "missed", 74 if is_clean else 105, "percent", "at most 100", [f"{all_names[0]} requests.cpu: 21 of 20"], []),
    }  # fmt: skip


def _tenant(
    random: Random, number: int, name: str, other: str, found: list[Part], is_bad: bool, is_clean: bool
) -> Part:
    verdict = "findings" if found else "unknown" if not is_clean and number % 11 == 5 else "ok"
    return {
        "name": name,
        "verdict": verdict,
        "worst": min((one["severity"] for one in found), key=SEVERITIES.index, default=None),
        "counts": _counts(found),
        "findings": len(found),
        "servers": _servers(name, is_bad, verdict),
        "quota": _quota(random, is_bad),
        "network": _network(name, other, is_bad and any(one["rule"] == "TA203" for one in found)),
        "open_to_all": [f"{name}/notebook-0"] if is_bad and number % 4 == 1 else [],
        "access": _access(name, is_bad),
        "benchmarks": [
            {
                "id": identifier,
                "title": title,
                "as_written": written,
                "corrected": "fail" if is_bad and identifier.endswith("HI-2") else corrected,
                "why": why.replace("{name}", name),
                "by_design": _BY_DESIGN.get(identifier, ""),
            }
            for identifier, title, written, corrected, why in _BENCHMARKS
        ],
        "inference": _inference(random, is_bad, verdict),
        "drift": _drift(name, is_bad, verdict),
    }


def _servers(name: str, is_bad: bool, verdict: str) -> list[Part]:
    operator = [f"{PLATFORM}/seldon-v2-controller-manager-{name}"]
    own = {"namespace": name, "scope": "own", "outcome": "found", "detail": ""}
    good = {"name": "mlserver", "server_config": "mlserver-config", "verdict": "ok" if verdict != "unknown" else "unknown", "message": "" if verdict != "unknown" else "the operator's Deployment could not be read",
            "next_step": "", "trace": [own], "operators": operator, "agreement": "agrees" if verdict != "unknown" else "unknown", "arrived": "yes", "paths": []}  # fmt: skip
    if not is_bad:
        return [good]
    absent = [
        {"namespace": name, "scope": "own", "outcome": "absent", "detail": 'did you mean "mlserver-config"?'},
        {"namespace": PLATFORM, "scope": "platform", "outcome": "absent", "detail": ""},
    ]
    late = {**good, "name": "triton", "server_config": "triton", "trace": [{**absent[0], "detail": ""}, {"namespace": PLATFORM, "scope": "platform", "outcome": "found", "detail": ""}],
            "agreement": "differs", "arrived": "no", "paths": ["template.spec.containers[triton].image"]}  # fmt: skip
    return [good, {**good, "name": "mlserver-gpu", "server_config": "mlserver-confg", "verdict": "error", "message": 'ServerConfig "mlserver-confg" does not exist', "next_step": 'name "mlserver-config"', "trace": absent, "agreement": "unknown", "arrived": "absent"}, late]  # fmt: skip


def _quota(random: Random, is_bad: bool) -> list[Part]:
    lines = []
    for key, hard, form, most in _KEYS:
        used = random.randrange(most * 3 // 4 + 1) if key != "services.loadbalancers" else 0
        used = most + 1 if is_bad and key == "requests.cpu" else used
        after = min(most, used + most // 8) if is_bad else None
        lines.append({"quota": "tenant-quota", "key": key, "used": form.format(used), "hard": hard, "percent": -(-100 * used // most), "within": used <= most,
                      "after": None if after is None else form.format(after), "percent_after": None if after is None else 100 * after // most})  # fmt: skip
    return lines


def _network(name: str, other: str, is_reached: bool) -> list[Part]:
    envoy, server, scheduler = (
        f"{name}/{pod}" for pod in ("seldon-envoy-76975bfbdd-mb8fh", "mlserver-0", "seldon-scheduler-0")
    )
    found = [(envoy, server, [9001, 9501], []), (server, envoy, [9000], []), (server, scheduler, [9005, 9055], []), (envoy, scheduler, [9002], []),
             (f"{PLATFORM}/seldon-v2-controller-manager-{name}-8676fd8675-6jplh", scheduler, [9004, 9044], []), ("monitoring/prometheus-0", server, [8082], [])]  # fmt: skip
    if is_reached:
        found += [(f"{other}/mlserver-0", server, [9001, 9501], [8080]), (f"{other}/mlserver-0", scheduler, [9004], [])]
    return [
        {"from": source, "to": target, "ports": ports, "unknown_ports": unknown}
        for source, target, ports, unknown in found
    ]


def _access(name: str, is_bad: bool) -> list[Part]:
    found = [("read Secrets", f"ServiceAccount {name}/{account}", "of the tenant", f"RoleBinding {name}/{account}-rolebinding", f"get secrets in {name}") for account in ("hodometer", "seldon-scheduler", "seldon-server")]  # fmt: skip
    operator = (
        f"ServiceAccount {PLATFORM}/seldon-v2-controller-manager-{name}",
        "the tenant's operator",
        f"RoleBinding {name}/seldon-v2-manager-rolebinding",
    )
    found += [
        ("read Secrets", *operator, f"get secrets in {name}"),
        ("change guard-rails", *operator, f"create roles.rbac.authorization.k8s.io in {name}"),
    ]
    if is_bad:
        found.append(
            ("read Secrets", "User mallory", "a stranger", f"RoleBinding {name}/extra", f"list secrets in {name}")
        )
    return [
        {"power": power, "subject": subject, "relation": relation, "by": by, "example": example}
        for power, subject, relation, by, example in found
    ]


def _inference(random: Random, is_bad: bool, verdict: str) -> list[Part]:
    p50 = round(2 + 5 * random.random(), 1)
    latency = {
        "min_ms": round(p50 / 2, 1),
        "p50_ms": p50,
        "p90_ms": round(p50 * 1.7, 1),
        "p99_ms": round(p50 * 3, 1),
        "max_ms": round(p50 * 6, 1),
    }
    base: Part = {"kind": "Model", "name": "fraud-v1-baseline", "verdict": "ok", "error": "", "requests": {"asked": 20, "sent": 20, "succeeded": 20}, "failures": [], "latency": latency, "split": None, "notes": []}  # fmt: skip
    if verdict == "unknown":
        return [
            {
                **base,
                "verdict": "not_sent",
                "error": "no way to the mesh",
                "requests": {"asked": 20, "sent": 0, "succeeded": 0},
                "latency": {},
            }
        ]
    served = (190, 33) if is_bad else (178, 45)
    shares = [{"name": name, "weight": weight, "served": got, "expected": weight / 100, "observed": round(got / 223, 4), "lower": round(got / 223 - 0.1, 4), "upper": round(got / 223 + 0.08, 4)}
              for name, weight, got in (("fraud-v1-baseline", 80, served[0]), ("fraud-v2-candidate", 20 if not is_bad else 40, served[1]))]  # fmt: skip
    split = {
        "verdict": "deviates" if is_bad else "as_weighted",
        "requests_needed": 223,
        "confidence": 0.999,
        "tolerance": 0.1,
        "candidates": shares,
    }
    checks = [{**base, "kind": "Experiment", "name": "fraud-ab-test-experiment", "verdict": "deviates" if is_bad else "ok", "requests": {"asked": 223, "sent": 223, "succeeded": 223}, "split": split}]  # fmt: skip
    if is_bad:
        checks.append(
            {
                **base,
                "verdict": "failed",
                "name": "fraud-v3-shadow",
                "requests": {"asked": 20, "sent": 1, "succeeded": 0},
                "latency": {},
                "failures": [{"problem": "HTTP 404: model not found", "count": 1}],
            }
        )
        checks.append({**base, "notes": ["the Experiment fraud-ab-test-experiment splits this Model's own requests"]})
    return checks


def _drift(name: str, is_bad: bool, verdict: str) -> Part:
    objects = [{"kind": "ResourceQuota", "namespace": name, "name": "tenant-quota", "action": "updated", "fields": ["spec.hard.requests.cpu"]},
               {"kind": "NetworkPolicy", "namespace": name, "name": "tenant-dns", "action": "created", "fields": []}] if is_bad else []  # fmt: skip
    state = "differs" if is_bad else "unknown" if verdict == "unknown" else "none"
    return {
        "state": state,
        "objects": objects,
        "reason": "the team's files could not be read" if state == "unknown" else "",
    }
