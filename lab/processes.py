# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts programs detached, and ends exactly those. A process is a pid *and* its start time, so a pid that the kernel
has given to another program is never signalled.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from .errors import LabError

_POLL = 0.05  # seconds


@dataclass(frozen=True)
class Process:
    """`started` is field 22 of /proc/<pid>/stat: clock ticks since boot."""

    name: str
    pid: int
    started: int

    def alive(self) -> bool:
        return start_time(self.pid) == self.started

    def signal(self, number: signal.Signals) -> None:
        """Signals the process and its children: `start` made it the leader of a process group."""
        if self.alive():
            try:
                os.killpg(self.pid, number)
            except ProcessLookupError:
                pass


def start_time(pid: int) -> int | None:
    """When the process started, in clock ticks since boot; None if it does not exist or is a zombie."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()  # the name in parentheses may hold spaces
    return None if fields[0] in "ZX" else int(fields[19])


def start(
    name: str, command: Sequence[str], environment: Mapping[str, str], log: Path, records: Path, directory: Path
) -> subprocess.Popen[bytes]:
    """Starts a program in a new session, appends its output to `log`, and records it. Raises LabError."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        return _start(name, command, environment, output, records, directory)


def start_piped(
    name: str, command: Sequence[str], environment: Mapping[str, str], records: Path, directory: Path
) -> subprocess.Popen[bytes]:
    """The same without a log: the caller has to read the `stdout` of the result. Raises LabError."""
    return _start(name, command, environment, subprocess.PIPE, records, directory)


def _start(
    name: str,
    command: Sequence[str],
    environment: Mapping[str, str],
    output: IO[bytes] | int,
    records: Path,
    directory: Path,
) -> subprocess.Popen[bytes]:
    try:
        popen = subprocess.Popen(
            list(command),
            env=dict(environment),
            cwd=directory,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except OSError as error:
        raise LabError(
            f"{name}: the program cannot be started: {error}\nNext: check that {command[0]} exists and can be executed."
        ) from error
    _record(records, name, popen.pid)
    return popen


def _record(records: Path, name: str, pid: int) -> None:
    started = start_time(pid)
    if started is None:
        return  # it has already ended
    records.mkdir(parents=True, exist_ok=True)
    temporary = records / f".{name}.{os.getpid()}"
    temporary.write_text(json.dumps(asdict(Process(name, pid, started))))
    temporary.replace(records / f"{name}.json")


def recorded(records: Path) -> list[Process]:
    """The processes that the lab started, oldest first; some may have ended."""
    found = [process for path in records.glob("*.json") if (process := _read(path))]
    return sorted(found, key=lambda process: process.started)


def _read(path: Path) -> Process | None:
    """The recorded process; None if another thread or process has removed the record meanwhile."""
    try:
        return Process(**json.loads(path.read_text()))
    except FileNotFoundError:
        return None


def forget(records: Path, name: str) -> None:
    (records / f"{name}.json").unlink(missing_ok=True)


def end(processes: Iterable[Process], grace: float) -> None:
    """Sends SIGTERM to all, and SIGKILL to the rest after `grace` seconds; returns when all have ended. Raises
    LabError.
    """
    left = list(processes)
    for number, patience in ((signal.SIGTERM, grace), (signal.SIGKILL, 10.0)):
        for process in left:
            process.signal(number)
        deadline = time.monotonic() + patience
        while (left := [process for process in left if process.alive()]) and time.monotonic() < deadline:
            time.sleep(_POLL)
        if not left:
            return
    raise LabError(
        f"Processes did not end after SIGKILL: {', '.join(f'{process.name} (pid {process.pid})' for process in left)}.\nNext: run `python -m lab down` again."
    )
