# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A problem of operators, and the operators and namespaces that it concerns."""

from __future__ import annotations

from dataclasses import dataclass

from ..diagnosis.diagnostic import Diagnostic


@dataclass(frozen=True, slots=True)
class Conflict:
    """`operators` (`namespace/name`) are those involved. `namespaces` are those affected; empty where the problem is in the
    operators themselves.
    """

    diagnostic: Diagnostic
    operators: tuple[str, ...] = ()
    namespaces: tuple[str, ...] = ()
