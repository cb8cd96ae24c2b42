# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is wrong with a Server or its ServerConfig, found by code that sees parts of them only."""

from __future__ import annotations

from ..diagnosis.diagnostic import Diagnostic, Severity
from ..diagnosis.subject import UNNAMED


def finding(code: str, severity: Severity, field: str, message: str, next_step: str = "") -> Diagnostic:
    """``field`` is one of the Server, or of the pod; ``next_step`` may be empty."""
    steps = (next_step,) if next_step else ()
    return Diagnostic(UNNAMED, message, field, next_steps=steps, severity=severity, code=code)


def is_error(diagnostic: Diagnostic) -> bool:
    """Whether it keeps the Server from working."""
    return diagnostic.severity is Severity.ERROR
