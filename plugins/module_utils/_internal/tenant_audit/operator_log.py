# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The refusals in an operator's log. Its lines are not kept, since a log can hold confidential text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from .refusal import Refusal, refusals
from .text import first_few

_LOST = ("unable to retrieve container logs for ", "failed to try resolving symlinks in path ")
"""Beginnings of error messages that a kubelet returns in place of a log."""


@dataclass(frozen=True)
class OperatorLog:
    """``tenant`` is the one that the operator serves; empty for a central one. ``refusals``: the number of lines
    per refusal.

    ``unread`` are words why it could not be read to its end; empty where it was.
    """

    tenant: str
    refusals: Mapping[Refusal, int] = field(default_factory=dict)
    unread: str = ""


def operator_log(tenant: str, text: str, cut: bool = False) -> OperatorLog:
    """``cut``: whether more of it was left out at its end."""
    if text.startswith(_LOST):
        return OperatorLog(tenant, unread="its node no longer has it")
    return OperatorLog(
        tenant, Counter(refusals(text)), "it is too long; operator_log_lines can ask for less of it" if cut else ""
    )


def unread_logs(logs: Mapping[str, OperatorLog]) -> str:
    """Words for all that could not be read, by ``namespace/name`` of their pods; empty where there are none."""
    lost = [f"{pod}: {log.unread}" for pod, log in sorted(logs.items()) if log.unread]
    return f"{len(lost)} of {len(logs)} operators' logs, {first_few(lost, 2)}" if lost else ""
