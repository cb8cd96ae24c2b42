# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Checks tensors of the V2 protocol: whether name, shape, datatype and data match."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, TypeGuard

INTEGERS: Mapping[str, tuple[int, int]] = {
    **{f"UINT{bits}": (0, 2**bits - 1) for bits in (8, 16, 32, 64)},
    **{f"INT{bits}": (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) for bits in (8, 16, 32, 64)},
}
FLOATS = ("FP16", "FP32", "FP64", "BF16")
DATATYPES = ("BOOL", *INTEGERS, *FLOATS, "BYTES")
FIELDS = ("name", "shape", "datatype", "data", "parameters")


def tensor_faults(tensor: object, where: str) -> Iterator[str]:
    """The problems of one element of ``inputs`` or ``outputs``, each with its field: ``inputs[0].shape: …``."""
    if not isinstance(tensor, dict):
        yield f"{where}: expected an object with name, shape, datatype and data"
        return
    for field in ("name", "shape", "datatype", "data"):
        if field not in tensor:
            yield f"{where}.{field}: is missing{_meant(field, tensor)}"
    name, shape, datatype = tensor.get("name"), tensor.get("shape"), tensor.get("datatype")
    if "name" in tensor and not (isinstance(name, str) and name):
        yield f"{where}.name: expected a text that is not empty"
    if "datatype" in tensor and datatype not in DATATYPES:
        close = get_close_matches(str(datatype).upper(), DATATYPES, 1)
        hint = f"did you mean {close[0]}?" if close else f"expected one of {', '.join(DATATYPES)}"
        yield f"{where}.datatype: {str(datatype)[:40]!r} is not a datatype of the V2 protocol; {hint}"
        datatype = None
    if "shape" in tensor and not is_shape(shape):
        yield f"{where}.shape: expected a list of whole numbers, none below 0, such as [1, 4]"
        shape = None
    if "data" in tensor and shape is not None:
        yield from _data_faults(tensor["data"], shape, datatype, f"{where}.data")


def is_whole(value: object) -> TypeGuard[int]:
    """Whether it is a whole number. In JSON true and false are not numbers."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_shape(shape: object) -> bool:
    """Whether it is a list of whole numbers that are not negative."""
    return isinstance(shape, list) and all(is_whole(size) and size >= 0 for size in shape)


def _meant(field: str, tensor: Mapping[str, object]) -> str:
    close = get_close_matches(field, [str(key) for key in tensor if key not in FIELDS], 1)
    return f"; is {close[0]!r} a typing error?" if close else ""


def _data_faults(data: object, shape: list[int], datatype: object, where: str) -> Iterator[str]:
    if not isinstance(data, list):
        yield f"{where}: expected a list"
        return
    if any(isinstance(value, list) for value in data) and not _nested_as(shape, data):
        yield f"{where}: is not nested like shape {shape}"
        return
    count = 0
    for value in _flat(data):
        count += 1
        if isinstance(datatype, str) and (fault := _value_fault(value, datatype)):
            yield f"{where}: value {count}: {fault}"
            return  # the rest is often the same
    if count != math.prod(shape):
        yield f"{where}: has {count} values, but shape {shape} holds {math.prod(shape)}"


def _nested_as(shape: list[int], data: object) -> bool:
    if not shape:
        return not isinstance(data, list)
    return isinstance(data, list) and len(data) == shape[0] and all(_nested_as(shape[1:], item) for item in data)


def _flat(data: list[Any]) -> Iterator[Any]:
    """The values in row-major order; data may be nested or flat."""
    pending = [iter(data)]
    while pending:
        for value in pending[-1]:
            if isinstance(value, list):
                pending.append(iter(value))
                break
            yield value
        else:
            pending.pop()


def _value_fault(value: object, datatype: str) -> str:
    if datatype == "BOOL":
        return "" if isinstance(value, bool) or (is_whole(value) and value in (0, 1)) else "expected true or false"
    if datatype == "BYTES":
        return "" if isinstance(value, str) else "expected a text"
    if datatype in INTEGERS:
        lowest, highest = INTEGERS[datatype]
        return (
            ""
            if is_whole(value) and lowest <= value <= highest
            else f"expected a whole number from {lowest} to {highest} ({datatype})"
        )
    return "" if isinstance(value, (int, float)) and not isinstance(value, bool) else f"expected a number ({datatype})"
