# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a rule of the guard is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from .kinds import GuardedKind
from .term import Either, Term, at


class Subject(Enum):
    """What the term of a rule is about."""

    POD = "pod spec"
    CONTAINER = "container"
    METADATA = "labels and annotations of pods"
    CLAIM = "volumeClaimTemplate"
    OBJECT = "object"


@dataclass(frozen=True)
class Rule:
    """``term`` is true of what is refused. ``field`` is a path inside of the subject, as messages name it.

    ``identifier`` never changes and is never given to another rule; several parts of a rule have the same, each for other ``kinds``.
    ``expected`` and ``next_step`` end the message. ``default``: in force unless it is switched off.
    """

    identifier: str
    name: str
    subject: Subject
    field: str
    term: Term
    expected: str
    next_step: str
    kinds: frozenset[str]
    default: bool = True

    @property
    def title(self) -> str:
        """Such as ``SG101 host-namespaces``."""
        return f"{self.identifier} {self.name}"


@dataclass(frozen=True)
class Check:
    """A rule as it applies to one kind: ``term`` is about the whole object; ``text`` follows the object's kind and name."""

    rule: Rule
    term: Term
    field: str

    @property
    def text(self) -> str:
        """The message without its object."""
        return f"{self.rule.title}: {self.field} {self.rule.expected}; {self.rule.next_step}"


def checks_of(kind: GuardedKind, rules: Iterable[Rule]) -> list[Check]:
    """In the order of the rules."""
    return [_check(kind, rule) for rule in rules if kind.name in rule.kinds]


def _check(kind: GuardedKind, rule: Rule) -> Check:
    if rule.subject is Subject.POD:
        return Check(rule, at(kind.pod, rule.term), _joined(kind.pod, rule.field))
    if rule.subject is Subject.CONTAINER:
        term = at(kind.pod, Either((at("containers[]", rule.term), at("initContainers[]", rule.term))))
        return Check(rule, term, _joined(kind.pod, f"containers[].{rule.field}"))
    if rule.subject is Subject.METADATA:
        maps = Either((at("labels", rule.term), at("annotations", rule.term)))
        places = tuple(at(place, maps) for place in kind.metadata)
        return Check(
            rule, places[0] if len(places) == 1 else Either(places), _joined(kind.metadata[-1], "labels or annotations")
        )
    if rule.subject is Subject.CLAIM:
        return Check(rule, at(kind.claims, rule.term), _joined(kind.claims, rule.field))
    return Check(rule, rule.term, rule.field)


def _joined(*parts: str) -> str:
    return ".".join(part for part in parts if part)
