# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which tenants a run is asked for, from an answer that anybody may have typed."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from ..tenant.problem import shown

VARIABLE = "seldon_deploy_tenants"
HOST = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*", re.ASCII)
"""What a host's name is made of; a pattern such as ``*`` or ``!name`` is none."""
SEPARATORS = re.compile(r"[,\s]+")


@dataclass(frozen=True)
class Choice:
    """``hosts`` are those to work on, in the inventory's order; none where there are ``problems``, one line each."""

    hosts: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def choose(answer: object, tenants: Sequence[str], reached: Collection[str], *, part: bool) -> Choice:
    """The tenants that ``answer`` names: text with names separated by commas or white space, or a list of names; nothing means all.

    ``tenants`` are the inventory's, ``reached`` all hosts that the run's own limit leaves, of platforms too. Where the inventory is only a ``part``
    of the whole, a name that is not in it belongs to another part. Names are compared, and never anything else.
    """
    names = _names(answer)
    if names is None:
        return Choice(
            problems=(
                f"{VARIABLE}: expected names of tenants separated by commas, and no patterns, got {shown(answer)}",
            )
        )
    if not names:
        return Choice(hosts=tuple(name for name in tenants if name in reached))
    problems = [problem for name in names if (problem := _problem(name, tenants, reached, part))]
    return (
        Choice(problems=tuple(problems))
        if problems
        else Choice(hosts=tuple(name for name in tenants if name in names and name in reached))
    )


def _names(answer: object) -> list[str] | None:
    """Each name once; None for what cannot be names."""
    if answer is None:
        return []
    given = SEPARATORS.split(answer) if isinstance(answer, str) else answer
    if not isinstance(given, list) or not all(isinstance(name, str) for name in given):
        return None
    names = [name for name in dict.fromkeys(given) if name]
    return names if all(HOST.fullmatch(name) for name in names) else None


def _problem(name: str, tenants: Sequence[str], reached: Collection[str], part: bool) -> str:
    if name in tenants and name in reached:
        return ""
    if part and name not in tenants and name not in reached:
        return ""
    if name in tenants:
        return f"{VARIABLE}: {shown(name)} is a tenant that this run is limited not to touch; run it without that limit"
    close = get_close_matches(name, tenants, n=1, cutoff=0.6)
    step = f"did you mean {close[0]}?" if close else "see the hosts of the inventory's group tenants"
    return f"{VARIABLE}: there is no tenant {shown(name)}; {step}"
