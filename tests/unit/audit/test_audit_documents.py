# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/audit.md has every rule as the code has it."""

from __future__ import annotations

import re
from pathlib import Path

from ansible_collections.ml_platform.seldon.plugins.module_utils.audit.catalogue import RULES
from ansible_collections.ml_platform.seldon.plugins.module_utils.audit.metrics import CROSSING

ROOT = Path(__file__).resolve().parents[3]
DOCUMENT = (ROOT / "docs" / "audit.md").read_text(encoding="utf-8")


def test_the_table_is_the_rules() -> None:
    rows = [
        tuple(cell.strip() for cell in line.strip("|").split(" | "))
        for line in DOCUMENT.splitlines()
        if re.match(r"\| TA[0-9]{3} ", line)
    ]
    assert rows == [(rule.id, rule.severity.value, rule.title, rule.why, rule.repair) for rule in RULES.values()]


def test_the_metric_of_dependencies_names_its_rules() -> None:
    row = next(line for line in DOCUMENT.splitlines() if line.startswith("| `cross_namespace_dependencies`"))
    assert set(re.findall(r"TA\d+", row)) == {rule.id for rule in CROSSING}


def test_ids_are_unique_and_of_one_form() -> None:
    assert all(re.fullmatch(r"TA[0-9]{3}", rule) for rule in RULES)
    assert len({rule.title for rule in RULES.values()}) == len(RULES)
