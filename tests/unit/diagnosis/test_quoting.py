# SPDX-License-Identifier: GPL-3.0-or-later
"""Limits for text from outside that a message quotes."""

from __future__ import annotations

import json
import unicodedata
from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.diagnosis.quoting import (
    escaped,
    one_line,
    printable,
    quoted,
    shorten,
    shown_name,
)
from hypothesis import given
from hypothesis import strategies as st

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
texts = st.text() | st.text(st.characters(categories=("Cc", "Cf", "Cs", "Co", "Zl", "Zp", "Zs")))


def is_clean_line(text: str) -> bool:
    return not any(unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} for character in text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Zürich 模型", "Zürich 模型"),
        ("a\nb\tc\u2028d", "a b c d"),
        ("\x1b[31mred", "\ufffd[31mred"),
        ("user\u202etxt.exe", "user\ufffdtxt.exe"),
        ("zero\u200bwidth", "zero\ufffdwidth"),
    ],
)
def test_characters_that_move_a_cursor_or_hide_are_replaced(text: str, expected: str) -> None:
    assert printable(text) == expected


@given(texts)
def test_printable_text_is_one_clean_line_of_the_same_length(text: str) -> None:
    shown = printable(text)
    assert len(shown) == len(text) and is_clean_line(shown) and printable(shown) == shown


@given(texts)
def test_one_line_has_single_spaces_only(text: str) -> None:
    shown = one_line(text)
    assert is_clean_line(shown) and "  " not in shown and shown == shown.strip()


@given(values)
def test_quoted_values_are_bounded_ascii_in_json(value: Any) -> None:
    shown = quoted(value)
    assert shown.isascii() and shown.isprintable() and len(shown) <= 80 + len('..."')
    if len(shown) <= 80 and isinstance(value, (str, bool, int, type(None))):
        assert json.loads(shown) == value


@given(values)
def test_a_name_is_bounded_ascii(value: Any) -> None:
    shown = shown_name(value)
    assert shown.isascii() and shown.isprintable() and len(shown) <= 2 + 80 * len("\\U0001f600")


@given(values)
def test_escaped_values_are_bounded_ascii(value: Any) -> None:
    shown = escaped(value)
    assert shown.isascii() and shown.isprintable() and len(shown) <= 80 + len("...")


@given(st.from_regex(r"[a-z0-9]([-a-z0-9.]{0,78}[a-z0-9])?", fullmatch=True))
def test_the_name_of_an_object_is_shown_as_it_is(name: str) -> None:
    assert shown_name(name) == escaped(name) == one_line(name) == printable(name) == name
    assert quoted(name) == f'"{name}"' or len(name) > 78


@given(values, st.integers(1, 600))
def test_shortened_values_are_bounded(value: Any, limit: int) -> None:
    shown = shorten(value, limit)
    assert len(shown) <= limit and (shown.endswith("…") or shown == (value if isinstance(value, str) else repr(value)))


def test_long_values_are_cut_visibly() -> None:
    assert quoted("a" * 100) == f'"{"a" * 79}..."'
    assert shown_name("a" * 100) == repr("a" * 80)
    assert escaped("a" * 100) == "a" * 80 + "..."
    assert shorten("a" * 100) == "a" * 59 + "…"


def test_other_values_than_texts_and_numbers_are_shown_by_their_type() -> None:
    assert (escaped(None), escaped([1]), escaped(10**100), escaped(1.5)) == ("NoneType", "list", "int", "1.5")
    assert quoted(object()) == '"object"'
