# SPDX-License-Identifier: GPL-3.0-or-later
"""For any strings in a document the page's elements stay the same, and it runs, loads and sends nothing."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit.text import one_line
from ansible_collections.ml_platform.seldon.plugins.plugin_utils._verification.html.element import code_of_page, element
from ansible_collections.ml_platform.seldon.plugins.plugin_utils._verification.html.page import as_html
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from tests.unit.verification.page import Page
from tests.unit.verification.worlds import HOSTILE, world

ALLOWED = {
    element
    for document in (world(1), world(3), world(12), world(60), world(3, is_clean=True))
    for element in Page(as_html(document)).elements
}
SMALL = world(2)
TEXTS = st.one_of(
    st.text(max_size=60),
    st.sampled_from(HOSTILE),
    st.text(alphabet="<>\"'&/= `-!abcsript\x00\n", max_size=40),
    st.lists(st.sampled_from(HOSTILE)).map("".join),
)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths of all strings."""
    if isinstance(value, str):
        yield path
    elif isinstance(value, dict):
        for key, entry in value.items():
            yield from leaves(entry, (*path, key))
    elif isinstance(value, list):
        for number, entry in enumerate(value):
            yield from leaves(entry, (*path, number))


LEAVES = list(leaves(SMALL))


def replaced(document: dict[str, Any], places: dict[tuple[Any, ...], str]) -> dict[str, Any]:
    changed = deepcopy(document)
    for path, text in places.items():
        within: Any = changed
        for key in path[:-1]:
            within = within[key]
        within[path[-1]] = text
    return changed


def check(page: Page) -> None:
    assert set(page.elements) <= ALLOWED
    assert len(page.ids) == len(set(page.ids))
    assert all(
        reference.removeprefix("#") in page.ids for name in ("href", "aria-labelledby") for reference in page.all(name)
    )
    assert all(reference.startswith("#") for reference in page.all("href"))
    assert not any(name in ("style", "src") or name.startswith("on") for _tag, name, _value in page.values)


@seed(1)
@settings(max_examples=60, deadline=None)
@given(places=st.dictionaries(st.sampled_from(LEAVES), TEXTS, min_size=1, max_size=40))
def test_no_text_anywhere_makes_an_element_or_an_attribute(places: dict[tuple[Any, ...], str]) -> None:
    page = Page(as_html(replaced(SMALL, places)))
    check(page)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_in_every_string_at_once(text: str) -> None:
    page = Page(as_html(replaced(SMALL, dict.fromkeys(LEAVES, text))))
    check(page)
    assert one_line(text).strip() in page.text


def test_a_world_of_hostile_names() -> None:
    page = Page(as_html(world(12, is_hostile=True)))
    check(page)
    assert all(one_line(text) in page.text for text in HOSTILE[:5])


def test_only_the_own_style_and_script_are_allowed() -> None:
    page = Page(as_html(SMALL))
    (policy,) = [value for value in page.all("content") if value.startswith("default-src")]
    hashes = {
        tag: base64.b64encode(hashlib.sha256(page.inside(tag).encode()).digest()).decode()
        for tag in ("style", "script")
    }
    assert (
        policy
        == f"default-src 'none'; style-src 'sha256-{hashes['style']}'; script-src 'sha256-{hashes['script']}'; base-uri 'none'; form-action 'none'"
    )
    tags = [tag for tag, _names in page.elements]
    assert (tags.count("style"), tags.count("script")) == (1, 1)
    assert tags.index("meta") < tags.index("style")
    assert (
        "//" not in page.inside("style") and "url(" not in page.inside("style") and "http" not in page.inside("script")
    )


def test_the_page_can_be_written_as_utf8_and_has_no_control_characters() -> None:
    html = as_html(replaced(SMALL, dict.fromkeys(LEAVES, "a\x00b\x1b\u202e\ud800\u2066")))
    assert html.encode("utf-8")
    assert not {"\x00", "\x1b", "\u202e", "\u2066"} & set(html)


@pytest.mark.parametrize(
    ("tag", "attributes"),
    [
        ("script", {}),
        ("iframe", {}),
        ("a", {"onclick": "x"}),
        ("a", {"href": "javascript:alert(1)"}),
        ("a", {"href": "https://example.com"}),
        ("p", {"style": "x"}),
        ("p", {"src": "x"}),
    ],
)
def test_the_builder_refuses_what_a_report_never_has(tag: str, attributes: dict[str, str]) -> None:
    with pytest.raises(ValueError):
        element(tag, **attributes)


def test_the_builder_refuses_a_style_that_ends_itself() -> None:
    with pytest.raises(ValueError):
        code_of_page("style", "a{}</style><script>")
    with pytest.raises(ValueError):
        code_of_page("p", "a")


def test_markup_that_was_turned_into_text_is_text() -> None:
    assert element("p", f"{element('b', 'x').html}").html == "<p>&lt;b&gt;x&lt;/b&gt;</p>"
