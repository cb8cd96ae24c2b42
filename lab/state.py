# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from .control_plane import Ports


@dataclass(frozen=True)
class State:
    """The settings of `up`. `operator` is the executable that runs for operator images, None for the stand-in."""

    ports: Ports
    operator: str | None

    def write(self, path: Path) -> None:
        temporary = path.with_suffix(".new")
        temporary.write_text(json.dumps(asdict(self), indent=2) + "\n")
        temporary.replace(path)


def read_state(path: Path) -> State | None:
    """The stored state; None if there is none, or if it is incomplete because the writing command was killed."""
    try:
        found = json.loads(path.read_text())
        return State(Ports(**found["ports"]), found["operator"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
