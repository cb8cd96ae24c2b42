# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether an answer is as expected, and which candidate gave it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .expectation import Expectation, unmet
from .message import Response, Sample
from .payload import NotJson, decode
from .served import Unattributed, served_by
from .status import explain_status
from .target import ROUTE_HEADER, Candidates, Target
from .tensor import tensor_faults

_MOST = 3


@dataclass(frozen=True)
class Judgement:
    """Of one request. ``served``: the candidate; empty where unknown. ``problem``: empty when the answer is as expected."""

    served: str
    problem: str
    outputs: tuple[Mapping[str, Any], ...] = ()


def judge(sample: Sample, target: Target, candidates: Candidates, expectation: Expectation) -> Judgement:
    """Checks the status, then the candidate that answered, then the outputs."""
    response = sample.response
    if response is None:
        return Judgement("", sample.failure)
    if response.status != expectation.status:
        return Judgement("", explain_status(response, target, expectation.status))
    if response.status >= 300:
        return Judgement("", "")
    try:
        body = decode(response.body)
    except NotJson as problem:
        return Judgement("", f"the answer is not JSON: {problem}. It begins with {beginning(response)}")
    if not isinstance(body, dict):
        return Judgement("", "the answer is not a JSON object, so it is not a V2 inference response")
    try:
        served = served_by(response.headers.get(ROUTE_HEADER), body.get("model_name"), candidates)
    except Unattributed as problem:
        return Judgement("", str(problem))
    outputs = body.get("outputs")
    if not isinstance(outputs, list) or not outputs:
        return Judgement(served, "the answer has no list outputs, so it is not a V2 inference response")
    faults = [fault for index, output in enumerate(outputs) for fault in tensor_faults(output, f"outputs[{index}]")]
    faults = faults or list(unmet(outputs, expectation.outputs))
    if faults:
        return Judgement(served, f"{served} answered wrongly: {'; '.join(faults[:_MOST])}")
    return Judgement(
        served, "", tuple({field: output[field] for field in ("name", "datatype", "shape")} for output in outputs)
    )


def beginning(response: Response) -> str:
    """The first characters of a body, printable."""
    text = response.body[:200].decode("utf-8", "replace").strip()
    return repr(text[:120]) if text else "nothing"
