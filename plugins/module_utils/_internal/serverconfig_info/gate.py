# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""When the answer makes the task fail."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any

from ..serverconfig.resolve import Resolution
from ..serverconfig.text import headline, title
from .answer import Answer, agrees, next_step, titled

_SHOWN = 20


class FailOn(str, Enum):
    """UNRESOLVED: a Server for which the pattern has no certain ServerConfig. DIFFERENCE: likewise, or operators that
    may use another one.
    """

    NOTHING = "nothing"
    UNRESOLVED = "unresolved"
    DIFFERENCE = "difference"


_FAILS: Mapping[FailOn, Callable[[Resolution], bool]] = {
    FailOn.NOTHING: lambda resolution: False,
    FailOn.UNRESOLVED: lambda resolution: resolution.desired.error is not None,
    FailOn.DIFFERENCE: lambda resolution: resolution.desired.error is not None or not agrees(resolution),
}


def gate(answer: Answer, fail_on: FailOn) -> dict[str, Any]:
    """The keys that make a result a failure, or none. Unknown values fail."""
    if fail_on is FailOn.NOTHING:
        return {}
    found = [resolution for resolution in answer.report.resolutions if _FAILS[fail_on](resolution)]
    reasons = [line for resolution in found[:_SHOWN] for line in _reason(resolution, answer)]
    reasons += [f"and {len(found) - _SHOWN} more"] if len(found) > _SHOWN else []
    reasons += [f"Namespace {name}: does not exist" for name in answer.absent]
    reasons += answer.unread
    return {"failed": True, "msg": "\n".join(reasons)} if reasons else {}


def _reason(resolution: Resolution, answer: Answer) -> list[str]:
    cause = (
        headline(resolution)
        if resolution.desired.error is not None
        else resolution.actual.message or "its operator uses another ServerConfig"
    )
    step = next_step(resolution)
    line = titled(resolution, answer.places, f"{title(resolution)}: {cause}")
    return [line, *([f"  next: {step}"] if step else [])]
