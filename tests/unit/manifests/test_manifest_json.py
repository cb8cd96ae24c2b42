# SPDX-License-Identifier: GPL-3.0-or-later
"""JSON manifests: lines, duplicate keys, and the same values as Python's own reader."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.manifests.json_text import read_json
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.manifests.tree import Unreadable, to_data
from hypothesis import given
from hypothesis import strategies as st

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(values, st.sampled_from([None, 2, "\t"]), st.booleans())
def test_reads_what_json_writes(value: Any, indent: Any, ascii_only: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    (document,) = read_json(text)
    if not any(fault.message.startswith("holds half") for fault in document.faults):
        assert not document.faults
        assert to_data(document.root) == value
        assert json.dumps(to_data(document.root)) == json.dumps(value)


@given(st.text(st.sampled_from('{}[]",:0123456789.eE+-truefalsn \n\\u'), max_size=40))
def test_accepts_exactly_what_json_accepts(text: str) -> None:
    try:
        expected, valid = json.loads(text), True
    except ValueError:
        valid = False
    try:
        documents = list(read_json(text))
    except Unreadable:
        assert not valid
        return
    if valid:
        assert len(documents) == 1
        if not documents[0].faults:
            assert to_data(documents[0].root) == expected
    else:
        assert len(documents) != 1 or not text.strip()


def test_lines_and_duplicates() -> None:
    (document,) = read_json('{\n\t"a": 1,\n\t"b": {\n\t\t"c": 1,\n\t\t"c": 2\n\t}\n}')
    assert document.line == 1
    assert [(fault.line, fault.message) for fault in document.faults] == [(5, 'the key "c" is already given on line 4')]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ('{"a": NaN}', 1, "expected a value, found N"),
        ('{"a": [\n-Infinity]}', 2, "expected a value, found -"),
        ('{"a": 1,\n}', 2, "expected a key in double quotes, found }"),
        ("[1,\n]", 2, "expected a value, found ]"),
        ('{"a": 1\n"b": 2}', 2, 'expected a comma or }, found "'),
        ('{"a" 1}', 1, "expected a colon"),
        ('{"a": [1\n2]}', 2, "expected a comma or ]"),
        ('{"a": "b\n"}', 1, "the end of a string"),
        ("[" * 5000, 1, "deeper than 100 levels"),
        ("[\n" * 101 + "]" * 101, 101, "deeper than 100 levels"),
        ('{}\n["' + "x" * 1024 * 1024 + '"]', 2, "larger than 1 MiB"),
    ],
)
def test_refused_with_its_line(text: str, line: int, said: str) -> None:
    with pytest.raises(Unreadable) as error:
        list(read_json(text))
    assert error.value.fault.line == line
    assert said in error.value.fault.message


def test_half_a_character() -> None:
    (document,) = read_json('{"a": "\\ud83d"}')
    assert "half a character" in document.faults[0].message


@pytest.mark.parametrize("number", ["1e999", "-1e999", "1" * 5000])
def test_too_large_a_number(number: str) -> None:
    (document,) = read_json(f'{{\n"a": {number}}}')
    assert [fault.line for fault in document.faults] == [2]
    assert "too large" in document.faults[0].message


def test_several_documents_keep_their_lines() -> None:
    documents = list(read_json('{"a": [{}, "]"]}\n{\n"b": 1}{"c": "\\"[", "c": 2}'))
    assert [document.line for document in documents] == [1, 2, 3]
    assert [to_data(document.root) for document in documents] == [{"a": [{}, "]"]}, {"b": 1}, {"c": '"['}]
    assert [len(document.faults) for document in documents] == [0, 0, 1]
