# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The result as text."""

from __future__ import annotations

from .latency import latencies
from .report import Outcome, Report
from .split import Share, Verdict

_VERDICTS = {
    Verdict.AS_WEIGHTED: "as weighted",
    Verdict.DEVIATES: "deviates from the weights",
    Verdict.TOO_FEW: "too few requests to tell",
}


def as_text(result: Report) -> list[str]:
    """Lines; the first one names the target and the verdict."""
    question = result.question
    lines = [f"{question.target} in {question.namespace}: {result.outcome.value.replace('_', ' ')}"]
    lines.append(f"  answers  {len(result.good)} of {len(result.measured)} as expected, by {question.via.value}")
    if times := latencies([entry.seconds for entry in result.good]):
        lines.append(
            "  latency  " + "  ".join(f"{name.removesuffix('_ms')} {value:.1f} ms" for name, value in times.items())
        )
    if result.split:
        verdict = result.split.verdict
        needed = f"; {result.split.needed} are needed" if verdict is Verdict.TOO_FEW else ""
        lines.append(f"  split    {_VERDICTS[verdict]}{needed}")
        lines += [f"    {_share(share)}" for share in result.split.shares]
    lines += [f"  failed   {count} times: {problem}" for problem, count in result.failures]
    lines += [f"  note     {note}" for note in result.notes]
    return lines


def message(result: Report) -> str:
    """Why the task fails: the most frequent cause, with the next step."""
    question = result.question
    title = f"{question.target} in namespace {question.namespace}"
    if result.failures:
        problem, count = result.failures[0]
        others = len(result.failures) - 1
        return f"{title}: {count} of {len(result.measured)} requests failed: {problem}" + (
            f" ({others} other causes: see failures)" if others else ""
        )
    if result.is_cut_short:
        sent = f"only {len(result.measured)} of {result.asked} requests were sent within {question.timeout:g} s"
        return f"{title}: {sent}. Raise timeout or concurrency, or lower requests"
    shares = "; ".join(_share(share) for share in result.split.shares) if result.split else ""
    if result.split and result.outcome is Outcome.TOO_FEW:
        return f"{title}: {len(result.measured)} requests are too few to judge the split, {result.split.needed} are needed ({shares}). Raise requests"
    return f"{title}: the traffic is not split by the weights: {shares}. Compare: kubectl get experiment {question.target.name} -o yaml"


def _share(share: Share) -> str:
    return f"{share.name} {share.served} ({share.observed:.1%}, between {share.lower:.1%} and {share.upper:.1%}; weight {share.weight} is {share.expected:.1%})"
