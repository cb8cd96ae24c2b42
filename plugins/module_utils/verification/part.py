# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What was looked at besides the audit: raw results of tasks, of which any may have failed or not have been asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Part:
    """One tenant. ``checked`` is a result of the module ``tenant`` in check mode, None where there is none; ``problem`` is why, if it was asked for.

    ``asked`` are results of ``inference_check``, each with the ``item`` that it was asked by.
    """

    tenant: str
    checked: Mapping[str, Any] | None = None
    problem: str = ""
    asked: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True)
class Unseen:
    """What could not be seen, why, and the ids of the rules that are unknown for it."""

    what: str
    reason: str
    rules: tuple[str, ...] = ()


def failure_of(result: Mapping[str, Any]) -> str:
    """Why a task gave no verdict; empty where it gave one."""
    return "" if "verdict" in result else str(result.get("msg") or "it ended without a verdict and without a message")
