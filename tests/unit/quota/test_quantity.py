# SPDX-License-Identifier: GPL-3.0-or-later
"""Quantities against vectors of the API server's own parser, and against arithmetic."""

from __future__ import annotations

from fractions import Fraction

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.quantity import (
    QuantityError,
    parse_quantity,
    suggestion,
)
from hypothesis import given
from hypothesis import strategies as st

CAP = 2**63 - 1
NANO = Fraction(1, 10**9)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("100m", Fraction(1, 10)),
        ("0.1", Fraction(1, 10)),
        ("00100m", Fraction(1, 10)),
        ("1.", 1),
        ("1.5", Fraction(3, 2)),
        (".5", Fraction(1, 2)),
        ("-.5", Fraction(-1, 2)),
        ("+1", 1),
        ("-1Gi", -(2**30)),
        ("1.5Gi", 1536 * 2**20),
        ("0.5Gi", 512 * 2**20),
        ("5.0Gi", 5 * 2**30),
        ("1.1Gi", Fraction(1181116006400, 1000)),
        ("0.3Mi", Fraction(314572800, 1000)),
        ("3.14159265358979Gi", Fraction(3373259426130501263, 10**9)),
        ("1k", 1000),
        ("1Ki", 1024),
        ("1024Mi", 2**30),
        ("1048576Ki", 2**30),
        ("1E", 10**18),
        ("1E3", 1000),
        ("1e3", 1000),
        ("1e+3", 1000),
        ("1e-3", Fraction(1, 1000)),
        ("1.5e3", 1500),
        ("12e6", 12_000_000),
        ("100e100", 10**102),
        ("1u", Fraction(1, 10**6)),
        ("1n", NANO),
        ("0.1m", Fraction(1, 10**4)),
        ("1.0001", Fraction(10001, 10**4)),
        ("0.1n", NANO),
        ("1e-10", NANO),
        ("0.0000000001", NANO),
        ("-0.1n", -NANO),
        ("7Ei", 8070450532247928832),
        ("8Ei", CAP),
        ("9Ei", CAP),
        ("-9Ei", -CAP),
        ("9.5E", 95 * 10**17),
        ("1e19", 10**19),
        ("9223372036854775808", 2**63),
        ("+", 0),
        ("-", 0),
        (".", 0),
        ("Gi", 0),
        ("m", 0),
    ],
)
def test_what_the_api_server_accepts(text: str, value: Fraction | int) -> None:
    assert parse_quantity(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1K",
        "1KI",
        "1mi",
        "1i",
        "1e",
        "1Gib",
        "1GB",
        "1 Gi",
        " 1",
        "1 ",
        "1\n",
        "1_000",
        "1,000",
        "0x10",
        "NaN",
        "Infinity",
        "null",
        "--1",
    ]
    + [
        "1e3Gi",
        "1mGi",
        "1.5.5",
        "1e+",
        "1e--3",
        "१",
        "１",
        "1Ｇi",
        "1Gi3",
        "m1",
        "1e1000000",
        "1e2147483648",
        "1" * 65,
    ],
)
def test_what_it_refuses_and_what_would_only_cost_time(text: str) -> None:
    with pytest.raises(QuantityError):
        parse_quantity(text)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("10GB", "10G or 10Gi"),
        ("10 Gi", "10Gi"),
        ("1K", "1k or 1Ki"),
        ("1KiB", "1Ki"),
        ("512mb", "512M or 512Mi"),
        ("1,5Gi", "1.5Gi"),
        ("1_000", "1000"),
        ("2 cores", "2"),
        ("2 bytes", "2"),
        ("3 gigabytes", ""),
        ("many", ""),
        ("१", ""),
    ],
)
def test_a_near_miss_is_told_what_it_meant(text: str, meant: str) -> None:
    assert suggestion(text) == meant


def test_the_error_names_the_text_and_what_was_expected() -> None:
    with pytest.raises(QuantityError, match='"10GB" is not a quantity; expected 10G or 10Gi'):
        parse_quantity("10GB")


def test_the_error_shows_hostile_text_on_one_plain_line() -> None:
    with pytest.raises(QuantityError) as caught:
        parse_quantity("1\n\u202eGi" + "x" * 1000)
    assert "\n" not in str(caught.value) and str(caught.value).isascii() and len(str(caught.value)) < 300


@given(st.integers(0, 10**30), st.sampled_from(["", "k", "M", "G", "T", "P", "E", "e3", "E0"]))
def test_decimal_suffixes_scale_exactly(number: int, suffix: str) -> None:
    powers = {"": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18, "e3": 3, "E0": 0}
    assert parse_quantity(f"{number}{suffix}") == number * 10 ** powers[suffix]


@given(st.integers(0, 10**12), st.integers(0, 999_999_999))
def test_nine_decimals_are_never_lost(whole: int, nanos: int) -> None:
    assert parse_quantity(f"{whole}.{nanos:09d}") == whole + nanos * NANO


@given(st.integers(0, 2**40), st.integers(0, 10**12), st.sampled_from(["Ki", "Mi", "Gi"]))
def test_binary_suffixes_round_up_by_less_than_a_billionth(whole: int, decimals: int, suffix: str) -> None:
    exact = (whole + Fraction(decimals, 10**13)) * 1024 ** (["Ki", "Mi", "Gi"].index(suffix) + 1)
    found = parse_quantity(f"{whole}.{decimals:013d}{suffix}")
    assert found == CAP or 0 <= found - exact < NANO


@given(st.text(max_size=80))
def test_any_text_is_a_number_or_an_error(text: str) -> None:
    try:
        assert isinstance(parse_quantity(text), Fraction)
    except QuantityError as error:
        assert error.expected


@given(st.text(alphabet="0123456789.eEinumkKMGTP+-bB ", max_size=12))
def test_every_suggestion_is_itself_a_quantity(text: str) -> None:
    for candidate in filter(None, suggestion(text).split(" or ")):
        parse_quantity(candidate)
