# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What models answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..audit.finding import Finding
from .part import Part, Unseen, failure_of
from .rules import ANSWER, SPLIT


def answer_data(result: Mapping[str, Any]) -> dict[str, Any]:
    """One entry of the document, of a result of ``inference_check`` with its ``item``."""
    kind, name = target_of(result)
    judged = "verdict" in result
    return {
        "kind": kind,
        "name": name,
        "verdict": result["verdict"] if judged else "not_sent",
        "error": failure_of(result),
        "requests": dict(result["requests"]) if judged else {"asked": 0, "sent": 0, "succeeded": 0},
        "failures": [dict(entry) for entry in result["failures"]] if judged else [],
        "latency": dict(result["latency"]) if judged else {},
        "split": result["split"] if judged else None,
        "notes": list(result["notes"]) if judged else [],
    }


def target_of(result: Mapping[str, Any]) -> tuple[str, str]:
    """Kind and name."""
    item = result.get("item") or {}
    return str(item.get("kind") or "Model"), str(item.get("name") or "")


def answer_findings(part: Part) -> Iterator[Finding]:
    """Of answers that are not as expected, and of a split that is not the weights'."""
    for result in part.asked:
        kind, name = target_of(result)
        title = f"{kind} {part.tenant}/{name}"
        if result.get("verdict") == "failed":
            requests = result["requests"]
            said = "; ".join(f"{entry['count']} times: {entry['problem']}" for entry in result["failures"])
            yield ANSWER.found(
                part.tenant, title, f"{requests['succeeded']} of {requests['asked']} answers were as expected. {said}"
            )
        if result.get("verdict") == "deviates":
            shares = ", ".join(
                f"{share['name']} {share['observed']:.1%} instead of {share['expected']:.1%}"
                for share in result["split"]["candidates"]
            )
            yield SPLIT.found(part.tenant, title, shares, "spec.candidates")


def unseen_answers(part: Part) -> Iterator[Unseen]:
    """Of requests that could not be sent, and of splits of which too few answers tell anything."""
    for result in part.asked:
        kind, name = target_of(result)
        title = f"{kind} {part.tenant}/{name}"
        if "verdict" not in result:
            yield Unseen(title, failure_of(result), (ANSWER.id,))
        elif result["verdict"] == "too_few":
            needed = result["split"]["requests_needed"]
            yield Unseen(
                title,
                f"{result['requests']['succeeded']} answers tell too little of the split; {needed} do",
                (SPLIT.id,),
            )
