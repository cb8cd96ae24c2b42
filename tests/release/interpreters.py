# SPDX-License-Identifier: GPL-3.0-or-later
"""The Pythons of this machine."""

from __future__ import annotations

from pathlib import Path

import findpython

from .check import NotRun


def interpreter(version: str) -> Path:
    """A Python of this version, such as 3.12. Raises NotRun."""
    found = findpython.find(version)
    if found is None:
        raise NotRun(f"this machine has no Python {version}")
    return Path(found.executable)
