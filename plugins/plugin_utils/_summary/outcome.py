# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The outcome of a run for one tenant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Outcome:
    """``result`` is the last result of the module ``tenant``. ``failure`` is the message of the failed task, or empty."""

    tenant: str
    seconds: float
    result: Mapping[str, Any] = field(default_factory=dict)
    failure: str = ""
    check_mode: bool = False
    stopped: bool = False
    """The tenant passed its check, but the run ended before it was deployed."""

    @property
    def written(self) -> bool:
        """Whether the run may have written anything for this tenant."""
        return bool(self.result.get("changed")) and not self.check_mode
