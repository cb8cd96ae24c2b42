# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import sys
import time
from collections.abc import Callable

Say = Callable[[str], None]


def stopwatch() -> Say:
    """A function that prints progress to stderr, with the seconds since this call (stdout is for results)."""
    started = time.monotonic()

    def say(text: str) -> None:
        print(f"[{time.monotonic() - started:6.1f} s] {text}", file=sys.stderr, flush=True)

    return say
