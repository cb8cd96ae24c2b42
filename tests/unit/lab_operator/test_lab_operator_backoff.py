# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from lab.operator.backoff import WorkQueue, delay


@pytest.mark.parametrize(
    ("failures", "seconds"), [(0, 0.005), (1, 0.01), (10, 5.12), (17, 655.36), (18, 1000.0), (99999, 1000.0)]
)
def test_delay(failures: int, seconds: float) -> None:
    assert delay(failures) == pytest.approx(seconds)


def test_a_key_waits_longer_after_each_failure_until_it_is_forgotten() -> None:
    work: WorkQueue[str] = WorkQueue()
    work.add_failed("a", 0.0)
    assert work.pop(0.004) is None
    assert work.pop(0.005) == "a"
    work.add_failed("a", 1.0)
    assert work.wait(1.0, 5.0) == pytest.approx(0.01)
    assert work.pop(1.02) == "a"
    work.forget("a")
    work.add_failed("a", 2.0)
    assert work.wait(2.0, 5.0) == pytest.approx(0.005)


def test_a_watch_event_does_not_wait_for_the_back_off() -> None:
    work: WorkQueue[str] = WorkQueue()
    for _ in range(12):
        work.add_failed("a", 0.0)
        work.pop(1e6)
    work.add_failed("a", 0.0)
    work.add("a")
    assert work.wait(0.0, 5.0) == 0.0
    assert work.pop(0.0) == "a"


def test_a_key_is_queued_once() -> None:
    work: WorkQueue[str] = WorkQueue()
    work.add("a")
    work.add("b")
    work.add("a")
    assert [work.pop(0.0), work.pop(0.0), work.pop(0.0)] == ["a", "b", None]
