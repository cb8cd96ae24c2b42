# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What models answered (TV2xx)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit.rule import (
    Observation,
    Observations,
    Severity,
    rule,
)

from .part import Part, Unseen, failure_of


@rule(
    "TV201",
    Severity.HIGH,
    title="a request is not answered as expected",
    why="the model's users get errors or unexpected answers",
    repair="kubectl get models,servers,pods in the tenant's namespace; docs/inference.md explains each message",
)
def wrong_answer(part: Part) -> Observations:
    for result in part.asked:
        if result.get("verdict") == "failed":
            requests = result["requests"]
            problems = "; ".join(f"{entry['count']} times: {entry['problem']}" for entry in result["failures"])
            evidence = f"{requests['succeeded']} of {requests['asked']} answers were as expected. {problems}"
            yield Observation(part.tenant, _title(part, result), evidence)


@rule(
    "TV202",
    Severity.MEDIUM,
    title="an Experiment does not split its traffic by its weights",
    why="its results are not those of the intended split",
    repair="compare the weights of the Experiment with those that the scheduler has: kubectl get experiment -o yaml",
)
def wrong_split(part: Part) -> Observations:
    for result in part.asked:
        if result.get("verdict") == "deviates":
            shares = ", ".join(
                f"{share['name']} {share['observed']:.1%} instead of {share['expected']:.1%}"
                for share in result["split"]["candidates"]
            )
            yield Observation(part.tenant, _title(part, result), shares, "spec.candidates")


def unseen_answers(part: Part) -> Iterator[Unseen]:
    """Of requests that could not be sent, and of splits of which too few answers tell anything."""
    for result in part.asked:
        title = _title(part, result)
        if "verdict" not in result:
            yield Unseen(title, failure_of(result), (wrong_answer.id,))
        elif result["verdict"] == "too_few":
            needed = result["split"]["requests_needed"]
            reason = f"{result['requests']['succeeded']} answers tell too little of the split; {needed} do"
            yield Unseen(title, reason, (wrong_split.id,))


def answer_data(result: Mapping[str, Any]) -> dict[str, Any]:
    """One entry of the document, of a result of ``inference_check`` with its ``item``."""
    kind, name = target_of(result)
    is_judged = "verdict" in result
    return {
        "kind": kind,
        "name": name,
        "verdict": result["verdict"] if is_judged else "not_sent",
        "error": failure_of(result),
        "requests": dict(result["requests"]) if is_judged else {"asked": 0, "sent": 0, "succeeded": 0},
        "failures": [dict(entry) for entry in result["failures"]] if is_judged else [],
        "latency": dict(result["latency"]) if is_judged else {},
        "split": result["split"] if is_judged else None,
        "notes": list(result["notes"]) if is_judged else [],
    }


def target_of(result: Mapping[str, Any]) -> tuple[str, str]:
    """Kind and name."""
    item = result.get("item") or {}
    return str(item.get("kind") or "Model"), str(item.get("name") or "")


def _title(part: Part, result: Mapping[str, Any]) -> str:
    kind, name = target_of(result)
    return f"{kind} {part.tenant}/{name}"
