# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A report as plain data: what can be JSON, the same bytes for the same report."""

from __future__ import annotations

from typing import Any

from ..diagnosis.diagnostic import Diagnostic
from ..seldon.effective import Effective
from ..serverconfig.actual import Actual
from ..serverconfig.config import Config
from ..serverconfig.desired import Desired
from ..serverconfig.resolve import Resolution
from ..serverconfig.text import explain


def resolution_data(resolution: Resolution) -> dict[str, Any]:
    """One Server. Unknown values are None or ``unknown``."""
    arrival = resolution.arrival
    return {
        "namespace": resolution.namespace,
        "server": resolution.server,
        "verdict": resolution.verdict.value,
        "error": resolution.error.value if resolution.error else None,
        "desired": _desired(resolution.desired),
        "actual": _actual(resolution.actual),
        "agreement": resolution.agreement.value,
        "arrived": {"state": arrival.state.value, "paths": list(arrival.paths), "recreate": list(arrival.recreate)},
        "pending": resolution.pending.value if resolution.pending else None,
        "frozen": resolution.frozen,
        "effective": _effective(resolution.effective) if resolution.effective else None,
        "needs": [
            {
                "kind": need.kind,
                "name": need.name,
                "optional": need.optional,
                "path": need.path,
                "from_runtime": need.from_runtime,
            }
            for need in resolution.needs
        ],
        "findings": [finding_data(finding) for finding in resolution.findings],
        "text": "\n".join(explain(resolution)),
    }


def finding_data(finding: Diagnostic) -> dict[str, str]:
    """One finding."""
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "path": finding.field,
        "message": finding.message,
        "next_step": finding.next_step,
    }


def trace_data(desired: Desired) -> list[dict[str, Any]]:
    """The namespaces that the reference was looked up in, in their order."""
    return [
        {
            "namespace": step.namespace,
            "scope": step.scope.value,
            "outcome": step.outcome.value,
            "detail": step.detail,
        }
        for step in desired.trace
    ]


def _desired(desired: Desired) -> dict[str, Any]:
    return {
        "reference": desired.reference,
        "error": desired.error.value if desired.error else None,
        "message": desired.message,
        "next_step": desired.next_step,
        "config": _config(desired.config),
        "scope": desired.scope.value if desired.scope else None,
        "trace": trace_data(desired),
        "shadowed": [
            {
                "namespace": found.namespace,
                "scope": found.scope.value,
                "relation": found.relation.value,
                "paths": list(found.paths),
                "severity": found.severity.value,
            }
            for found in desired.shadowed
        ],
        "suggestions": [{"name": found.name, "namespace": found.namespace} for found in desired.suggestions],
        "hints": list(desired.hints),
    }


def _actual(actual: Actual) -> dict[str, Any]:
    return {
        "state": actual.state.value,
        "operators": list(actual.operators),
        "lookup_namespace": actual.lookup_namespace,
        "config": _config(actual.config),
        "error": actual.error.value if actual.error else None,
        "message": actual.message,
        "next_step": actual.next_step,
        "condition": actual.condition,
        "reason": actual.reason,
    }


def _config(config: Config | None) -> dict[str, Any] | None:
    if config is None:
        return None
    return {
        "namespace": config.namespace,
        "name": config.name,
        "uid": config.uid,
        "generation": config.generation,
        "resource_version": config.resource_version,
        "digest": config.offer.digest,
    }


def _effective(made: Effective) -> dict[str, Any]:
    return {
        "replicas": made.replicas,
        "labels": dict(made.labels),
        "annotations": dict(made.annotations),
        "template": made.template(),
        "volume_claim_templates": list(made.volume_claim_templates),
        "services": list(made.services),
        "claims": list(made.claims),
        "refused": made.refused,
    }
