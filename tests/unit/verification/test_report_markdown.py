# SPDX-License-Identifier: GPL-3.0-or-later
"""The comment on a pull request: short enough for GitHub, and inert for any strings. Text that GitHub turns into links
is only in code.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit.text import one_line
from ansible_collections.ml_platform.seldon.plugins.plugin_utils._verification.markdown import (
    LONGEST,
    as_markdown,
    text,
)
from hypothesis import given, seed, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tests.unit.verification.test_report_html_safety import LEAVES, SMALL, TEXTS, replaced
from tests.unit.verification.worlds import HOSTILE, world

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
AUTOLINKED = re.compile(r"@|#[0-9]|\bGH-[0-9]|www\.|://|mailto:|[0-9a-f]{7,}|:[a-z_]+:", re.I)
KINDS = {"heading", "paragraph", "bullet_list", "list_item", "table", "thead", "tbody", "tr", "th", "td", "strong"}


def tokens(markdown: str) -> list[Any]:
    return [part for token in PARSER.parse(markdown) for part in (token, *(token.children or ()))]


def check(markdown: str) -> None:
    assert len(markdown) <= LONGEST
    found = tokens(markdown)
    assert {re.sub("_(open|close)$", "", token.type) for token in found} <= KINDS | {"inline", "text", "code_inline"}
    assert not [token.content for token in found if token.type == "text" and AUTOLINKED.search(token.content)]


def cells(markdown: str) -> list[int]:
    """The number of cells of every row."""
    found: list[int] = []
    for token in tokens(markdown):
        if token.type == "tr_open":
            found.append(0)
        elif token.type in ("td_open", "th_open"):
            found[-1] += 1
    return found


@pytest.mark.parametrize("count", [1, 3, 100, 300])
def test_it_fits_and_says_what_is_left_out(count: int) -> None:
    document = world(count)
    markdown = as_markdown(document)
    check(markdown)
    shown = len(re.findall(r"^\| (?:critical|high|medium|low|info) \|", markdown, re.M))
    left = len(document["findings"]) - shown
    assert (f"Left out here: {left} finding" in markdown) is (left > 0)


def test_far_too_much_still_fits() -> None:
    document = world(40)
    document["findings"] = [{**finding, "evidence": "|`" * 400} for finding in document["findings"]] * 30
    document["fails"] = ["|" * 900] * 300
    document["unseen"] = [{"what": "|" * 900, "reason": "|" * 900, "rules": []}] * 300
    markdown = as_markdown(document)
    check(markdown)
    assert "Left out here:" in markdown and "more" in markdown


def test_nothing_to_complain_of() -> None:
    markdown = as_markdown(world(2, is_clean=True))
    assert "No findings in 2 tenants; everything was checked." in markdown
    assert "### Findings" not in markdown and "This run passes." in markdown


@seed(1)
@settings(max_examples=60, deadline=None)
@given(places=st.dictionaries(st.sampled_from(LEAVES), TEXTS, min_size=1, max_size=30))
def test_no_text_formats_or_links_anything(places: dict[tuple[Any, ...], str]) -> None:
    check(as_markdown(replaced(SMALL, places)))


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_keeps_the_tables(hostile: str) -> None:
    markdown = as_markdown(replaced(SMALL, dict.fromkeys(LEAVES, hostile)))
    check(markdown)
    assert set(cells(markdown)) == {4, 6, 7}
    assert all(line.count("|") in (0, 5, 7, 8) for line in markdown.splitlines())


@seed(1)
@settings(max_examples=150, deadline=None)
@given(said=TEXTS)
def test_a_reader_sees_the_text_itself(said: str) -> None:
    (row,) = [token for token in PARSER.parse(f"| {text(said) or 'x'} | y |\n| --- | --- |") if token.type == "inline"][
        :1
    ]
    seen = "".join(child.content for child in row.children)
    assert "".join(seen.split()) == ("".join(one_line(said).split()) or "x")


@pytest.mark.parametrize("said", ["narrow the policy, or delete it", "3 of 4 (see above).", "the team's own"])
def test_plain_words_stay_as_they_are(said: str) -> None:
    assert text(said) == said
