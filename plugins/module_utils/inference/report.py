# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The result of a check, from what became of its requests."""

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
    """``asked``: requests that were to be sent. ``split``: None where nothing is compared. ``failures``: texts, the most frequent first."""

    question: Question
    asked: int
    measured: Sequence[Measured]
    split: Split | None
    notes: Sequence[str]

    @property
    def good(self) -> list[Measured]:
        """Answers as expected."""
        return [entry for entry in self.measured if not entry.judgement.problem]

    @property
    def failures(self) -> list[tuple[str, int]]:
        """What went wrong, and how often."""
        return Counter(entry.judgement.problem for entry in self.measured if entry.judgement.problem).most_common(
            _MOST_FAILURES
        )

    @property
    def is_cut_short(self) -> bool:
        """Whether time ran out; a first request that fails is the other reason to send fewer."""
        return not self.failures and len(self.measured) < self.asked

    @property
    def outcome(self) -> Outcome:
        """The verdict on all of it."""
        if self.failures or self.is_cut_short:
            return Outcome.FAILED
        return _OF_SPLIT[self.split.verdict] if self.split else Outcome.OK

    @property
    def fails(self) -> bool:
        """Whether the task does."""
        return self.outcome in _FAILS[self.question.fail_on]


def report(
    question: Question, candidates: Candidates, asked: int, measured: Sequence[Measured], notes: Sequence[str]
) -> Report:
    """Compares the split where the target is an Experiment and somebody is known to have answered."""
    served = Counter(entry.judgement.served for entry in measured if entry.judgement.served)
    is_split = question.target.kind is Kind.EXPERIMENT and question.expectation.status < 300
    return Report(
        question,
        asked,
        measured,
        judge_split(served, candidates.weights, question.precision) if is_split else None,
        notes,
    )


def as_data(found: Report) -> dict[str, Any]:
    """The module's return values, but for the text."""
    good = found.good
    served = Counter(entry.judgement.served for entry in found.measured if entry.judgement.served)
    return {
        "verdict": found.outcome.value,
        "requests": {"asked": found.asked, "sent": len(found.measured), "succeeded": len(good)},
        "failures": [{"problem": problem, "count": count} for problem, count in found.failures],
        "latency": dict(latencies([entry.seconds for entry in good])),
        "served": dict(sorted(served.items())),
        "split": _split_data(found.split, found.question),
        "outputs": [dict(output) for output in good[0].judgement.outputs] if good else [],
        "notes": list(found.notes),
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
