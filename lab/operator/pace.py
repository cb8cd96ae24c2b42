# SPDX-License-Identifier: GPL-3.0-or-later
"""How fast the stand-in operators work. Tests slow them down, or stop them, while they run.

The pace is one word in a file that all operators of a lab read before each step.
"""

from __future__ import annotations

from enum import Enum
from pathlib import Path

SLOW_SECONDS = 4.0
"""The time between a change and the operator's reaction to it, at the pace SLOW."""


class Pace(str, Enum):
    """STOPPED: the process runs and watches, and reconciles nothing."""

    NORMAL = "normal"
    SLOW = "slow"
    STOPPED = "stopped"


def read_pace(file: Path | None) -> Pace:
    """NORMAL without a file, and for a file that is just being written."""
    if file is None:
        return Pace.NORMAL
    try:
        return Pace(file.read_text().strip())
    except (FileNotFoundError, ValueError):
        return Pace.NORMAL


def write_pace(file: Path, pace: Pace) -> None:
    """Replaces the file at once, so that no operator reads a half of it."""
    fresh = file.with_name(f"{file.name}.new")
    fresh.write_text(f"{pace.value}\n")
    fresh.replace(file)
