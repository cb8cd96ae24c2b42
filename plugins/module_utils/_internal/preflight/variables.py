# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Variables with a reserved prefix that are not options: most often a typing error, which would be ignored."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from ..diagnosis.diagnostic import Diagnostic
from ..diagnosis.subject import Subject


def unknown_variables(prefix: str, known: Collection[str], given: Iterable[str]) -> list[Diagnostic]:
    """One problem for each name of ``given`` that begins with ``prefix`` and is not in ``known``."""
    return [_problem(name, prefix, known) for name in sorted({*given}) if name.startswith(prefix) and name not in known]


def options_of(argument_specs: Mapping[str, Any]) -> frozenset[str]:
    """The names of all options in a parsed ``meta/argument_specs.yml``, of every entry point."""
    entry_points = argument_specs.get("argument_specs") or {}
    return frozenset(name for entry in entry_points.values() for name in entry.get("options") or {})


def _problem(name: str, prefix: str, known: Collection[str]) -> Diagnostic:
    close = get_close_matches(name, known, n=1, cutoff=0.6)
    step = f"did you mean {close[0]}?" if close else "remove it, or see the README.md for the options"
    message = f"there is no such option, and {prefix}* is reserved for options"
    return Diagnostic(Subject("variable", name), message, next_steps=(step,))
