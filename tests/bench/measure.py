# SPDX-License-Identifier: GPL-3.0-or-later
"""The total cost of a program and its descendants: time, processor, memory."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lab.layout import REPOSITORY

_TICKS = os.sysconf("SC_CLK_TCK")
_SHORTEST_PAUSE = 0.05  # seconds between two looks at the memory
_SHARE = 20  # a sample may take at most 1/N of the time


@dataclass(frozen=True)
class Cost:
    """`seconds` by the wall clock and `cpu` (user + system) are of the program and its descendants. Memory in MiB:
    `largest` is the peak of the largest process, `tree` the sampled peak of all together, each page that forks share
    counted once (PSS).
    """

    seconds: float
    cpu: float
    largest: float
    tree: float
    code: int


def run(command: Sequence[str], environment: Mapping[str, str], log: Path) -> Cost:
    """Runs the command to its end, with its output in `log`."""
    with log.open("wb") as output:
        started = time.monotonic()
        popen = subprocess.Popen(
            list(command),
            env=dict(environment),
            cwd=REPOSITORY,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        sampler = _Sampler(popen.pid)
        sampler.start()
        _, status, usage = os.wait4(popen.pid, 0)
        seconds = time.monotonic() - started
    popen.returncode = os.waitstatus_to_exitcode(status)
    sampler.stop()
    return Cost(seconds, usage.ru_utime + usage.ru_stime, sampler.largest / 1024, sampler.tree / 1024, popen.returncode)


class _Sampler(threading.Thread):
    """Samples the memory. rusage's ru_maxrss cannot be used: it starts with the memory of the parent, here this
    process.
    """

    def __init__(self, root: int) -> None:
        super().__init__(daemon=True)
        self._root = root
        self._ended = threading.Event()
        self.largest = self.tree = 0  # KiB

    def run(self) -> None:
        pause = _SHORTEST_PAUSE
        while not self._ended.wait(pause):
            began = time.monotonic()
            family = _family(self._root)
            self.largest = max([self.largest, *(_kib(pid, "status", "VmHWM:") for pid in family)])
            self.tree = max(self.tree, sum(_kib(pid, "smaps_rollup", "Pss:") for pid in family))
            pause = max(_SHORTEST_PAUSE, _SHARE * (time.monotonic() - began))

    def stop(self) -> None:
        self._ended.set()
        self.join()


def _family(root: int) -> list[int]:
    """The process and all its descendants."""
    children: dict[int, list[int]] = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit() and (fields := _stat(int(entry))):
            children.setdefault(int(fields[1]), []).append(int(entry))
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found


def _stat(pid: int) -> list[str]:
    """The fields of /proc/<pid>/stat from the state on; empty if there is no such process."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _kib(pid: int, file: str, field: str) -> int:
    """A field of /proc/<pid>/<file>; 0 if the process has ended."""
    try:
        lines = Path(f"/proc/{pid}/{file}").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(field)), 0)


def machine_cpu() -> float:
    """Seconds of processor time that all processes of the machine have used so far."""
    user, nice, system, _idle, _iowait, irq, softirq = map(int, Path("/proc/stat").read_text().split()[1:8])
    return (user + nice + system + irq + softirq) / _TICKS


def cpu_seconds(pid: int) -> float:
    """User and system time of one process so far."""
    fields = _stat(pid)
    return (int(fields[11]) + int(fields[12])) / _TICKS if fields else 0.0
