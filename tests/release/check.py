# SPDX-License-Identifier: GPL-3.0-or-later
"""One check of a release, and its outcome."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

SHOWN = 40
"""Last lines of a failed command's output that are shown."""


class NotRun(Exception):
    """The check cannot run on this machine; str() is the reason."""


class Failed(Exception):
    """The check failed; str() is the problem, in a few lines."""


@dataclass(frozen=True)
class Check:
    """``run`` returns the table's text about a success; raises NotRun or Failed."""

    name: str
    run: Callable[[], str]


@dataclass(frozen=True)
class Outcome:
    """``result`` is ``passed``, ``FAILED`` or ``not run``."""

    name: str
    result: str
    seconds: float
    detail: str


def outcome_of(check: Check) -> Outcome:
    """Runs the check."""
    started = time.monotonic()
    try:
        result, detail = "passed", check.run()
    except NotRun as reason:
        result, detail = "not run", str(reason)
    except Failed as reason:
        result, detail = "FAILED", str(reason)
    return Outcome(check.name, result, time.monotonic() - started, detail)


def command(arguments: Sequence[str | Path], directory: Path, environment: Mapping[str, str]) -> str:
    """Standard output and error of a command in one text. Raises Failed with the end of it."""
    done = subprocess.run(
        [str(argument) for argument in arguments],
        cwd=directory,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        raise Failed(
            "\n".join(
                [f"exit status {done.returncode}: {' '.join(map(str, arguments))}", *done.stdout.splitlines()[-SHOWN:]]
            )
        )
    return done.stdout
