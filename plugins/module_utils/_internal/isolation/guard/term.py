# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Statements about parts of an object that can be both evaluated here and written in CEL (Common Expression Language).

``holds`` accepts any JSON value: a part of an unexpected type, or a null, counts as absent. ``cel`` gives an expression
for the API server, which has already refused objects with unexpected types.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

NAMESPACE = "<namespace>"
"""In a pattern: the object's own namespace, a DNS label."""
_LOWER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")


class Term(Protocol):
    """A statement about one value."""

    def holds(self, value: object, namespace: str) -> bool:
        """Whether it is true of ``value``, which is part of an object in ``namespace``."""

    def cel(self, value: str, level: int = 0) -> str:
        """A boolean expression about the expression ``value``; ``level`` is how many lists and maps it is in."""


@dataclass(frozen=True)
class Present:
    """There is a value at all."""

    def holds(self, value: object, namespace: str) -> bool:
        return value is not None

    def cel(self, value: str, level: int = 0) -> str:
        return "true"


@dataclass(frozen=True)
class Is:
    """The value is this boolean, number or string."""

    wanted: bool | int | str

    def holds(self, value: object, namespace: str) -> bool:
        return type(value) is type(self.wanted) and value == self.wanted

    def cel(self, value: str, level: int = 0) -> str:
        return f"{value} == {json.dumps(self.wanted)}"


@dataclass(frozen=True)
class Filled:
    """A list, a map or a string that is not empty."""

    def holds(self, value: object, namespace: str) -> bool:
        return isinstance(value, (str, list, Mapping)) and len(value) > 0

    def cel(self, value: str, level: int = 0) -> str:
        return f"size({value}) > 0"


@dataclass(frozen=True)
class Matches:
    """The whole string matches a regular expression of what Python and RE2 read alike; ``lower``: after A-Z became a-z."""

    pattern: str
    lower: bool = False

    def holds(self, value: object, namespace: str) -> bool:
        if not isinstance(value, str):
            return False
        pattern = self.pattern.replace(NAMESPACE, re.escape(namespace))
        return re.fullmatch(pattern, value.translate(_LOWER) if self.lower else value, re.DOTALL) is not None

    def cel(self, value: str, level: int = 0) -> str:
        parts = [json.dumps(part) for part in f"(?s)^(?:{self.pattern})$".split(NAMESPACE)]
        return f"{value}{'.lowerAscii()' if self.lower else ''}.matches({' + request.namespace + '.join(parts)})"


@dataclass(frozen=True)
class At:
    """An object has this field, and the term is true of it."""

    field: str
    term: Term

    def holds(self, value: object, namespace: str) -> bool:
        found = value.get(self.field) if isinstance(value, Mapping) else None
        return found is not None and self.term.holds(found, namespace)

    def cel(self, value: str, level: int = 0) -> str:
        inner = f"{value}.{self.field}"
        return (
            f"has({inner})"
            if isinstance(self.term, Present)
            else f"has({inner}) && {_nested(self.term.cel(inner, level))}"
        )


@dataclass(frozen=True)
class Some:
    """The term is true of an entry of a list."""

    term: Term

    def holds(self, value: object, namespace: str) -> bool:
        return isinstance(value, list) and any(self.term.holds(entry, namespace) for entry in value)

    def cel(self, value: str, level: int = 0) -> str:
        return f"{value}.exists(v{level}, {self.term.cel(f'v{level}', level + 1)})"


@dataclass(frozen=True)
class SomeKey:
    """The term is true of a key of a map of strings, and ``value`` of what it leads to."""

    term: Term
    value: Term = Present()

    def holds(self, value: object, namespace: str) -> bool:
        return isinstance(value, Mapping) and any(
            self.term.holds(key, namespace) and self.value.holds(entry, namespace) for key, entry in value.items()
        )

    def cel(self, value: str, level: int = 0) -> str:
        key = f"v{level}"
        parts = [self.term.cel(key, level + 1)]
        if not isinstance(self.value, Present):
            parts.append(self.value.cel(f"{value}[{key}]", level + 1))
        return f"{value}.exists({key}, {' && '.join(map(_nested, parts))})"


@dataclass(frozen=True)
class Not:
    """The opposite."""

    term: Term

    def holds(self, value: object, namespace: str) -> bool:
        return not self.term.holds(value, namespace)

    def cel(self, value: str, level: int = 0) -> str:
        return f"!({self.term.cel(value, level)})"


@dataclass(frozen=True)
class Either:
    """At least one of the terms."""

    terms: tuple[Term, ...]

    def holds(self, value: object, namespace: str) -> bool:
        return any(term.holds(value, namespace) for term in self.terms)

    def cel(self, value: str, level: int = 0) -> str:
        return " || ".join(_nested(term.cel(value, level)) for term in self.terms)


@dataclass(frozen=True)
class Both:
    """All of the terms."""

    terms: tuple[Term, ...]

    def holds(self, value: object, namespace: str) -> bool:
        return all(term.holds(value, namespace) for term in self.terms)

    def cel(self, value: str, level: int = 0) -> str:
        return " && ".join(_nested(term.cel(value, level)) for term in self.terms)


def at(path: str, term: Term) -> Term:
    """The term about everything at a path such as ``spec.overrides[].podSpec``; an empty path is the value itself."""
    if not path:
        return term
    head, dot, rest = path.partition(".")
    inner = at(rest, term)
    return At(head.removesuffix("[]"), Some(inner)) if head.endswith("[]") else At(head, inner)


def either(*terms: Term) -> Term:
    """At least one of them."""
    return Either(terms)


def both(*terms: Term) -> Term:
    """All of them."""
    return Both(terms)


def one_of(*words: str) -> Term:
    """The string is one of these."""
    return Matches("|".join(map(re.escape, words)))


def _nested(expression: str) -> str:
    return f"({expression})" if " && " in expression or " || " in expression else expression
