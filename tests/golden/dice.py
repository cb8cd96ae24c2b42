# SPDX-License-Identifier: GPL-3.0-or-later
"""Random choices, the same for the same seed in every process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Any, TypeVar

T = TypeVar("T")


class Dice:
    """The seed is a text, so that results do not depend on PYTHONHASHSEED."""

    def __init__(self, seed: str) -> None:
        self._random = Random(seed)  # noqa: S311

    def often(self, chance: float = 0.5) -> bool:
        return self._random.random() < chance

    def choose(self, *values: T) -> T:
        return self._random.choice(values)

    def number(self, low: int, high: int) -> int:
        return self._random.randint(low, high)

    def several(self, values: Sequence[T], most: int, least: int = 0) -> list[T]:
        """Between ``least`` and ``most`` different values, in their order."""
        chosen = self._random.sample(range(len(values)), min(len(values), self.number(least, most)))
        return [values[place] for place in sorted(chosen)]

    def some(self, chance: float, **fields: Callable[[], Any]) -> dict[str, Any]:
        """A mapping with each field present with probability ``chance``."""
        return {key: make() for key, make in fields.items() if self.often(chance)}
