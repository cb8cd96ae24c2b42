# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The result of a check, from the results of its requests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import Enum
from typing import Any

from .latency import latencies
from .measure import Measured
from .options import FailOn, Question
from .split import Split, Verdict, judge_split
from .target import Candidates, Kind

_MOST_FAILURES = 5


class Outcome(str, Enum):
    """From best to worst."""

    OK = "ok"
    TOO_FEW = "too_few"
    DEVIATES = "deviates"
    FAILED = "failed"


_FAILS: Mapping[FailOn, Sequence[Outcome]] = {
    FailOn.NOTHING: (),
    FailOn.FAILED: (Outcome.FAILED,),
    FailOn.DEVIATES: (Outcome.FAILED, Outcome.DEVIATES),
    FailOn.TOO_FEW: (Outcome.FAILED, Outcome.DEVIATES, Outcome.TOO_FEW),
}
_OF_SPLIT = {Verdict.AS_WEIGHTED: Outcome.OK, Verdict.TOO_FEW: Outcome.TOO_FEW, Verdict.DEVIATES: Outcome.DEVIATES}


@dataclass(frozen=True)
class Report:
    """``asked``: the number of requests to send. ``split``: None where the target is not an Experiment."""

    question: Question
    asked: int
    measured: Sequence[Measured]
    split: Split | None
    notes: Sequence[str]

    @property
    def good(self) -> list[Measured]:
        """The requests whose answers are as expected."""
        return [entry for entry in self.measured if not entry.judgement.problem]

    @property
    def failures(self) -> list[tuple[str, int]]:
        """(problem, count), the most frequent first, at most 5."""
        return Counter(entry.judgement.problem for entry in self.measured if entry.judgement.problem).most_common(
            _MOST_FAILURES
        )

    @property
    def is_cut_short(self) -> bool:
        """Whether the time was up before all requests were sent."""
        return not self.failures and len(self.measured) < self.asked

    @property
    def outcome(self) -> Outcome:
        """The verdict of the check."""
        if self.failures or self.is_cut_short:
            return Outcome.FAILED
        return _OF_SPLIT[self.split.verdict] if self.split else Outcome.OK

    @property
    def fails(self) -> bool:
        """Whether the task fails."""
        return self.outcome in _FAILS[self.question.fail_on]


def report(
    question: Question, candidates: Candidates, asked: int, measured: Sequence[Measured], notes: Sequence[str]
) -> Report:
    """The result, with the split compared where the target is an Experiment and answers with outputs are expected."""
    served = Counter(entry.judgement.served for entry in measured if entry.judgement.served)
    is_split = question.target.kind is Kind.EXPERIMENT and question.expectation.status < 300
    return Report(
        question,
        asked,
        measured,
        judge_split(served, candidates.weights, question.precision) if is_split else None,
        notes,
    )


def as_data(result: Report) -> dict[str, Any]:
    """The module's return values, without ``text``."""
    good = result.good
    served = Counter(entry.judgement.served for entry in result.measured if entry.judgement.served)
    return {
        "verdict": result.outcome.value,
        "requests": {"asked": result.asked, "sent": len(result.measured), "succeeded": len(good)},
        "failures": [{"problem": problem, "count": count} for problem, count in result.failures],
        "latency": dict(latencies([entry.seconds for entry in good])),
        "served": dict(sorted(served.items())),
        "split": _split_data(result.split, result.question),
        "outputs": [dict(output) for output in good[0].judgement.outputs] if good else [],
        "notes": list(result.notes),
    }


def _split_data(split: Split | None, question: Question) -> dict[str, Any] | None:
    if split is None:
        return None
    shares = [
        {
            **asdict(share),
            **{name: round(getattr(share, name), 4) for name in ("expected", "observed", "lower", "upper")},
        }
        for share in split.shares
    ]
    precision = question.precision
    return {
        "verdict": split.verdict.value,
        "requests_needed": split.needed,
        "confidence": precision.confidence,
        "tolerance": precision.tolerance,
        "candidates": shares,
    }
