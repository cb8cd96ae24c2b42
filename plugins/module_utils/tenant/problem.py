# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What stands against a tenant, in a form for people and machines."""

from __future__ import annotations

import json
from dataclasses import dataclass

_SHOWN = 80


@dataclass(frozen=True)
class Problem:
    """One cause. ``subject`` is an object (``Server mlserver``) or an option (``tenant_namespace_name``).

    ``field`` is the path inside the object, or the option again; ``details`` say what was expected, where was looked, and the next step.
    """

    subject: str
    message: str
    field: str = ""
    details: tuple[str, ...] = ()

    def text(self) -> str:
        """The cause in the first line, details indented below."""
        return "\n".join([f"{self.subject}: {self.message}", *(f"  {line}" for line in self.details)])


def shown(value: object) -> str:
    """A value from outside as it may be printed: quoted, one line, plain ASCII, cut."""
    text = json.dumps(value, default=lambda other: type(other).__name__)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + '..."'
