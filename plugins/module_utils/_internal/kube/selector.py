# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Label selectors: those of objects (matchLabels, matchExpressions) and kubectl's text form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from .malformed import Malformed, read_list, read_mapping, refuse_unknown
from .names import is_label_value, is_qualified_name
from .ternary import Ternary, all_of

_LONGEST = 1000
_KEY = r"[A-Za-z0-9](?:[-A-Za-z0-9_./]*[A-Za-z0-9])?"
_VALUE = r"(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?)?"
_COMMA = re.compile(r",(?![^()]*\))")
"""A comma between requirements, not inside parentheses."""
_SET = re.compile(rf"({_KEY})\s+(in|notin)\s*\(([^()]*)\)", re.ASCII)
_EQUAL = re.compile(rf"({_KEY})\s*(==|=|!=)\s*({_VALUE})", re.ASCII)
_EXISTS = re.compile(rf"(!?)\s*({_KEY})", re.ASCII)


class Operator(str, Enum):
    """The operators of a requirement."""

    IN = "In"
    NOT_IN = "NotIn"
    EXISTS = "Exists"
    DOES_NOT_EXIST = "DoesNotExist"


@dataclass(frozen=True)
class Labels:
    """``complete``: keys that are not in ``values`` are absent; otherwise it is unknown whether they are."""

    values: Mapping[str, str] = field(default_factory=dict)
    complete: bool = True


@dataclass(frozen=True)
class Requirement:
    """A condition on one key. An absent label satisfies NotIn."""

    key: str
    operator: Operator
    values: frozenset[str] = frozenset()

    def holds(self, labels: Labels) -> Ternary:
        value = labels.values.get(self.key)
        if value is None and not labels.complete:
            return None
        if self.operator is Operator.IN:
            return value in self.values
        if self.operator is Operator.NOT_IN:
            return value not in self.values
        return (value is not None) is (self.operator is Operator.EXISTS)


@dataclass(frozen=True)
class Selector:
    """All requirements must hold; a selector without requirements matches everything."""

    requirements: tuple[Requirement, ...] = ()

    @property
    def keys(self) -> frozenset[str]:
        """The label keys of its requirements."""
        return frozenset(requirement.key for requirement in self.requirements)

    def matches(self, labels: Labels) -> Ternary:
        return all_of(requirement.holds(labels) for requirement in self.requirements)


def read_labels(value: object) -> Labels:
    """The labels of metadata.labels. Where an entry is not a string, it is left out and ``complete`` is false."""
    if value is None:
        return Labels()
    if not isinstance(value, Mapping):
        return Labels({}, complete=False)
    sound = {key: text for key, text in value.items() if isinstance(key, str) and isinstance(text, str)}
    return Labels(sound, complete=len(sound) == len(value))


def read_selector(value: object, path: str) -> Selector:
    """The selector of an object; ``matchLabels`` and ``matchExpressions`` must both hold. Raises Malformed."""
    given = read_mapping(value, path)
    refuse_unknown(given, path, ("matchLabels", "matchExpressions"))
    requirements = []
    for key, text in read_mapping(given.get("matchLabels"), f"{path}.matchLabels").items():
        place = f"{path}.matchLabels"
        requirements.append(Requirement(_key(key, place), Operator.IN, frozenset((_value(text, f"{place}[{key}]"),))))
    for position, entry in enumerate(read_list(given.get("matchExpressions"), f"{path}.matchExpressions")):
        requirements.append(_expression(entry, f"{path}.matchExpressions[{position}]"))
    return Selector(tuple(requirements))


def parse_selector(text: str) -> Selector:
    """The selector of a text such as ``team=a,tier in (x, y),!legacy``. Raises Malformed, also for an empty text.

    Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
    """
    if len(text) > _LONGEST:
        raise Malformed("selector", f"is longer than {_LONGEST} characters")
    return Selector(tuple(_requirement(part.strip()) for part in _COMMA.split(text)))


def _requirement(text: str) -> Requirement:
    if match := _SET.fullmatch(text):
        operator = Operator.IN if match[2] == "in" else Operator.NOT_IN
        return Requirement(match[1], operator, frozenset(value.strip() for value in match[3].split(",")))
    if match := _EQUAL.fullmatch(text):
        operator = Operator.NOT_IN if match[2] == "!=" else Operator.IN
        return Requirement(match[1], operator, frozenset((match[3],)))
    if match := _EXISTS.fullmatch(text):
        return Requirement(match[2], Operator.DOES_NOT_EXIST if match[1] else Operator.EXISTS)
    raise Malformed("selector", f"has a requirement that cannot be read: {ascii(text[:80])}")


def _expression(value: object, path: str) -> Requirement:
    given = read_mapping(value, path)
    refuse_unknown(given, path, ("key", "operator", "values"))
    key = _key(given.get("key"), f"{path}.key")
    try:
        operator = Operator(given.get("operator"))
    except ValueError:
        raise Malformed(f"{path}.operator", f"is not one of {', '.join(choice.value for choice in Operator)}") from None
    values = [
        _value(text, f"{path}.values[{number}]")
        for number, text in enumerate(read_list(given.get("values"), f"{path}.values"))
    ]
    if operator in (Operator.IN, Operator.NOT_IN):
        if not values:
            raise Malformed(f"{path}.values", f"is empty, but {operator.value} needs values")
    elif values:
        raise Malformed(f"{path}.values", f"is set, but {operator.value} takes no values")
    return Requirement(key, operator, frozenset(values))


def _key(value: object, path: str) -> str:
    if not isinstance(value, str) or not is_qualified_name(value):
        raise Malformed(path, "is not a label's key")
    return value


def _value(value: object, path: str) -> str:
    if not isinstance(value, str) or not is_label_value(value):
        raise Malformed(path, "is not a label's value")
    return value
