# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which objects a selector finds, and which not."""

from __future__ import annotations

from collections.abc import Sequence

from ...kube.objects import mapping, name_of
from ...kube.selector import Selector, read_labels
from ...kube.types import KubeObject
from .text import counted, named


def selection(selector: Selector, objects: Sequence[KubeObject], noun: str, otherwise: str) -> str:
    """``noun`` is one of the objects; ``otherwise`` follows the names of those that are not selected."""
    if not objects:
        return f"there is no {noun} that it could select"
    found: dict[bool | None, list[str]] = {}
    for obj in objects:
        found.setdefault(selector.matches(read_labels(mapping(obj.get("metadata")).get("labels"))), []).append(
            name_of(obj)
        )
    selected, others = found.get(True, []), found.get(False, [])
    doubtful = f"; whether {named(found[None])}, cannot be told from the labels" if None in found else ""
    if not others:
        return f"selects every {noun}" + doubtful
    if not selected:
        return f"selects none of the {counted(len(objects), noun)} ({named(others)}){otherwise}{doubtful}"
    return f"selects {named(selected)}, but not {named(others)}{otherwise}{doubtful}"
