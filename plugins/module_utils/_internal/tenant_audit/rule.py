# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A rule: its id, its texts, the kinds that it reads, and the function that finds its faults."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from types import ModuleType
from typing import Any, Generic, TypeVar

from ..kube.resource import Resource
from .text import one_line

Judged = TypeVar("Judged")
"""The input of a rule's finder: the audit's World, or one tenant's results of a verification."""


DEPLOY_AGAIN = "run the deployment playbook for the tenant again"
"""The beginning of every repair by a deployment. It is impossible while the namespace is being deleted."""


class Severity(str, Enum):
    """From the worst on."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 is the worst."""
        return list(Severity).index(self)


@dataclass(frozen=True)
class Observation:
    """One fault as a finder reports it. ``tenant`` is empty for what concerns the whole cluster; ``object`` is
    ``Kind namespace/name``.

    ``next_step``: empty where the rule's ``repair`` is the next step.
    """

    tenant: str
    object: str
    evidence: str
    field: str = ""
    next_step: str = ""


Observations = Iterator[Observation]
Finder = Callable[[Judged], Iterable[Observation]]


@dataclass(frozen=True)
class Rule(Generic[Judged]):
    """``id`` never changes its meaning. ``kinds`` are those that it has to read: without one of them its answer is
    unknown.

    ``title`` says what is wrong, ``why`` what it does to a tenant, ``repair`` what to do about it. ``metric`` is the
    name of the success metric that counts its findings; empty for none.
    """

    id: str
    severity: Severity
    title: str
    why: str
    repair: str
    kinds: tuple[Resource, ...]
    metric: str
    finder: Finder[Judged]

    def find(self, judged: Judged) -> Iterator[Finding]:
        """Every fault as a finding of this rule."""
        return map(self.finding, self.finder(judged))

    def finding(self, observation: Observation) -> Finding:
        """Its texts become one line each."""
        return Finding(
            self,
            observation.tenant,
            one_line(observation.object),
            one_line(observation.field),
            one_line(observation.evidence),
            one_line(observation.next_step or self.repair),
        )


@dataclass(frozen=True)
class Finding:
    """``tenant`` is empty for what concerns the whole cluster. ``object`` is ``Kind namespace/name``."""

    rule: Rule[Any]
    tenant: str
    object: str
    field: str
    evidence: str
    next_step: str


def rule(
    id: str,
    severity: Severity,
    *,
    title: str,
    why: str,
    repair: str,
    kinds: tuple[Resource, ...] = (),
    metric: str = "",
) -> Callable[[Finder[Judged]], Rule[Judged]]:
    """Makes a rule of the finder that follows."""
    return lambda finder: Rule(id, severity, title, why, repair, kinds, metric, finder)


def rules_in(module: ModuleType) -> Iterator[Rule[Any]]:
    """Every rule that a module defines."""
    return (value for value in vars(module).values() if isinstance(value, Rule))
