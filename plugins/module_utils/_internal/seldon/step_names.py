# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How a Pipeline names its steps, other Pipelines and tensors: words that are separated by dots.

==========================================================  =====================================
``step``, ``step.outputs``, ``step.inputs.tensor``          in steps and output
``pipeline``, ``pipeline.inputs``, ``pipeline.step.name``,  in input
``pipeline.step.name.outputs.tensor``
==========================================================  =====================================

Source: scheduler/pkg/store/pipeline/validate.go and utils.go of 2.9.1 and 2.10.2.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..kube.objects import mapping

EXTERNAL_LISTS = ("externalInputs", "externalTriggers")
_SIDES = ("inputs", "outputs")


def step_of(written: str) -> str:
    """The first word: the name of a step or a Pipeline."""
    return written.partition(".")[0]


def is_step_reference(written: str) -> bool:
    """Whether the scheduler accepts the form of an input, a trigger or an output: one to three words."""
    name, *rest = written.split(".")
    return bool(name.strip()) and len(rest) <= 2 and (not rest or rest[0] in _SIDES)


def is_pipeline_reference(written: str) -> bool:
    """Whether the scheduler accepts the form of an external input."""
    name, *rest = written.split(".")
    if not name.strip() or len(rest) > 4:
        return False
    if rest[:1] == ["step"]:
        return len(rest) == 2 or (len(rest) > 2 and rest[2] in _SIDES)
    return not rest or (len(rest) <= 2 and rest[0] in _SIDES)


def external_names(spec: Mapping[str, Any], key: str) -> Iterator[tuple[str, str, str]]:
    """(field, name of a Pipeline, name of its step or "") of one of EXTERNAL_LISTS; entries of a wrong form are left out."""
    listed = mapping(spec.get("input")).get(key)
    for position, written in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(written, str) and is_pipeline_reference(written):
            words = written.split(".")
            step = words[2] if words[1:2] == ["step"] else ""
            yield f"spec.input.{key}[{position}]", words[0], step
