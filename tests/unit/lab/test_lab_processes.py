# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import os
import signal
from pathlib import Path

from lab.processes import Process, end, forget, recorded, start, start_time


def run(tmp_path: Path, script: str) -> Process:
    start("it", ["/bin/sh", "-c", script], {"PATH": os.defpath}, tmp_path / "it.log", tmp_path / "records", tmp_path)
    return recorded(tmp_path / "records")[0]


def test_end_asks_first_and_then_forces(tmp_path: Path) -> None:
    process = run(tmp_path, "trap 'echo asked' TERM; echo up; while :; do sleep 0.1; done")
    while "up" not in (tmp_path / "it.log").read_text():
        assert process.alive()
    end([process], grace=0.5)
    assert not process.alive()
    assert "asked" in (tmp_path / "it.log").read_text()


def test_end_takes_the_children_along(tmp_path: Path) -> None:
    process = run(tmp_path, "sleep 1000 & echo $!; wait")
    while not (text := (tmp_path / "it.log").read_text()).endswith("\n"):
        assert process.alive()
    child = int(text)
    assert start_time(child) is not None
    end([process], grace=5)
    while start_time(child) is not None:  # otherwise the test hangs
        pass


def test_a_pid_that_belongs_to_somebody_else_by_now_is_left_alone() -> None:
    started = start_time(os.getpid())
    assert started is not None and Process("me", os.getpid(), started).alive()
    impostor = Process("me", os.getpid(), started - 1)
    assert not impostor.alive()
    impostor.signal(signal.SIGKILL)
    end([impostor], grace=0)


def test_runs_in_a_session_of_its_own_and_can_be_forgotten(tmp_path: Path) -> None:
    process = run(tmp_path, "while :; do sleep 0.1; done")
    assert os.getsid(process.pid) == process.pid != os.getsid(0)
    end([process], grace=5)
    forget(tmp_path / "records", "it")
    assert recorded(tmp_path / "records") == []


def test_a_record_that_goes_while_all_are_read_is_none(tmp_path: Path) -> None:
    records = tmp_path / "records"
    records.mkdir()
    (records / "gone.json").symlink_to(tmp_path / "forgotten")
    assert recorded(records) == []
