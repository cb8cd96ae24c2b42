# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables of rules in the documentation are those that the rules in the code give."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.docs_tables import Table, tables


@pytest.mark.parametrize("table", list(tables()), ids=lambda table: f"{table.document} {table.header[0]}")
def test_a_table_is_what_the_rules_give(table: Table) -> None:
    text = table.path.read_text(encoding="utf-8")
    assert table.put_into(text) == text, "run: python -m tests.docs_tables --write"
    assert len(table.rows) == len({row[0] for row in table.rows})


@pytest.mark.parametrize("table", list(tables()), ids=lambda table: f"{table.document} {table.header[0]}")
def test_another_text_or_one_rule_more_is_another_table(table: Table) -> None:
    text = table.path.read_text(encoding="utf-8")
    first, *others = table.rows
    for changed in ([(first[0], *map(str.upper, first[1:])), *others], [*table.rows, ("XX999", *first[1:])]):
        assert replace(table, rows=changed).put_into(text) != text
    assert all(len(row) == len(table.header) and "|" not in "".join(row) for row in table.rows)


def test_a_document_without_the_table_is_named() -> None:
    with pytest.raises(ValueError, match="docs/audit.md has 0 tables"):
        next(tables()).put_into("no table\n")
