# SPDX-License-Identifier: GPL-3.0-or-later
"""The outcomes as a table."""

from __future__ import annotations

from collections.abc import Sequence

from .check import Outcome

_HEAD = ("check", "result", "seconds", "")


def table(outcomes: Sequence[Outcome]) -> str:
    """One line per check, with the first line of its detail."""
    rows = [
        _HEAD,
        *((one.name, one.result, f"{one.seconds:.0f}", (one.detail.splitlines() or [""])[0]) for one in outcomes),
    ]
    name, result, seconds = (max(len(row[column]) for row in rows) for column in range(3))
    return "\n".join(f"{row[0]:<{name}}  {row[1]:<{result}}  {row[2]:>{seconds}}  {row[3]}".rstrip() for row in rows)
