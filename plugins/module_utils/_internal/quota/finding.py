# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A diagnostic of code that has only a part of an object."""

from __future__ import annotations

from ..diagnosis.diagnostic import Diagnostic
from ..diagnosis.subject import UNNAMED


def finding(field: str, message: str, next_step: str = "") -> Diagnostic:
    """A diagnostic about a field, without a subject; ``next_step`` may be empty."""
    return Diagnostic(UNNAMED, message, field, next_steps=(next_step,) if next_step else ())
