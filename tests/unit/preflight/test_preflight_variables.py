# SPDX-License-Identifier: GPL-3.0-or-later
"""Variables that a role does not have."""

from __future__ import annotations

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.diagnosis.render import as_line
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.preflight.variables import (
    options_of,
    unknown_variables,
)

KNOWN = frozenset(("seldon_core_version", "seldon_core_values", "seldon_core_namespace"))


def words(*given: str) -> list[str]:
    return [as_line(problem) for problem in unknown_variables("seldon_core_", KNOWN, given)]


def test_known_and_foreign_names_are_fine() -> None:
    assert (
        words(
            "seldon_core_version",
            "tenant_namespace_name",
            "__seldon_core_preflight",
            "seldon_corev",
            "inventory_hostname",
        )
        == []
    )


def test_a_typo_is_named_with_what_was_probably_meant() -> None:
    (problem,) = words("seldon_core_versoin")
    assert problem.startswith("variable seldon_core_versoin:")
    assert "did you mean seldon_core_version?" in problem


def test_something_quite_different_gets_no_suggestion() -> None:
    (problem,) = words("seldon_core_zzzzzzzzzzzzzzzzzzzzzzzzzzz")
    assert "did you mean" not in problem
    assert "README.md" in problem


def test_each_is_reported_once_and_in_order() -> None:
    problems = words("seldon_core_valeus", "seldon_core_a", "seldon_core_a")
    assert [problem.split(":")[0] for problem in problems] == ["variable seldon_core_a", "variable seldon_core_valeus"]


def test_options_are_those_of_every_entry_point() -> None:
    specs = {"argument_specs": {"main": {"options": {"a_b": {}}}, "check": {"options": {"a_c": {}}}, "empty": {}}}
    assert options_of(specs) == {"a_b", "a_c"}
    assert options_of({}) == frozenset()
