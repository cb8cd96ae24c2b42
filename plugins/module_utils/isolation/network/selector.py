# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Label selectors of NetworkPolicies, read once and asked often."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from ...kube.text import is_label_value, is_qualified_name
from .known import Known, all_of
from .malformed import Malformed, read_list, read_mapping, refuse_unknown


class Operator(str, Enum):
    """How a requirement looks at a label."""

    IN = "In"
    NOT_IN = "NotIn"
    EXISTS = "Exists"
    DOES_NOT_EXIST = "DoesNotExist"


@dataclass(frozen=True)
class Labels:
    """``complete``: a key that is not here is not there; else it is not known whether it is."""

    values: Mapping[str, str] = field(default_factory=dict)
    complete: bool = True


@dataclass(frozen=True)
class Requirement:
    """One key. A label that is absent satisfies NotIn."""

    key: str
    operator: Operator
    values: frozenset[str] = frozenset()

    def holds(self, labels: Labels) -> Known:
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
    """All of its requirements have to hold; one without any matches everything."""

    requirements: tuple[Requirement, ...] = ()

    def matches(self, labels: Labels) -> Known:
        return all_of(requirement.holds(labels) for requirement in self.requirements)


def read_labels(value: object) -> Labels:
    """metadata.labels. What is not text is left out, and then nothing is known of the keys that are missing."""
    if value is None:
        return Labels()
    if not isinstance(value, Mapping):
        return Labels({}, complete=False)
    sound = {key: text for key, text in value.items() if isinstance(key, str) and isinstance(text, str)}
    return Labels(sound, complete=len(sound) == len(value))


def read_selector(value: object, path: str) -> Selector:
    """Raises Malformed. ``matchLabels`` and ``matchExpressions`` have to hold together."""
    given = read_mapping(value, path)
    refuse_unknown(given, path, ("matchLabels", "matchExpressions"))
    requirements = []
    for key, text in read_mapping(given.get("matchLabels"), f"{path}.matchLabels").items():
        place = f"{path}.matchLabels"
        requirements.append(Requirement(_key(key, place), Operator.IN, frozenset((_value(text, f"{place}[{key}]"),))))
    for position, entry in enumerate(read_list(given.get("matchExpressions"), f"{path}.matchExpressions")):
        requirements.append(_expression(entry, f"{path}.matchExpressions[{position}]"))
    return Selector(tuple(requirements))


def _expression(value: object, path: str) -> Requirement:
    given = read_mapping(value, path)
    refuse_unknown(given, path, ("key", "operator", "values"))
    key = _key(given.get("key"), f"{path}.key")
    try:
        operator = Operator(given.get("operator"))
    except ValueError:
        raise Malformed(f"{path}.operator", f"is none of {', '.join(known.value for known in Operator)}") from None
    values = [
        _value(text, f"{path}.values[{number}]")
        for number, text in enumerate(read_list(given.get("values"), f"{path}.values"))
    ]
    if operator in (Operator.IN, Operator.NOT_IN):
        if not values:
            raise Malformed(f"{path}.values", f"is empty, which {operator.value} may not be")
    elif values:
        raise Malformed(f"{path}.values", f"is given, which {operator.value} does not take")
    return Requirement(key, operator, frozenset(values))


def _key(value: object, path: str) -> str:
    if not isinstance(value, str) or not is_qualified_name(value):
        raise Malformed(path, "is not a label's key")
    return value


def _value(value: object, path: str) -> str:
    if not isinstance(value, str) or not is_label_value(value):
        raise Malformed(path, "is not a label's value")
    return value
