# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Findings, by rule: the reason once, then each object with its evidence and the next step."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from .element import Child, Markup, element
from .index import Index, Part
from .words import severity

_COMMAND = re.compile(r"(?:^|(?<=: ))((?:kubectl|ansible-playbook|ansible|helm) .+?)(?=, or |; |$)")


def prose(said: str) -> list[Child]:
    """The sentence, with the commands in it as code."""
    return [element("code", part) if number % 2 else part for number, part in enumerate(_COMMAND.split(said))]


def findings(index: Index, found: Iterable[Part]) -> Markup:
    """In the order given, those of one rule together."""
    groups: dict[tuple[str, str], list[Part]] = {}
    for finding in found:
        groups.setdefault((finding["rule"], finding["severity"]), []).append(finding)
    return element("ul", [_group(index, group) for group in groups.values()], class_="f")


def _group(index: Index, group: Sequence[Part]) -> Markup:
    first = group[0]
    shared = first["next_step"] if len({finding["next_step"] for finding in group}) == 1 else ""
    items = [_one(finding, "" if shared else finding["next_step"]) for finding in group]
    head = element(
        "p", severity(first["severity"]), " ", element("strong", first["title"]), " ", index.rule_link(first["rule"])
    )
    return element("li", head, element("p", first["why"], class_="m"), element("ul", items), next_step(shared))


def _one(finding: Part, then: str) -> Markup:
    return element("li", where(finding), element("p", finding["evidence"]), next_step(then))


def where(finding: Part) -> list[Child]:
    """The object and its field."""
    return [
        element("code", finding["object"]),
        [" ", element("code", finding["field"], class_="m")] if finding["field"] else None,
    ]


def next_step(said: str) -> Markup | None:
    """The next step, if there is one."""
    return element("p", element("strong", "Next step: "), prose(said), class_="n") if said else None
