# SPDX-License-Identifier: GPL-3.0-or-later
"""A cause that many objects have is reported once."""

from __future__ import annotations

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.diagnosis.diagnostic import Diagnostic
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.diagnosis.grouping import one_per_cause
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.diagnosis.place import Place
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.diagnosis.render import as_line
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.diagnosis.subject import Subject


def wrong(number: int, message: str = "is wrong", field: str = "metadata.namespace") -> Diagnostic:
    place = Place("team.yaml", number)
    return Diagnostic(Subject("Model", f"m{number}"), message, field, next_steps=("remove it",), place=place)


def test_thirty_eight_objects_with_one_cause_are_one_line() -> None:
    (line,) = map(as_line, one_per_cause(map(wrong, range(1, 39))))
    assert line == (
        "team.yaml:1  Model m1: metadata.namespace: is wrong (the same in Model m2 (team.yaml:2), Model m3 (team.yaml:3), "
        "Model m4 (team.yaml:4) and 34 more); remove it"
    )


def test_few_objects_and_other_causes_keep_their_lines() -> None:
    few = [wrong(1), wrong(2), wrong(3)]
    assert one_per_cause(few) == few
    others = [wrong(number, f"is {number}") for number in range(9)] + [wrong(1, field=f"f{i}") for i in range(9)]
    assert one_per_cause(others) == others


def test_four_are_one_and_name_all() -> None:
    (cause,) = one_per_cause(map(wrong, range(1, 5)))
    assert cause.message.endswith(
        "(the same in Model m2 (team.yaml:2), Model m3 (team.yaml:3), Model m4 (team.yaml:4))"
    )
