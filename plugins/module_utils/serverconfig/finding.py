# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What can be said about a Server and its ServerConfig, in a form for people and machines."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Severity(str, Enum):
    """ERROR: it does not work, or not as written. WARNING: it works, perhaps not as meant. INFO: worth knowing. UNKNOWN: not judged."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Finding:
    """``code`` is a stable word, ``path`` the field it is about (of the Server, or of the pod), ``next_step`` may be empty."""

    code: str
    severity: Severity
    path: str
    message: str
    next_step: str = ""


def is_error(finding: Finding) -> bool:
    """Whether it keeps the Server from working."""
    return finding.severity is Severity.ERROR
