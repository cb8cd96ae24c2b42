# SPDX-License-Identifier: GPL-3.0-or-later
"""Quantities as text, as Go prints them."""

from __future__ import annotations

import time
from fractions import Fraction

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.format_quantity import format_quantity
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.quantity import (
    QuantityError,
    billionths_of,
    parse_quantity,
    quantity_of,
)
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("0", "0"),
        ("0.1", "100m"),
        ("1.5", "1500m"),
        (".5", "500m"),
        ("1.5Gi", "1536Mi"),
        ("0.5Gi", "512Mi"),
        ("1024Mi", "1Gi"),
        ("1048576Ki", "1Gi"),
        ("5.0Gi", "5Gi"),
        ("1.1Gi", "1181116006400m"),
        ("0.3Mi", "314572800m"),
        ("1k", "1k"),
        ("1000", "1k"),
        ("3.14159265358979Gi", "3373259426130501263n"),
        ("0.1m", "100u"),
        ("0.1n", "1n"),
        ("1.0001", "1000100u"),
        ("1e3", "1e3"),
        ("100e100", "1e102"),
        ("-1", "-1"),
        ("-1Gi", "-1Gi"),
        ("512Ki", "512Ki"),
        ("0.5Ki", "512"),
        ("7Ei", "7Ei"),
        ("1E", "1E"),
        ("1600M", "1600M"),
        ("1E3", "1e3"),
        ("Gi", "0"),
    ],
)
def test_the_canonical_text(text: str, canonical: str) -> None:
    assert format_quantity(parse_quantity(text), text) == canonical


def test_a_sum_keeps_the_family_of_its_first_operand() -> None:
    total = parse_quantity("1Gi") + parse_quantity("1G")
    assert format_quantity(total, "1Gi") == "2073741824" == format_quantity(total, "1G")
    assert format_quantity(Fraction(2 * 2**30), "1Gi") == "2Gi" and format_quantity(Fraction(2 * 10**9), "1G") == "2G"


@given(st.integers(-(10**30), 10**30), st.sampled_from(["1", "1G", "1Gi", "1e3", "500m"]))
def test_parsing_the_text_gives_the_value_again(nanos: int, like: str) -> None:
    value = Fraction(nanos, 10**9)
    text = format_quantity(value, like)
    assert abs(value) >= 2**63 or parse_quantity(text) == value
    assert format_quantity(value, text) == format_quantity(value, like) or like == "1Gi"


@given(st.fractions(), st.text(max_size=5))
def test_any_value_has_a_text_that_is_off_by_less_than_a_billionth(value: Fraction, like: str) -> None:
    text = format_quantity(value, like)
    try:
        assert abs(parse_quantity(text)) - abs(value) < Fraction(1, 10**9)
    except QuantityError:
        assert len(text) > 64


@pytest.mark.parametrize(
    ("value", "size"), [(1, 1), (0.1, Fraction(1, 10)), (1e-7, Fraction(1, 10**7)), ("2", 2), (1e22, 10**22)]
)
def test_numbers_of_yaml_are_read_by_their_literal(value: object, size: Fraction) -> None:
    assert quantity_of(value) == size and billionths_of(value) == size * 10**9


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        [],
        {},
        float("nan"),
        float("inf"),
        pytest.param(1 << 100_000, id="long"),
        b"1",
        "",
        pytest.param("1" * 100_000, id="long-text"),
        "1e999999999",
    ],
)
def test_what_is_no_quantity_is_an_error_in_bounded_time(value: object) -> None:
    before = time.process_time()
    with pytest.raises(QuantityError):
        quantity_of(value)
    assert time.process_time() - before < 0.1
