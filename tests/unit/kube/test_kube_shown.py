# SPDX-License-Identifier: GPL-3.0-or-later
"""What of other people's text reaches a reader."""

from __future__ import annotations

import unicodedata

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils.kube.shown import printable, shown_name
from hypothesis import given
from hypothesis import strategies as st


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
def test_what_moves_a_cursor_or_hides_is_replaced(text: str, expected: str) -> None:
    assert printable(text) == expected


@given(st.text())
def test_it_is_one_line_of_the_same_length_and_clean(text: str) -> None:
    shown = printable(text)
    assert len(shown) == len(text) and printable(shown) == shown
    assert not any(unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for character in shown)


@given(st.text() | st.integers() | st.none())
def test_a_name_is_short_plain_ascii(value: object) -> None:
    shown = shown_name(value)
    assert shown.isascii() and "\n" not in shown and len(shown) <= 2 + 80 * len("\\U0001f600")


def test_a_long_name_is_cut() -> None:
    assert shown_name("a" * 100) == repr("a" * 80)
