# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The body of a V2 inference request, checked before it is sent."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from ..kube.errors import Invalid
from .tensor import tensor_faults

LARGEST = 16 * 1024 * 1024
"""Bytes, of a payload and of an answer."""
_FIELDS = ("id", "parameters", "inputs", "outputs")
_MOST_FAULTS = 5


class NotJson(ValueError):
    """The text is not JSON; ``str()`` has the place and the cause."""


def decode(data: bytes) -> Any:
    """The value of a JSON text by RFC 8259: no NaN, no key twice. Raises NotJson."""
    try:
        return json.loads(data.decode("utf-8-sig"), parse_constant=_refuse_constant, object_pairs_hook=_object)
    except UnicodeDecodeError as problem:
        raise NotJson(f"byte {problem.start} is not UTF-8") from None
    except json.JSONDecodeError as problem:
        raise NotJson(f"line {problem.lineno}, column {problem.colno}: {problem.msg}") from None
    except RecursionError:
        raise NotJson("it is nested too deeply") from None
    except NotJson:
        raise
    except ValueError as problem:  # a number of thousands of digits
        raise NotJson(str(problem)) from None


def read_payload(data: bytes, source: str) -> bytes:
    """The bytes to send: those of the file, unchanged. Raises Invalid, whose message names ``source`` and the field."""
    if len(data) > LARGEST:
        raise Invalid(f"{source}: is larger than {LARGEST // 1024 // 1024} MiB. Send a smaller batch")
    try:
        body = decode(data)
    except NotJson as problem:
        raise Invalid(f"{source}: is not JSON: {problem}. Expected a V2 inference request") from None
    faults = _faults(body)
    if faults:
        more = [f"and {len(faults) - _MOST_FAULTS} more"] if len(faults) > _MOST_FAULTS else []
        raise Invalid(
            f"{source}: is not a V2 inference request:\n"
            + "\n".join(f"  {fault}" for fault in [*faults[:_MOST_FAULTS], *more])
        )
    return data


def write_payload(body: Mapping[str, Any], source: str) -> bytes:
    """The bytes to send for a body that is given inline. Raises Invalid."""
    return read_payload(json.dumps(body, separators=(",", ":")).encode(), source)


def _faults(body: object) -> list[str]:
    if not isinstance(body, dict):
        return ["expected an object with the list inputs"]
    faults = []
    for key in body:
        close = get_close_matches(key, _FIELDS, 1)
        if key not in _FIELDS and close:
            faults.append(f"{key}: is not a field of a request; did you mean {close[0]!r}?")
    inputs = body.get("inputs")
    if not isinstance(inputs, list) or not inputs:
        return [*faults, "inputs: expected a list with at least one tensor"]
    for index, tensor in enumerate(inputs):
        faults += tensor_faults(tensor, f"inputs[{index}]")
    names = Counter(
        tensor["name"] for tensor in inputs if isinstance(tensor, dict) and isinstance(tensor.get("name"), str)
    )
    faults += [
        f"inputs: {count} tensors are named {name!r}, expected one" for name, count in names.items() if count > 1
    ]
    return faults


def _refuse_constant(word: str) -> None:
    raise NotJson(f"{word} is not a JSON value")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    decoded = dict(pairs)
    if len(decoded) != len(pairs):
        keys = [key for key, _value in pairs]
        raise NotJson(f"the key {next(key for key in keys if keys.count(key) > 1)!r} is given twice")
    return decoded
