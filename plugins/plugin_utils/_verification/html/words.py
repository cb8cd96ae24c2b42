# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The report's words and marks for the verdicts of a document. A verdict is never told by its colour alone: each has a
shape and a word.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.step import Action

from ..drift import STAYS
from .element import Child, Markup, element

SEVERITIES = ("critical", "high", "medium", "low", "info")
"""From the worst on."""
_MARKS = frozenset((*SEVERITIES, "ok", "unknown", "none"))
_OF_STATE: Mapping[str, tuple[str, str]] = {
    "ok": ("ok", "ok"),
    "met": ("ok", "met"),
    "missed": ("high", "missed"),
    "findings": ("high", "findings"),
    "error": ("high", "error"),
    "failed": ("high", "failed"),
    "fail": ("high", "fail"),
    "deviates": ("medium", "deviates from its weights"),
    "too_few": ("unknown", "too few answers to tell"),
    "as_weighted": ("ok", "as weighted"),
    "not_sent": ("none", "not sent"),
    "not_asked": ("none", "not asked for"),
    "pass": ("ok", "pass"),
    "differs": ("medium", "differs"),
    "agrees": ("ok", "agrees"),
    "found": ("ok", "found"),
    "absent": ("none", "absent"),
    "deleting": ("medium", "being deleted"),
    "disabled": ("medium", "disabled"),
    "no-namespace": ("medium", "no such namespace"),
    "not-exported": ("none", "not offered to others"),
    "none": ("ok", "none"),
    "yes": ("ok", "yes"),
    "no": ("medium", "not yet"),
    Action.CREATE.value: ("medium", "to be created"),
    Action.UPDATE.value: ("medium", "to be changed"),
    Action.TAKE_OVER.value: ("medium", "to be taken over"),
    Action.REMOVE.value: ("medium", "to be removed"),
    Action.HAND_OVER.value: ("medium", "to be handed over"),
    STAYS: ("medium", "stays different"),
}
SCOPES: Mapping[str, str] = {
    "own": "own",
    "offered": "a copy of the platform's",
    "shared": "shared",
    "platform": "platform",
}


def severity(value: str) -> Markup:
    """A chip with the severity's shape and word."""
    return chip(value if value in SEVERITIES else "unknown", value)


def state(value: str, said: str = "") -> Markup:
    """A chip with the shape of the verdict; ``said`` replaces its usual word. A value that is not in the table is shown
    as unknown.
    """
    mark, word = _OF_STATE.get(value, ("unknown", value))
    return chip(mark, said or word)


def word(value: str) -> str:
    """A verdict's usual word."""
    return _OF_STATE[value][1] if value in _OF_STATE else value


def chip(mark: str, word: Child) -> Markup:
    """``mark`` is a severity, ok, unknown or none."""
    if mark not in _MARKS:
        raise ValueError(f"no such mark: {mark}")
    return element("b", word, class_=mark)


def counted(number: int, one: str, many: str = "") -> str:
    """``2 findings``; ``many`` where that is not ``one`` with an s."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def by_severity(counts: Mapping[str, int]) -> str:
    """``1 critical, 2 low``; empty where there is none."""
    return ", ".join(f"{counts[name]} {name}" for name in SEVERITIES if counts.get(name))


def joined(parts: Iterable[Child]) -> list[Child]:
    """With commas between them."""
    return [[", " if number else None, part] for number, part in enumerate(parts)]


def listed(names: Collection[str]) -> str:
    """``a, b and c``."""
    *head, last = names
    return f"{', '.join(head)} and {last}" if head else last


def rank(tenant: Mapping[str, Any]) -> int:
    """Of a tenant: its worst severity, then what is wrong in another way, then what is unknown, then what is ok; 0 is
    the worst.
    """
    if tenant["worst"] in SEVERITIES:
        return SEVERITIES.index(tenant["worst"])
    return len(SEVERITIES) + {"findings": 0, "ok": 2}.get(tenant["verdict"], 1)
