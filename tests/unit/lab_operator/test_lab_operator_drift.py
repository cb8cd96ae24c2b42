# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.operator.drift import carries


@pytest.mark.parametrize(
    ("live", "wanted", "same"),
    [
        ({"a": 1, "b": 2}, {"a": 1}, True),
        ({"a": 1}, {"a": 1, "b": 2}, False),
        ({"replicas": 1}, {"replicas": 0}, False),
        ({}, {"a": "", "b": None, "c": [], "d": {}, "e": False}, True),
        ({"cpu": "1"}, {"cpu": "1000m"}, True),
        ({"cpu": "2"}, {"cpu": 2}, True),
        ({"memory": "1Gi"}, {"memory": "1024Mi"}, True),
        ({"memory": "1G"}, {"memory": "1Gi"}, False),
        ({"memory": "1e3"}, {"memory": "1k"}, True),
        ([1, 2], [1], False),
        ([{"name": "a", "protocol": "TCP"}], [{"name": "a"}], True),
        ([2, 1], [1, 2], False),
        (None, {"a": 1}, False),
        ("a", "b", False),
    ],
)
def test_carries(live: Any, wanted: Any, same: bool) -> None:
    assert carries(live, wanted) is same


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
    max_leaves=10,
)


@given(_json)
def test_everything_carries_itself(value: Any) -> None:
    assert carries(value, value)
