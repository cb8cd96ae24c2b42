# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The next step of a diagnostic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Union


@dataclass(frozen=True, slots=True)
class Command:
    """A command that can be run as it is written; ``purpose``: ``see why``."""

    purpose: str
    command: str

    def __str__(self) -> str:
        return f"{self.purpose}: {self.command}"


NextStep = Union[str, Command]
"""A sentence, or a command."""
