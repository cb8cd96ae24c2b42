# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How much of each quota is used, and will be after the change that was asked about."""

from __future__ import annotations

from collections.abc import Sequence

from .element import Child, Markup, element
from .index import Part
from .table import table
from .words import chip


def highest(lines: Sequence[Part]) -> Part | None:
    """The key that is nearest to its limit, or furthest over it."""
    return max(
        lines, key=lambda line: (not line["within"], max(line["percent"], line["percent_after"] or 0)), default=None
    )


def gauge(line: Part) -> Markup:
    """Used, then what is added; the numbers stand beside it."""
    used = _clamped(line["percent"])
    after = _clamped(line["percent_after"] or 0)
    return element(
        "svg",
        element("rect", width=f"{used}%", class_=None if line["within"] else "bad"),
        element("rect", x=f"{used}%", width=f"{after - used}%", class_="p") if after > used else None,
        class_="u",
        aria_hidden="true",
    )


def _clamped(percent: int) -> int:
    return max(0, min(100, percent))


def quota(lines: Sequence[Part]) -> Markup:
    """Every key of every quota."""
    several = len({line["quota"] for line in lines}) > 1
    rows: list[tuple[Child, ...]] = [
        (f"{line['quota']} {line['key']}" if several else line["key"], [gauge(line), " ", _share(line)], _use(line))
        for line in lines
    ]
    return table("Use of the quota", ("Key", "Share", "Use"), rows)


def _share(line: Part) -> Markup | str:
    said = (
        f"{line['percent']} %"
        if line["percent_after"] in (None, line["percent"])
        else f"{line['percent']} → {line['percent_after']} %"
    )
    return said if line["within"] else chip("high", f"{said}, over")


def _use(line: Part) -> str:
    after = "" if line["after"] in (None, line["used"]) else f" → {line['after']}"
    return f"{line['used']}{after} of {line['hard']}"
