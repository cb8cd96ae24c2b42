# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The tenants that ``seldon_deploy_tenants`` chooses. The value is data, for example an answer of a survey."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.diagnosis.diagnostic import Diagnostic
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.diagnosis.quoting import quoted
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.diagnosis.subject import option

VARIABLE = "seldon_deploy_tenants"
HOST = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*", re.ASCII)
"""A name of a host. A pattern such as ``*`` or ``!name`` does not match."""
SEPARATORS = re.compile(r"[,\s]+")


@dataclass(frozen=True)
class Choice:
    """The ``hosts`` of the chosen tenants, in the order of the inventory, or ``problems``."""

    hosts: tuple[str, ...] = ()
    problems: tuple[Diagnostic, ...] = ()


def choose(answer: object, tenants: Sequence[str], reached: Collection[str], *, part: bool) -> Choice:
    """The tenants in ``answer``: a list of names, or text with names separated by commas or white space. An empty one
    means all.

    ``tenants`` are the tenants' hosts of the inventory. ``reached`` are all hosts that the limit of the run includes, also
    those of platforms. With ``part``, a name that is not in the inventory belongs to another part of it.
    """
    names = _names(answer)
    if names is None:
        message = f"expected names of tenants separated by commas, without patterns, got {quoted(answer)}"
        return Choice(problems=(Diagnostic(option(VARIABLE), message),))
    if not names:
        return Choice(hosts=tuple(name for name in tenants if name in reached))
    problems = [problem for name in names if (problem := _problem(name, tenants, reached, part))]
    return (
        Choice(problems=tuple(problems))
        if problems
        else Choice(hosts=tuple(name for name in tenants if name in names and name in reached))
    )


def _names(answer: object) -> list[str] | None:
    """Each name once; None if the answer is not a list of names."""
    if answer is None:
        return []
    given = SEPARATORS.split(answer) if isinstance(answer, str) else answer
    if not isinstance(given, list) or not all(isinstance(name, str) for name in given):
        return None
    names = [name for name in dict.fromkeys(given) if name]
    return names if all(HOST.fullmatch(name) for name in names) else None


def _problem(name: str, tenants: Sequence[str], reached: Collection[str], part: bool) -> Diagnostic | None:
    if name in tenants and name in reached:
        return None
    if part and name not in tenants and name not in reached:
        return None
    if name in tenants:
        message = f"the limit of this run excludes the tenant {quoted(name)}"
        return Diagnostic(option(VARIABLE), message, next_steps=("remove the limit, or the name",))
    close = get_close_matches(name, tenants, n=1, cutoff=0.6)
    step = f"did you mean {close[0]}?" if close else "see the hosts of the inventory's group tenants"
    return Diagnostic(option(VARIABLE), f"there is no tenant {quoted(name)}", next_steps=(step,))
