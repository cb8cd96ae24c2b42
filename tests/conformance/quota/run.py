# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs many cases at the same time, and reports the disagreements."""

from __future__ import annotations

import json
import secrets
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed

from .cases import Json
from .live import Live
from .trial import Outcome, Trial

_STEP = 20


def run_all(
    live: Live, cases: Sequence[Json], workers: int, say: Callable[[str], None], seconds: float = 0
) -> list[Outcome]:
    """Outcomes in the order of the cases. With ``seconds``, cases that have not started by then are left out."""
    prefix, deadline = f"case-{secrets.token_hex(2)}", time.monotonic() + seconds

    def run_case(index: int) -> Outcome | None:
        if seconds and time.monotonic() > deadline:
            return None
        return Trial(live, json.loads(json.dumps(cases[index])), f"{prefix}-{index}").run()

    found: dict[int, Outcome] = {}
    with ThreadPoolExecutor(max_workers=workers) as executor:
        futures = {executor.submit(run_case, index): index for index in range(len(cases))}
        for done, future in enumerate(as_completed(futures), 1):
            outcome = future.result()
            if outcome is None:
                continue
            found[futures[future]] = outcome
            for text in outcome.disagreements:
                say(f"case {futures[future]}: {text}")
            if outcome.discarded:
                say(f"case {futures[future]} cannot be judged: {outcome.discarded}")
            if done % _STEP == 0:
                say(f"{done} of {len(cases)}")
    return [found[index] for index in sorted(found)]


def render(outcomes: Sequence[Outcome], seed: int) -> str:
    """Figures, then each disagreement with its case."""
    judged = [outcome for outcome in outcomes if not outcome.discarded]
    wrong = [outcome for outcome in judged if outcome.disagreements]
    table = Counter((outcome.verdict, outcome.kind) for outcome in judged)
    lines = [f"{'predicted':<22}{'API server':<12}{'cases':>6}"]
    lines += [f"{verdict:<22}{kind:<12}{number:>6}" for (verdict, kind), number in sorted(table.items())]
    with_operator = sum(outcome.operator_writes > 0 for outcome in judged)
    lines.append(
        f"seed {seed}: {len(judged)} changes judged, {with_operator} with objects of the operator, "
        f"{len(outcomes) - len(judged)} could not be, {len(wrong)} disagreements"
    )
    for outcome in wrong:
        lines += [
            "",
            f"{outcome.case.get('title', outcome.namespace)}: predicted {outcome.verdict}, the API server {outcome.kind}",
        ]
        lines += [f"  {text}" for text in outcome.disagreements]
        lines += [
            f"  refused: {refusal.verb} {refusal.resource}: {refusal.message[:300]}" for refusal in outcome.refusals[:3]
        ]
        lines.append(f"  {json.dumps(outcome.case)}")
    return "\n".join(lines)
