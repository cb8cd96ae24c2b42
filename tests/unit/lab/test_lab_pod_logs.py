# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

from lab.pod_logs import cri_line, keep


def test_a_line_as_a_container_runtime_writes_it() -> None:
    at = datetime(2027, 1, 31, 12, 0, 0, 250000, UTC)
    assert cri_line(b"one\ttwo\n", at) == b"2027-01-31T12:00:00.250000000Z stderr F one\ttwo\n"
    assert cri_line(b"", at) == b"2027-01-31T12:00:00.250000000Z stderr F \n"


def test_output_is_kept_twice(tmp_path: Path) -> None:
    plain, log = tmp_path / "a" / "plain.log", tmp_path / "b" / "pod.log"
    for number in (1, 2):
        keep([b"first\n", b"last"], plain, log)
        while not log.exists() or log.read_bytes().count(b"\n") < 2 * number:
            time.sleep(0.01)
    assert plain.read_bytes() == b"first\nlastfirst\nlast"
    assert [line.split(b" ", 3)[3] for line in log.read_bytes().splitlines()] == [b"first", b"last"] * 2
