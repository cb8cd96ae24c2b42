# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What can be wrong with operators, in words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Severity(str, Enum):
    """ERROR: something does not work or will not. WARNING: it works, but not as it seems or with more rights than needed. UNKNOWN: not judged."""

    ERROR = "error"
    WARNING = "warning"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Conflict:
    """One finding: the `object` it is about, `what` is wrong with it, and the `next_step` of a person.

    `operators` (`namespace/name`) are those involved. `namespaces` are those affected; empty when it is about the operators as such.
    """

    kind: str
    severity: Severity
    object: str
    what: str
    next_step: str
    operators: tuple[str, ...] = ()
    namespaces: tuple[str, ...] = ()
