# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The wrong fields that a refusal names, one short text each: without the values that the API server dumps.

Formats: ``field.Error`` of k8s.io/apimachinery/pkg/util/validation/field, the strict decoding error of its serializers,
and the errors of sigs.k8s.io/structured-merge-diff/typed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

from .cause import Cause

_UNKNOWN = re.compile(r'(unknown|duplicate) field "((?:[^"\\]|\\.)*)"')
_TYPED = re.compile(r"^\s*(\.[^\s:]\S*): (.+)$")
_TYPE = re.compile(
    r"^(Invalid value|Unsupported value|Duplicate value|Forbidden|Required value|Too long|Too many|Not found|Internal error)(?:: |$)"
)
_WITH_VALUE = ("Invalid value", "Unsupported value", "Duplicate value", "Too long", "Too many", "Not found")
_REGEX = re.compile(r",? *\(?(?:e\.g\. [^()]*)?,? *regex used for validation is '.*?'\)?(?=$|, )")
_OF_TYPE = re.compile(r'must be of type (\w+): "(\w+)"')
_QUANTITY = re.compile(r"should match '\^\(\\\+\|-\)\?\(\(\[0-9\]\+.*$")
_DUMP = re.compile(r"(?:Invalid|Duplicate|Unsupported) value: [&\w.\[\]*]*[{\[]")
_IMMUTABLE = re.compile(
    r"immutable|may not change once set|may not be changed|cannot be changed|cannot change roleRef|updates to \w+ spec for fields other than"
    r"|may not change fields other than|can ?not be less than (previous value|status\.capacity)|cannot be updated",
    re.I,
)
_LONGEST = 160


@dataclass(frozen=True)
class FieldError:
    """``value``: the refused value, where it is a scalar. ``text``: one line, without the value."""

    field: str
    text: str
    value: str = ""

    @property
    def is_immutable(self) -> bool:
        """Whether the field cannot be changed any more, whatever its value."""
        return bool(_IMMUTABLE.search(self.text))


def field_errors(causes: Iterable[Cause]) -> list[FieldError]:
    """One entry per field, in their order. Causes without a field, such as those of admission policies, have none."""
    errors: dict[str, FieldError] = {}
    for cause in causes:
        field = cause.field.lstrip(".")
        if field and field not in ("<nil>", "metadata.managedFields"):
            errors.setdefault(field, _field_error(field, cause))
    return list(errors.values())


def causes_in(message: str) -> list[Cause]:
    """The fields that a message names without ``details.causes``: unknown ones, and those of another type."""
    if "strict decoding error" in message:
        return [Cause("", f"{word} field", name) for word, name in _UNKNOWN.findall(message)]
    found = (_TYPED.match(line) for line in message.splitlines())
    return [Cause("", _declared(match[2]), match[1]) for match in found if match]


def without_dumps(text: str) -> str:
    """The text without the values of maps and lists, and without the diff of a claim. Scalars stay."""
    while match := _DUMP.search(text):
        text = text[: match.start()] + text[_closing(text, match.end() - 1) :].removeprefix(": ")
    return text.split("\n@@", 1)[0]


def _declared(text: str) -> str:
    return "unknown field" if text == "field not declared in schema" else text


def _field_error(field: str, cause: Cause) -> FieldError:
    text, value = cause.message.split("\n", 1)[0].strip(), ""
    kind = _TYPE.match(text)
    if kind:
        text = text[kind.end() :]
        if kind[1] in _WITH_VALUE:
            value, text = _value_and_detail(text)
        if kind[1] == "Required value":
            text = f"is required: {text}" if text else "is required"
        elif not text:
            text = kind[1].lower()
    text = text.removeprefix(f"{field} in body ").removeprefix(f"{field}: ")
    text = _QUANTITY.sub("must be a quantity, such as 500m or 2Gi", _REGEX.sub("", text))
    if _OF_TYPE.search(text):  # the value is the name of the type
        return FieldError(field, _OF_TYPE.sub(r"must be of type \1, not \2", text))
    return FieldError(field, text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…", value)


def _value_and_detail(text: str) -> tuple[str, str]:
    """(a scalar value or an empty string, the words after the value)."""
    if text[:1] == '"':
        try:
            value, end = json.JSONDecoder().raw_decode(text)
        except ValueError:
            return "", text.rpartition('": ')[2] if '": ' in text else ""
        return f'"{value}"', text[end:].removeprefix(": ")
    head = re.match(r"[^\s:{\[]*", text)
    start = head.end() if head else 0
    if text[start : start + 1] in ("{", "["):
        return "", text[_closing(text, start) :].removeprefix(": ")
    value, _separator, detail = text.partition(": ")
    return value, detail


def _closing(text: str, start: int) -> int:
    """The position behind the bracket that closes the one at ``start``; the end of the text where none does."""
    depth, quoted, position = 0, False, start
    while position < len(text):
        character = text[position]
        if character == "\\":
            position += 1
        elif character == '"':
            quoted = not quoted
        elif not quoted and character in "{[(":
            depth += 1
        elif not quoted and character in "}])":
            depth -= 1
            if depth == 0:
                return position + 1
        position += 1
    return len(text)
