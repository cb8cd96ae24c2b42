# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who may read Secrets, change guard-rails, or act as others, in a tenant or in all."""

from __future__ import annotations

from collections.abc import Iterable

from .element import Child, Markup, element
from .index import Part
from .table import table


def access(entries: Iterable[Part]) -> Markup:
    """One row for those who are the same to the tenant and may the same, each with the binding that lets it."""
    powers: dict[tuple[str, str, str], list[tuple[str, str]]] = {}
    for entry in entries:
        powers.setdefault((entry["subject"], entry["by"], entry["relation"]), []).append(
            (entry["power"], entry["example"])
        )
    groups: dict[tuple[str, tuple[tuple[str, str], ...]], list[Child]] = {}
    for (subject, by, relation), may in powers.items():
        groups.setdefault((relation, tuple(may)), []).append([subject, element("small", "by ", by)])
    rows: list[tuple[Child, ...]] = [
        (who, relation, [[power, element("small", example)] for power, example in may])
        for (relation, may), who in groups.items()
    ]
    return table("Powers", ("Who", "Is", "May"), rows)
