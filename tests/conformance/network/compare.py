# SPDX-License-Identifier: GPL-3.0-or-later
"""Asks the evaluator and the brute-force model the same questions."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from random import Random

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.network.evaluate import (
    Where,
    verdict,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.network.pod import PodKey
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.network.world import Network

from . import worlds
from .model import answer
from .worlds import Maker, Question, World

QUESTIONS = 16


@dataclass
class Tally:
    """``disagreements`` are texts that include the complete world."""

    worlds: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    disagreements: list[str] = field(default_factory=list)

    def add(self, random: Random, questions: int = QUESTIONS) -> None:
        maker = Maker(random)
        world = maker.world()
        network = Network(world.namespaces, world.pods, world.policies)
        self.worlds += 1
        for question in maker.questions(world, questions):
            answered = verdict(
                network, _where(question.source), _where(question.destination), question.port, question.protocol
            )
            expected = answer(world, question)
            self.outcomes[expected] += 1
            if answered.outcome.value != expected:
                self.disagreements.append(_described(world, question, expected, answered.text()))


def _where(end: worlds.Where) -> Where:
    return end if isinstance(end, str) else PodKey(*end)


def _described(world: World, question: Question, expected: str, answered: str) -> str:
    shown = {"namespaces": world.namespaces, "pods": world.pods, "policies": world.policies}
    return f"{question}: the model says {expected}, the evaluator {answered}\n{json.dumps(shown)}"
