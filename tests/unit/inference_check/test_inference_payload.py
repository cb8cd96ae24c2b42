# SPDX-License-Identifier: GPL-3.0-or-later
"""A payload that is not a V2 request is refused with its field, and a valid one reaches the server unchanged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.inference_check.payload import (
    LARGEST,
    NotJson,
    decode,
    read_payload,
    write_payload,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.errors import Invalid
from hypothesis import given, settings
from hypothesis import strategies as st

ROOT = Path(__file__).resolve().parents[3]
GOOD = {"name": "x", "shape": [2, 2], "datatype": "FP32", "data": [1, 2.5, 3, 4]}


def refusal(body: Any) -> str:
    with pytest.raises(Invalid) as caught:
        read_payload(body if isinstance(body, bytes) else json.dumps(body).encode(), "file.json")
    return str(caught.value)


def test_the_examples_are_sent_unchanged() -> None:
    for path in ROOT.glob("examples/*/test-payload.json"):
        assert read_payload(path.read_bytes(), str(path)) == path.read_bytes()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"shape": [2, 3]}, "inputs[0].data: has 4 values, but shape [2, 3] holds 6"),
        ({"shape": [2, -2]}, "inputs[0].shape: expected a list of whole numbers"),
        ({"shape": [2, True]}, "inputs[0].shape: expected a list of whole numbers"),
        ({"shape": 4}, "inputs[0].shape: expected a list of whole numbers"),
        ({"datatype": "FP23"}, "inputs[0].datatype: 'FP23' is not a datatype of the V2 protocol; did you mean FP32?"),
        ({"datatype": "float"}, "expected one of BOOL, UINT8"),
        (
            {"datatype": "INT8", "data": [1, 2, 128, 4]},
            "inputs[0].data: value 3: expected a whole number from -128 to 127 (INT8)",
        ),
        ({"datatype": "UINT8", "data": [1, 2, 3.0, 4]}, "value 3: expected a whole number from 0 to 255"),
        ({"datatype": "BOOL", "data": [True, 0, 2, 1]}, "value 3: expected true or false"),
        ({"datatype": "BYTES"}, "value 1: expected a text"),
        ({"data": [1, 2, None, 4]}, "value 3: expected a number (FP32)"),
        ({"data": [1, 2, True, 4]}, "value 3: expected a number (FP32)"),
        ({"data": [[1, 2, 3], [4]]}, "inputs[0].data: is not nested like shape [2, 2]"),
        ({"data": "1,2,3,4"}, "inputs[0].data: expected a list"),
        ({"name": ""}, "inputs[0].name: expected a text that is not empty"),
    ],
)
def test_each_fault_of_a_tensor_is_found_with_its_field(change: dict[str, Any], said: str) -> None:
    assert said in refusal({"inputs": [{**GOOD, **change}]})


def test_faults_of_the_request_itself() -> None:
    assert "inputs: expected a list with at least one tensor" in refusal({"inputs": []})
    assert "did you mean 'inputs'?" in refusal({"input": [GOOD]})
    assert "inputs: 2 tensors are named 'x'" in refusal({"inputs": [GOOD, GOOD]})
    assert "inputs[1]: expected an object" in refusal({"inputs": [GOOD, 7]})
    assert "expected an object with the list inputs" in refusal([GOOD])
    assert "inputs[0].datatype: is missing; is 'datatyp' a typing error?" in refusal(
        {"inputs": [{"name": "x", "shape": [1], "datatyp": "FP32", "data": [1]}]}
    )
    assert "and 1 more" in refusal({"inputs": [1, 2, 3, 4, 5, 6]})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b'{"inputs": [}', "line 1, column 13"),
        (b'{"inputs": [NaN]}', "NaN is not a JSON value"),
        (b'{"inputs": 1, "inputs": 2}', "the key 'inputs' is given twice"),
        (b"\xff\xfe", "byte 0 is not UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"inputs": ' + b"9" * 5000 + b"}", "is not JSON"),
        (b"", "line 1, column 1"),
    ],
)
def test_what_is_not_json_says_where(text: bytes, said: str) -> None:
    assert said in refusal(text)


def test_a_large_file_is_refused_before_it_is_read_as_json() -> None:
    assert "larger than 16 MiB" in refusal(b" " * (LARGEST + 1))


def test_nested_data_and_empty_tensors_are_fine() -> None:
    write_payload(
        {
            "id": "1",
            "inputs": [
                {**GOOD, "data": [[1, 2], [3, 4]]},
                {"name": "none", "shape": [0], "datatype": "BYTES", "data": []},
            ],
        },
        "payload",
    )


@given(st.binary(max_size=200))
@settings(deadline=None)
def test_decoding_anything_gives_a_value_or_not_json(data: bytes) -> None:
    try:
        decode(data)
    except NotJson as problem:
        assert str(problem)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["FP32", "INT64", "BYTES", "x"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["name", "shape", "datatype", "data", "inputs", "outputs"]), inner, max_size=5
        )
    ),
    max_leaves=20,
)


@given(JSON)
@settings(deadline=None)
def test_any_json_is_accepted_or_refused_with_a_reason(body: Any) -> None:
    try:
        read_payload(json.dumps({"inputs": body}).encode(), "file.json")
    except Invalid as refused:
        assert str(refused).startswith("file.json: ")
