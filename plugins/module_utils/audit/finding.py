# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What an audit can find, and what it found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from ..kube.resource import Resource
from .text import plain


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
class Rule:
    """``id`` never changes its meaning. ``kinds`` are those that it has to read: without one of them its answer is unknown.

    ``title`` says what is wrong, ``why`` what it does to a tenant, ``repair`` what to do about it.
    """

    id: str
    severity: Severity
    title: str
    why: str
    repair: str
    kinds: tuple[Resource, ...] = ()

    def found(self, tenant: str, obj: str, evidence: str, field: str = "", next_step: str = "") -> Finding:
        """A finding of this rule."""
        return Finding(self, tenant, plain(obj), plain(field), plain(evidence), plain(next_step or self.repair))


@dataclass(frozen=True)
class Finding:
    """``tenant`` is empty for what concerns the whole cluster. ``object`` is ``Kind namespace/name``."""

    rule: Rule
    tenant: str
    object: str
    field: str
    evidence: str
    next_step: str


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """The worst first; each only once."""
    unique = dict.fromkeys(findings)
    return sorted(
        unique, key=lambda one: (one.rule.severity.rank, one.rule.id, one.tenant, one.object, one.field, one.evidence)
    )


def worst(findings: Iterable[Finding]) -> Severity | None:
    """The worst severity; None where nothing was found."""
    return min((finding.rule.severity for finding in findings), key=lambda severity: severity.rank, default=None)


def few(values: Iterable[str], most: int = 5) -> str:
    """The first of them, and how many more there are."""
    listed = list(values)
    more = f" and {len(listed) - most} more" if len(listed) > most else ""
    return ", ".join(listed[:most]) + more


Findings = Iterator[Finding]
