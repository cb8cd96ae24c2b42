# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The circumstances of a module call: everything except its options."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from .process import ENVIRON


def _no_progress(_text: str) -> None:
    """For a module on another host, which cannot report progress."""


@dataclass(frozen=True)
class Invocation:
    """``environ`` is the environment of the task. In ``check_mode`` nothing is written; in ``diff_mode`` the result has
    differences. ``progress`` is called with one line of text during long waits. ``directory`` is where ansible-playbook was
    started, for a task that runs there; empty on another host.
    """

    environ: Mapping[str, str] = field(default_factory=lambda: ENVIRON)
    check_mode: bool = False
    diff_mode: bool = False
    progress: Callable[[str], None] = _no_progress
    directory: str = ""
