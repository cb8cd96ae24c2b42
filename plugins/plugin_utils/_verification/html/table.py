# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tables that a screen reader can read and a small screen can scroll."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .element import Child, Markup, element


def table(caption: str, header: Sequence[Child], rows: Iterable[Sequence[Child]]) -> Markup:
    """The first cell of a row is its header. ``caption`` is for screen readers only: the heading above shows it."""
    head = element("tr", [element("th", cell, scope="col") for cell in header])
    body = [
        element("tr", element("th", first, scope="row"), [element("td", cell) for cell in rest])
        for first, *rest in rows
    ]
    return scrolling(
        caption, element("table", element("caption", caption), element("thead", head), element("tbody", body))
    )


def scrolling(label: str, *inner: Child) -> Markup:
    """A region that scrolls by itself, by keyboard too, where ``inner`` is wider than the screen."""
    return element("div", *inner, class_="w", tabindex=0, role="group", aria_label=label)
