# SPDX-License-Identifier: GPL-3.0-or-later
"""Tries every pod in every namespace, and reports the disagreements."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import Executor
from dataclasses import dataclass, field

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.pod_security.evaluate import (
    evaluate,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.pod_security.policy import (
    Level,
    Policy,
)

from .live import BASES, Live, Unreadable
from .pods import Json


@dataclass
class Outcome:
    """``forbidden`` counts how often both sides found each control violated."""

    compared: int = 0
    refused: int = 0
    unreadable: int = 0
    forbidden: Counter[str] = field(default_factory=Counter)
    disagreements: list[str] = field(default_factory=list)


def compare(live: Live, pods: Iterable[Json], ephemeral: Iterable[Json], release: int, executor: Executor) -> Outcome:
    outcome = Outcome()
    for case, found in executor.map(lambda pod: (pod, _pod(live, pod, release)), pods):
        _count(outcome, case, found)
    cases = [(base, container) for container in ephemeral for base in range(len(BASES))]
    for case, found in executor.map(
        lambda case: ({"base": case[0], "ephemeral": case[1]}, _ephemeral(live, *case, release)), cases
    ):
        _count(outcome, case, found)
    return outcome


Comparison = list[tuple[Policy, str, str, list[str]]] | str
"""Policy, predicted refusal, the API server's refusal and the controls; or the reason why nothing can be compared."""


def _pod(live: Live, pod: Json, release: int) -> Comparison:
    try:
        live.refusal(pod, live.free)
    except Unreadable as error:
        return str(error)
    found = []
    for policy, namespace in live.namespaces.items():
        found.append(_judged(pod["metadata"], pod["spec"], policy, release, live.refusal(pod, namespace)))
    return found


def _ephemeral(live: Live, base: int, container: Json, release: int) -> Comparison:
    try:
        live.refusal_of_ephemeral(base, container, live.free)
    except Unreadable as error:
        return str(error)
    spec = {**BASES[base], "ephemeralContainers": [container]}
    return [
        _judged({}, spec, policy, release, live.refusal_of_ephemeral(base, container, name))
        for policy, name in live.namespaces.items()
    ]


def _judged(
    metadata: object, spec: object, policy: Policy, release: int, answered: str
) -> tuple[Policy, str, str, list[str]]:
    verdict = evaluate(metadata, spec, policy, release)
    assert evaluate(metadata, spec, Policy(Level.PRIVILEGED, policy.minor), release).allowed
    predicted = f"unknown: {verdict.unknown[0]}" if verdict.unknown else verdict.message
    return policy, predicted, answered, [violation.control for violation in verdict.violations]


def _count(outcome: Outcome, case: Json, found: Comparison) -> None:
    if isinstance(found, str):
        outcome.unreadable += 1
        return
    wrong = []
    for policy, predicted, answered, controls in found:
        outcome.compared += 1
        outcome.refused += bool(answered)
        if predicted == answered:
            outcome.forbidden.update(controls)
        else:
            wrong.append(f"{policy}\n    predicted: {predicted or 'allowed'}\n    answered:  {answered or 'allowed'}")
    if wrong:
        outcome.disagreements.append(
            "\n  ".join([json.dumps(case), *wrong[:3], f"and {len(wrong) - 3} more" if len(wrong) > 3 else ""])
        )


def render(outcome: Outcome, seed: int) -> str:
    """Figures, then each disagreement with its pod."""
    lines = [f"{control:<30}{number:>7}" for control, number in sorted(outcome.forbidden.items())]
    lines.append(
        f"seed {seed}: {outcome.compared} comparisons, {outcome.refused} of them refused by the API server, "
        f"{outcome.unreadable} pods that it cannot read, {len(outcome.disagreements)} pods with disagreements"
    )
    return "\n".join([*lines, *outcome.disagreements])
