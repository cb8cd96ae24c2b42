# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The expected status and output tensors of an answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from ..kube.errors import Invalid
from .tensor import DATATYPES

ANY = -1
"""Any size, in an expected shape."""


@dataclass(frozen=True)
class ExpectedOutput:
    """An output tensor. Empty ``name``: the tensor at the same position. None: any value."""

    name: str
    datatype: str | None
    shape: tuple[int, ...] | None


@dataclass(frozen=True)
class Expectation:
    """``outputs`` are the tensors that an answer with a ``status`` below 300 must have; others may be there too."""

    status: int
    outputs: tuple[ExpectedOutput, ...]


def read_expectation(status: int, outputs: Sequence[Mapping[str, Any]]) -> Expectation:
    """From the options. Raises Invalid."""
    if not 200 <= status <= 599:
        raise Invalid(f"expect_status: {status} is not a final HTTP status. Expected 200 to 599")
    if outputs and status >= 300:
        raise Invalid(f"expect_outputs: an answer with status {status} has no outputs. Leave one of the two out")
    return Expectation(
        status, tuple(_output(output, f"expect_outputs[{index}]") for index, output in enumerate(outputs))
    )


def _output(output: Mapping[str, Any], where: str) -> ExpectedOutput:
    datatype, shape = output.get("datatype"), output.get("shape")
    if datatype is not None and datatype not in DATATYPES:
        close = get_close_matches(str(datatype).upper(), DATATYPES, 1)
        hint = f"Did you mean {close[0]}?" if close else f"Expected one of {', '.join(DATATYPES)}"
        raise Invalid(f"{where}.datatype: {datatype!r} is not a datatype of the V2 protocol. {hint}")
    if shape is not None and any(size < ANY for size in shape):
        raise Invalid(f"{where}.shape: {shape} has a size below -1. Expected sizes, and -1 for any")
    return ExpectedOutput(output.get("name") or "", datatype, None if shape is None else tuple(shape))


def unmet(outputs: Sequence[Mapping[str, Any]], expected: Sequence[ExpectedOutput]) -> Iterator[str]:
    """One text per expectation that valid output tensors do not meet."""
    by_name = {str(output["name"]): output for output in outputs}
    for index, wanted in enumerate(expected):
        where = f"output {wanted.name}" if wanted.name else f"outputs[{index}]"
        output = by_name.get(wanted.name) if wanted.name else (outputs[index] if index < len(outputs) else None)
        if output is None:
            yield f"{where}: is missing; the answer has {', '.join(by_name) or 'none'}"
            continue
        if wanted.datatype is not None and output["datatype"] != wanted.datatype:
            yield f"{where}: datatype is {output['datatype']}, expected {wanted.datatype}"
        if wanted.shape is not None and not _same(output["shape"], wanted.shape):
            yield f"{where}: shape is {output['shape']}, expected {list(wanted.shape)}"


def _same(shape: Sequence[int], expected: Sequence[int]) -> bool:
    return len(shape) == len(expected) and all(wanted in (ANY, size) for size, wanted in zip(shape, expected))
