# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The verdict of the Pod Security Standards on a pod."""

from __future__ import annotations

from dataclasses import dataclass

from .policy import Level, Policy


@dataclass(frozen=True)
class Place:
    """A field that breaks a control, from ``spec`` or ``metadata`` on, with containers and volumes by name, and what to
    do about it.
    """

    field: str
    next_step: str


@dataclass(frozen=True)
class Forbidden:
    """The refusal of a pod by a control: ``reason`` and ``detail`` are the API server's words."""

    reason: str
    detail: str
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Violation:
    """A control that a pod breaks; ``level`` is the lowest level that has it."""

    control: str
    level: Level
    forbidden: Forbidden


@dataclass(frozen=True)
class Unknown:
    """A control that could not be judged, because ``field`` is not what it has to be: the API server refuses such a pod
    for that.
    """

    control: str
    field: str
    expected: str


@dataclass(frozen=True)
class Verdict:
    """``rules`` is the minor release whose rules were applied. Controls are in the API server's order."""

    policy: Policy
    rules: int
    violations: tuple[Violation, ...] = ()
    unknown: tuple[Unknown, ...] = ()

    @property
    def allowed(self) -> bool:
        """Nothing is broken and everything could be judged."""
        return not self.violations and not self.unknown

    @property
    def message(self) -> str:
        """The API server's message about a refused pod; empty when no control is known to be violated."""
        if not self.violations:
            return ""
        said = [violation.forbidden for violation in self.violations]
        return f'violates PodSecurity "{self.policy}": ' + ", ".join(
            f"{one.reason} ({one.detail})" if one.detail else one.reason for one in said
        )
