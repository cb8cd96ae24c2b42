# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who may read a tenant's Secrets, change its guard-rails, or act as others."""

from __future__ import annotations

from collections.abc import Iterable

from .element import Child, Markup, element
from .index import Part
from .table import table


def access(entries: Iterable[Part]) -> Markup:
    """One row for a subject and the binding that gives it its powers."""
    groups: dict[tuple[str, str, str], list[Part]] = {}
    for entry in entries:
        groups.setdefault((entry["subject"], entry["relation"], entry["by"]), []).append(entry)
    rows: list[tuple[Child, ...]] = [
        ([subject, element("div", relation, class_="m")], [_power(entry) for entry in found], by) for (subject, relation, by), found in groups.items()
    ]
    return table("Who has powers over the tenant", ("Who", "May", "By"), rows, "d")


def _power(entry: Part) -> Child:
    return element("div", entry["power"], element("span", f" ({entry['example']})", class_="m"))
