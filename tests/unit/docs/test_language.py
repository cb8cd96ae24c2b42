# SPDX-License-Identifier: GPL-3.0-or-later
"""The texts use none of the phrases of phrases.py. To search more of the project, extend SEARCHED.

To search files that are not in SEARCHED yet: ``python -m tests.unit.docs.test_language plugins/modules/*.py``.
"""

from __future__ import annotations

import io
import re
import sys
import tokenize
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.unit.docs.phrases import PHRASES, Phrase

ROOT = Path(__file__).resolve().parents[3]
SEARCHED = (
    "README.md",
    "CONTRIBUTING.md",
    "docs/*.md",
    "roles/*/README.md",
    "lab/**/*.md",
    "lab/**/*.py",
    "examples/**/*.md",
    "examples/**/*.yaml",
    "playbooks/**/*.yml",
    "roles/**/*.yml",
    "molecule/**/*.yml",
    "extensions/**/*.yml",
    "extensions/**/*.md",
    ".github/**/*.yml",
    ".config/**/*.yml",
    "meta/*.yml",
    "*.yml",
    "Makefile",
    "plugins/**/*.py",
    "plugins/**/*.md",
    "tests/**/*.py",
    "tests/*.yml",
    "tests/integration/**/*.yml",
)
"""Patterns of files, relative to the checkout. Markdown, Python, YAML and the Makefile can be read."""
NOT_SEARCHED = (
    "tests/unit/docs/phrases.py",
    "tests/unit/docs/test_language.py",
    "plugins/plugin_utils/_verification/html/style.py",
)
"""Files that quote the phrases, and a style sheet."""

_CODE = re.compile(r"^( *)```.*?^\1```|(`+)(?!`).+?\2|\b[CVOP]\([^)]*\)|^ +\w+:$", re.MULTILINE | re.DOTALL)
"""Fenced blocks, inline code and keys alone on their line: commands, identifiers, and texts that a program prints."""
_COPIED = re.compile(r"^\| TA[0-9]{3} .*$", re.MULTILINE)
"""Rows that tests/unit/tenant_audit/test_audit_documents.py compares with the audit's rules. Their texts are in Python."""
_START = re.compile(r"[-*|] |\d+\. |#+ ")
"""The beginning of a line that does not continue the line before it."""


def blank(match: re.Match[str]) -> str:
    """As many lines as the match has, so that line numbers stay correct."""
    return "\n" * match[0].count("\n") or "…"


def markdown(text: str) -> str:
    """The prose of a document."""
    return _COPIED.sub(blank, _CODE.sub(blank, text))


def python(text: str) -> str:
    """The comments and the texts of a Python file, on their lines. A text of one word is a key, not prose."""
    lines = [""] * (text.count("\n") + 2)
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            lines[token.start[0] - 1] += f" {token.string.lstrip('#: ')}"
        elif tokenize.tok_name[token.type] in ("STRING", "FSTRING_MIDDLE") and " " in token.string:
            words = re.sub(r"^\w*[\"']+|[\"']+$", "", token.string)
            for offset, line in enumerate(_CODE.sub(blank, words).split("\n")):
                lines[token.start[0] - 1 + offset] += f" {line}"
    return "\n".join(lines)


def yaml(text: str) -> str:
    """A YAML file without inline code and without the marks of its comments."""
    return re.sub(r"^( *)# ?", r"\1", _CODE.sub(blank, text), flags=re.MULTILINE)


READERS: dict[str, Callable[[str], str]] = {".md": markdown, ".py": python, ".yml": yaml, ".yaml": yaml, "": yaml}


def files() -> list[Path]:
    """The files that SEARCHED names."""
    found = {path for pattern in SEARCHED for path in ROOT.glob(pattern) if path.is_file()}
    return sorted(found - {ROOT / name for name in NOT_SEARCHED})


def paragraphs(prose: str) -> Iterator[list[tuple[int, str]]]:
    """Lines that belong together, with their numbers. A heading, a table row and a list entry are each alone."""
    paragraph: list[tuple[int, str]] = []
    for number, raw in enumerate(prose.splitlines(), 1):
        line = " ".join(raw.split())
        if paragraph and (not line or _START.match(line) or paragraph[-1][1].startswith(("#", "|"))):
            yield paragraph
            paragraph = []
        if line:
            paragraph.append((number, line.removeprefix("> ")))
    if paragraph:
        yield paragraph


def line_of(paragraph: list[tuple[int, str]], position: int) -> int:
    """The number of the line that holds a position of the joined paragraph."""
    for number, line in paragraph:
        position -= len(line) + 1
        if position < 0:
            return number
    return paragraph[-1][0]


def problems(name: str, prose: str) -> list[str]:
    """One line per phrase that is found: file, line, phrase, replacement."""
    found = []
    for paragraph in paragraphs(prose):
        text = " ".join(line for _number, line in paragraph)
        for phrase in PHRASES:
            for match in phrase.expression.finditer(text):
                found.append(f"{name}:{line_of(paragraph, match.start())}: {match[0][:80]!r}: write {phrase.instead}")
    return found


def test_every_pattern_has_files() -> None:
    assert [pattern for pattern in SEARCHED if not list(ROOT.glob(pattern))] == []
    assert {path.suffix for path in files()} <= set(READERS)


@pytest.mark.parametrize("path", files(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_language(path: Path) -> None:
    prose = READERS[path.suffix](path.read_text(encoding="utf-8"))
    found = problems(path.relative_to(ROOT).as_posix(), prose)
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize("phrase", PHRASES, ids=lambda phrase: phrase.found_in[0])
def test_a_phrase_finds_its_examples_and_nothing_that_is_allowed(phrase: Phrase) -> None:
    assert [text for text in phrase.found_in if not phrase.expression.search(text)] == []
    assert [text for text in phrase.allowed if phrase.expression.search(text)] == []


def test_a_phrase_is_found_across_lines_and_the_message_names_its_line() -> None:
    text = "# Title\n\n```\nrights\n```\nIt `rights` and reads\nwith the\nright of a user.\n"
    assert problems("docs/x.md", markdown(text)) == [
        'docs/x.md:8: \'right\': write "permission"; as an adjective "correct"'
    ]
    assert [problem.split(":")[1] for problem in problems("x.md", "One\nreport\n> a cluster.")] == ["1"]
    assert problems("x.md", "- one report\n- a cluster\n\n| one report |\n| a cluster |\n") == []


def test_python_is_searched_in_texts_and_comments_only() -> None:
    text = 'rights = {"rights": 1}  # the rights of it\n\n\ndef f():\n    """It has\n    all rights, ``rights``."""\n'
    assert [problem.split(": ")[0] for problem in problems("x.py", python(text))] == ["x.py:1", "x.py:6"]


def test_yaml_is_searched() -> None:
    text = "a: 1\n# b\nc: It is said, C(rights).\n"
    assert [problem.split(": ")[0] for problem in problems("x.yml", yaml(text))] == ["x.yml:3"]


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        for problem in problems(argument, READERS[Path(argument).suffix](Path(argument).read_text(encoding="utf-8"))):
            print(problem)
