# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Judges an object as the API server will, before it is sent there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...kube.objects import name_of, of
from ...kube.types import KubeObject
from .kinds import KINDS
from .rule import Check, Rule, checks_of


@dataclass(frozen=True)
class Violation:
    """A rule that an object breaks. ``text`` is what the API server says after the object's kind and name."""

    kind: str
    name: str
    check: Check

    @property
    def identifier(self) -> str:
        """Such as ``SG101``."""
        return self.check.rule.id

    @property
    def text(self) -> str:
        """The message without its object."""
        return self.check.text


def judge(obj: KubeObject, rules: Sequence[Rule], namespace: str) -> list[Violation]:
    """In the order of the rules; empty for kinds that no rule is about. Never raises: parts of a wrong type are not
    there.
    """
    return [
        Violation(kind.name, name_of(obj), check)
        for kind in KINDS
        if of(kind.resource, [obj])
        for check in checks_of(kind, rules)
        if check.term.holds(obj, namespace)
    ]
