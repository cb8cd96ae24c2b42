# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of pitfalls is complete, and the tests that it names exist."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
DOCUMENT = ROOT / "docs" / "pitfalls.md"
IDS = [f"S{number}" for number in range(1, 46)]
TEST = re.compile(r"`(tests/[^`]+)`")
OPEN = re.compile(r"(?:Out of reach|Not covered yet): (.+)")
LONGEST = 320  # characters, so that the table stays readable


def rows() -> list[list[str]]:
    """The cells of every row that begins with an id."""
    lines = DOCUMENT.read_text(encoding="utf-8").splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if re.match(r"\| S[0-9]+ ", line)]


def reasons(proof: str) -> list[str]:
    """The cell's reasons why a pitfall is open."""
    return [match[1] for part in proof.split("<br>") if (match := OPEN.fullmatch(part))]


@cache
def names_in(path: Path) -> frozenset[str]:
    """``test_x`` and ``TestX::test_y`` of a file, which is parsed, not imported: integration tests need a cluster."""
    found = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            found.add(node.name)
        elif isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            found |= {
                f"{node.name}::{entry.name}"
                for entry in node.body
                if isinstance(entry, ast.FunctionDef) and entry.name.startswith("test_")
            }
    return frozenset(found)


def exists(test: str) -> bool:
    """Whether the test ``tests/…/test_x.py::test_y`` exists."""
    path, _, name = test.partition("::")
    return (ROOT / path).is_file() and name in names_in(ROOT / path)


def test_every_pitfall_has_one_row() -> None:
    assert sorted((row[0] for row in rows()), key=lambda identifier: int(identifier[1:])) == IDS


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0])
def test_a_row_is_proven_or_says_why_not(row: list[str]) -> None:
    identifier, pitfall, closed, proof = row
    parts = proof.split("<br>")
    assert all(TEST.fullmatch(part) or OPEN.fullmatch(part) for part in parts), identifier
    assert [test for part in parts if (match := TEST.fullmatch(part)) and not exists(test := match[1])] == []
    assert len(parts) == len(set(parts))
    for reason in reasons(proof):
        cause, _, instead = reason.partition(". ")
        assert len(cause.split()) >= 5 and len(instead.split()) >= 5, f"{identifier}: a cause, and what to do instead"
    for sentence in (pitfall, closed):
        assert sentence.rstrip(")").endswith(".") and 20 < len(sentence) <= LONGEST, identifier


def test_a_test_that_was_renamed_is_noticed() -> None:
    here = Path(__file__).relative_to(ROOT).as_posix()
    assert exists(f"{here}::test_a_test_that_was_renamed_is_noticed")
    assert not any(exists(f"{here}::{name}") for name in ("test_of_another_name", "exists", "", "TestX::test_y"))
    assert not exists("tests/unit/docs/test_of_another_file.py::test_every_pitfall_has_one_row")
