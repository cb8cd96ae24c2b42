# SPDX-License-Identifier: GPL-3.0-or-later
"""A parsed HTML page, with the standard library's parser: elements, attributes, text, and whether every element is
closed.
"""

from __future__ import annotations

from html.parser import HTMLParser

VOID = frozenset(("meta", "input"))


class Page(HTMLParser):
    """``elements``: (tag, names of attributes) in order. Raises AssertionError for an incorrectly closed element, and
    for any node that is not an element or text.
    """

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.values: list[tuple[str, str, str]] = []
        self.texts: list[tuple[str, str]] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _value in attrs]
        assert len(names) == len(set(names)), (tag, names)
        self.elements.append((tag, tuple(sorted(names))))
        self.values += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert "svg" in self._open
        self.handle_starttag(tag, attrs)
        self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append((self._open[-1] if self._open else "", data))

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(data)

    @property
    def ids(self) -> list[str]:
        return self.all("id")

    def all(self, attribute: str) -> list[str]:
        """The values of an attribute, in order."""
        return [value for _tag, name, value in self.values if name == attribute]

    def inside(self, tag: str) -> str:
        """The text directly in elements with this tag."""
        return "".join(text for within, text in self.texts if within == tag)

    @property
    def text(self) -> str:
        """The visible text."""
        return " ".join(text for within, text in self.texts if within not in ("style", "script"))
