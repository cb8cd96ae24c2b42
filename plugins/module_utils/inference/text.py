# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The result for people."""

from __future__ import annotations

from .latency import latencies
from .report import Outcome, Report
from .split import Share, Verdict

_VERDICTS = {
    Verdict.AS_WEIGHTED: "as weighted",
    Verdict.DEVIATES: "deviates from the weights",
    Verdict.TOO_FEW: "too few requests to tell",
}


def as_text(found: Report) -> list[str]:
    """Lines; the first one names the target and the verdict."""
    question = found.question
    lines = [f"{question.target} in {question.namespace}: {found.outcome.value.replace('_', ' ')}"]
    lines.append(f"  answers  {len(found.good)} of {len(found.measured)} as expected, by {question.via.value}")
    if times := latencies([entry.seconds for entry in found.good]):
        lines.append(
            "  latency  " + "  ".join(f"{name.removesuffix('_ms')} {value:.1f} ms" for name, value in times.items())
        )
    if found.split:
        verdict = found.split.verdict
        needed = f"; {found.split.needed} are needed" if verdict is Verdict.TOO_FEW else ""
        lines.append(f"  split    {_VERDICTS[verdict]}{needed}")
        lines += [f"    {_share(share)}" for share in found.split.shares]
    lines += [f"  failed   {count} times: {problem}" for problem, count in found.failures]
    lines += [f"  note     {note}" for note in found.notes]
    return lines


def message(found: Report) -> str:
    """Why the task fails: one cause first."""
    question = found.question
    title = f"{question.target} in namespace {question.namespace}"
    if found.failures:
        problem, count = found.failures[0]
        others = len(found.failures) - 1
        return f"{title}: {count} of {len(found.measured)} requests failed: {problem}" + (
            f" ({others} other causes: see failures)" if others else ""
        )
    if found.is_cut_short:
        sent = f"only {len(found.measured)} of {found.asked} requests were sent within {question.timeout:g} s"
        return f"{title}: {sent}. Raise timeout or concurrency, or lower requests"
    shares = "; ".join(_share(share) for share in found.split.shares) if found.split else ""
    if found.split and found.outcome is Outcome.TOO_FEW:
        return f"{title}: {len(found.measured)} requests are too few to judge the split, {found.split.needed} are needed ({shares}). Raise requests"
    return f"{title}: the traffic is not split by the weights: {shares}. Compare: kubectl get experiment {question.target.name} -o yaml"


def _share(share: Share) -> str:
    return f"{share.name} {share.served} ({share.observed:.1%}, between {share.lower:.1%} and {share.upper:.1%}; weight {share.weight} is {share.expected:.1%})"
