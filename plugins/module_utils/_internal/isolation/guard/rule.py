# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A rule of the guard."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from .kinds import GuardedKind
from .term import Either, Term, at


class Subject(Enum):
    """The part of a pod that the term of a rule is about."""

    POD = "pod spec"
    CONTAINER = "container"
    METADATA = "labels and annotations of pods"
    CLAIM = "volumeClaimTemplate"
    OBJECT = "object"


@dataclass(frozen=True)
class Part:
    """A place that a rule looks at. ``term`` is true of what is refused; ``field`` is a path inside of the subject, as
    messages name it.
    """

    subject: Subject
    field: str
    term: Term
    kinds: frozenset[str]


@dataclass(frozen=True)
class Rule:
    """``id`` never changes its meaning and is never given to another rule.

    ``title`` is what it refuses and ``why``, for the documentation. ``expected`` and ``repair`` end the message.
    ``default``: in force unless it is switched off.
    """

    id: str
    name: str
    title: str
    why: str
    expected: str
    repair: str
    parts: tuple[Part, ...]
    default: bool = True


@dataclass(frozen=True)
class Check:
    """A part of a rule as it applies to one kind: ``term`` is about the whole object; ``text`` follows the object's
    kind and name.
    """

    rule: Rule
    term: Term
    field: str

    @property
    def text(self) -> str:
        """The message without its object, such as ``SG101 host-namespaces: …``."""
        return f"{self.rule.id} {self.rule.name}: {self.field} {self.rule.expected}; {self.rule.repair}"


def checks_of(kind: GuardedKind, rules: Iterable[Rule]) -> list[Check]:
    """In the order of the rules and their parts."""
    return [Check(rule, *_applied(kind, part)) for rule in rules for part in rule.parts if kind.name in part.kinds]


def _applied(kind: GuardedKind, part: Part) -> tuple[Term, str]:
    """Term and field for the whole object."""
    if part.subject is Subject.POD:
        return at(kind.pod, part.term), _joined(kind.pod, part.field)
    if part.subject is Subject.CONTAINER:
        term = at(kind.pod, Either((at("containers[]", part.term), at("initContainers[]", part.term))))
        return term, _joined(kind.pod, f"containers[].{part.field}")
    if part.subject is Subject.METADATA:
        maps = Either((at("labels", part.term), at("annotations", part.term)))
        places = tuple(at(place, maps) for place in kind.metadata)
        term = places[0] if len(places) == 1 else Either(places)
        return term, _joined(kind.metadata[-1], "labels or annotations")
    if part.subject is Subject.CLAIM:
        return at(kind.claims, part.term), _joined(kind.claims, part.field)
    return part.term, part.field


def _joined(*parts: str) -> str:
    return ".".join(part for part in parts if part)
