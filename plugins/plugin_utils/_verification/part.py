# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a verification judges of one tenant: raw results of tasks, of which any may have failed or not have been asked
for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Part:
    """One tenant. ``checked`` is a result of the module ``tenant`` in check mode, None where there is none; ``problem``
    is why, if it was asked for.

    ``asked`` are results of ``inference_check``, each with the ``item`` that it was asked by. ``servers`` are the
    tenant's in a result of ``tenant_audit``.
    """

    tenant: str
    checked: Mapping[str, Any] | None = None
    problem: str = ""
    asked: Sequence[Mapping[str, Any]] = ()
    servers: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True)
class Unseen:
    """A kind, log or check that could not be read, why, and the ids of the rules whose result is unknown for it."""

    what: str
    reason: str
    rules: tuple[str, ...] = ()


def failure_of(result: Mapping[str, Any]) -> str:
    """Why a task gave no verdict; empty where it gave one."""
    return "" if "verdict" in result else str(result.get("msg") or "it ended without a verdict and without a message")
