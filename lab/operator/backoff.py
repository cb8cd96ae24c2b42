# SPDX-License-Identifier: GPL-3.0-or-later
"""The work queue: keys to reconcile, each at most once in the queue; failures are retried after 5 ms, 10 ms, … 1000 s."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)

FIRST, LONGEST = 0.005, 1000.0


def delay(failures: int) -> float:
    """Seconds to wait after the n-th failure in a row, n from 0."""
    return min(FIRST * 2.0 ** min(failures, 60), LONGEST)


class WorkQueue(Generic[K]):
    """Times are seconds of the caller's clock."""

    def __init__(self) -> None:
        self._ready: deque[K] = deque()
        self._queued: set[K] = set()
        self._later: list[tuple[float, int, K]] = []
        self._failures: dict[K, int] = {}
        self._count = 0

    def add(self, key: K) -> None:
        if key not in self._queued:
            self._queued.add(key)
            self._ready.append(key)

    def add_at(self, key: K, time: float) -> None:
        """Adds the key when the clock shows this time."""
        self._count += 1
        heapq.heappush(self._later, (time, self._count, key))

    def add_failed(self, key: K, now: float) -> None:
        failures = self._failures.get(key, 0)
        self._failures[key] = failures + 1
        self.add_at(key, now + delay(failures))

    def forget(self, key: K) -> None:
        self._failures.pop(key, None)

    def pop(self, now: float) -> K | None:
        """The next key that is due; None if there is none."""
        while self._later and self._later[0][0] <= now:
            self.add(heapq.heappop(self._later)[2])
        if not self._ready:
            return None
        key = self._ready.popleft()
        self._queued.discard(key)
        return key

    def wait(self, now: float, longest: float) -> float:
        """Seconds until something is due, at most ``longest``."""
        if self._ready:
            return 0.0
        return max(0.0, min(longest, self._later[0][0] - now)) if self._later else longest
