# SPDX-License-Identifier: GPL-3.0-or-later
"""The pace of the stand-in, and which changes its scheduler reports."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lab.operator.backoff import WorkQueue
from lab.operator.pace import Pace, read_pace, write_pace
from lab.operator.resources import EXPERIMENT, MODEL, PIPELINE, Resource
from lab.operator.scheduler_memory import SchedulerMemory


def thing(generation: int, **spec: Any) -> dict[str, Any]:
    return {"metadata": {"uid": "u", "generation": generation}, "spec": spec}


def test_the_pace_is_normal_until_a_file_says_otherwise(tmp_path: Path) -> None:
    file = tmp_path / "pace"
    assert read_pace(None) is read_pace(file) is Pace.NORMAL
    for pace in Pace:
        write_pace(file, pace)
        assert read_pace(file) is pace
    file.write_text("")
    assert read_pace(file) is Pace.NORMAL


def test_a_key_that_is_due_later_is_not_taken_before() -> None:
    queue: WorkQueue[str] = WorkQueue()
    queue.add_at("a", 4.0)
    assert queue.pop(3.9) is None and queue.wait(3.0, 5.0) == 1.0
    assert queue.pop(4.0) == "a" and queue.pop(4.0) is None


@pytest.mark.parametrize(
    ("resource", "before", "after", "begins_again"),
    [
        (MODEL, {"storageUri": "a"}, {"storageUri": "b"}, True),
        (MODEL, {"replicas": 1}, {"replicas": 2}, True),
        (MODEL, {}, {"maxReplicas": 2}, False),
        (EXPERIMENT, {"candidates": [1]}, {"candidates": [2]}, True),
        (PIPELINE, {"steps": [1]}, {"steps": [2]}, True),
    ],
)
def test_the_scheduler_starts_over_with_what_changed(
    resource: Resource, before: dict[str, Any], after: dict[str, Any], begins_again: bool
) -> None:
    memory = SchedulerMemory()
    assert not memory.begins_again(resource, thing(1, **before))
    assert memory.begins_again(resource, thing(2, **after)) is begins_again
    assert not memory.begins_again(resource, thing(2, **after))
