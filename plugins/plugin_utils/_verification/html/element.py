# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Elements of a page. Text from outside becomes text and nothing else: only this module makes markup."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Union

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit.text import one_line

_TAGS = frozenset(
    (
        *(
            "html",
            "head",
            "title",
            "meta",
            "body",
            "header",
            "nav",
            "main",
            "section",
            "footer",
            "div",
            "span",
            "p",
            "a",
            "h1",
            "h2",
            "h3",
            "h4",
        ),
        *(
            "ul",
            "ol",
            "li",
            "table",
            "caption",
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
            "details",
            "summary",
            "code",
            "strong",
            "b",
            "small",
            "time",
        ),
        *("label", "input", "button", "svg", "rect", "circle", "path", "text"),
    )
)
_VOID = frozenset(("meta", "input"))
_SHAPES = frozenset(("rect", "circle", "path"))
_ATTRIBUTES = frozenset(
    (
        *(
            "id",
            "class",
            "lang",
            "role",
            "href",
            "scope",
            "tabindex",
            "hidden",
            "open",
            "type",
            "name",
            "content",
            "charset",
        ),
        *(
            "http-equiv",
            "autocomplete",
            "placeholder",
            "viewBox",
            "preserveAspectRatio",
            "width",
            "height",
            "x",
            "y",
            "cx",
            "cy",
            "r",
            "d",
            "transform",
        ),
        "text-anchor",
    )
)
"""None of them runs anything or loads anything; a link leads to a place of the same page."""


@dataclass(frozen=True)
class Markup:
    """Finished markup. Made by the functions of this module only."""

    html: str


Child = Union[Markup, str, int, None, Iterable["Child"]]
Attribute = Union[str, int, bool, None]


def element(tag: str, *children: Child, **attributes: Attribute) -> Markup:
    """``class_`` is class, ``aria_label`` aria-label. An attribute that is None or False is left out. Raises ValueError
    for what a report never has.
    """
    if tag not in _TAGS:
        raise ValueError(f"<{tag}> is not for a report")
    opened = tag + "".join(
        _attribute(name, value) for name, value in attributes.items() if value is not None and value is not False
    )
    if tag in _SHAPES:
        return Markup(f"<{opened}/>")
    return Markup(f"<{opened}>" if tag in _VOID else f"<{opened}>{_content(children)}</{tag}>")


def _attribute(name: str, value: Attribute) -> str:
    name = name.rstrip("_").replace("_", "-")
    if name not in _ATTRIBUTES and not name.startswith(("aria-", "data-")):
        raise ValueError(f"attribute {name} is not for a report")
    if name == "href" and not str(value).startswith("#"):
        raise ValueError("a link leads to a place of the same page")
    if value is True:
        return f" {name}"
    text = str(value)
    return f' {name}="{escape(text if text.isascii() and text.isprintable() else one_line(text))}"'


def _content(child: Child) -> str:
    if isinstance(child, Markup):
        return child.html
    if isinstance(child, (str, int)):
        return escape(one_line(str(child)), quote=False)
    return "" if child is None else "".join(map(_content, child))


def code_of_page(tag: str, source: str) -> Markup:
    """``style`` or ``script`` with constant text of the collection. Raises ValueError for text that would end the
    element.
    """
    if tag not in ("style", "script") or "</" in source or "<!--" in source:
        raise ValueError("not the collection's own style or script")
    return Markup(f"<{tag}>{source}</{tag}>")


def document(*children: Child, **attributes: Attribute) -> str:
    """The whole file."""
    return f"<!DOCTYPE html>\n{element('html', *children, **attributes).html}\n"
