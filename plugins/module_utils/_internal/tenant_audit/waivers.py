# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Findings that the platform team has decided to live with, for a reason and until a day."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any

from ..kube.errors import Invalid
from .rule import Finding, Observation, Observations, Severity, rule


@dataclass(frozen=True)
class WaiversUsed:
    """The waivers with whether each covers a finding, and the day."""

    used: Mapping[Waiver, bool]
    today: date


@rule(
    "TA001",
    Severity.MEDIUM,
    title="a waiver has expired",
    why="its findings count again",
    repair="repair the finding, or give the waiver a new reason and date",
)
def expired_waiver(waivers: WaiversUsed) -> Observations:
    for waiver, is_used in waivers.used.items():
        if is_used and waiver.expires < waivers.today:
            evidence = f"it expired after {waiver.expires}; its reason was: {waiver.reason}"
            yield Observation(waiver.tenant, waiver.title(), evidence, "expires")


@rule(
    "TA002",
    Severity.INFO,
    title="a waiver waives nothing",
    why="it would hide the next finding of its kind",
    repair="remove it",
)
def unused_waiver(waivers: WaiversUsed) -> Observations:
    for waiver, is_used in waivers.used.items():
        if not is_used:
            evidence = f"it matches no finding; its reason was: {waiver.reason}"
            yield Observation(waiver.tenant, waiver.title(), evidence)


@dataclass(frozen=True)
class Waiver:
    """``tenant`` and ``object`` are compared for equality; an empty one means any. An ``object`` that ends with ``*``
    means every one that begins so.
    """

    rule: str
    reason: str
    expires: date
    tenant: str = ""
    object: str = ""

    def waives(self, finding: Finding) -> bool:
        """Whether it is about this finding, expired or not."""
        if self.rule != finding.rule.id or self.tenant not in ("", finding.tenant):
            return False
        if self.object.endswith("*"):
            return finding.object.startswith(self.object[:-1])
        return self.object in ("", finding.object)

    def title(self) -> str:
        return " ".join(
            [
                "Waiver",
                self.rule,
                *([f"tenant {self.tenant}"] if self.tenant else []),
                *([self.object] if self.object else []),
            ]
        )


@dataclass(frozen=True)
class Judged:
    """``standing`` count; ``waived`` are those that do not, each with its waiver."""

    standing: Sequence[Finding]
    waived: Sequence[tuple[Finding, Waiver]]


def parse_waivers(given: Sequence[Mapping[str, Any]], ids: Collection[str]) -> list[Waiver]:
    """Raises Invalid for the first that is none."""
    return [_parse(position, entry, ids) for position, entry in enumerate(given)]


def _parse(position: int, entry: Mapping[str, Any], ids: Collection[str]) -> Waiver:
    place = f"waivers[{position}]"
    texts = {key: str(entry.get(key) or "").strip() for key in ("rule", "reason", "expires", "tenant", "object")}
    if texts["rule"] not in ids:
        meant = get_close_matches(texts["rule"].upper(), ids, 1)
        raise Invalid(
            f"{place}.rule: {texts['rule']!r} is not a rule of the audit"
            + (f". Did you mean {meant[0]}?" if meant else ". See docs/audit.md")
        )
    if not texts["reason"]:
        raise Invalid(f"{place}.reason: is empty. A waiver says why its finding is accepted")
    if texts["object"] == "*":
        raise Invalid(f"{place}.object: '*' alone waives everything. Leave it out if the whole tenant is meant")
    try:
        expires = date.fromisoformat(texts["expires"])
    except ValueError:
        raise Invalid(
            f"{place}.expires: {texts['expires']!r} is not a date. Expected the last day on which the waiver applies, such as 2027-03-31"
        ) from None
    return Waiver(texts["rule"], texts["reason"], expires, texts["tenant"], texts["object"])


def apply_waivers(findings: Iterable[Finding], waivers: Sequence[Waiver], today: date) -> Judged:
    """An expired waiver, and one that waives nothing, is a finding itself."""
    standing: list[Finding] = []
    waived: list[tuple[Finding, Waiver]] = []
    used = dict.fromkeys(waivers, False)
    for finding in findings:
        fitting = [waiver for waiver in waivers if waiver.waives(finding)]
        used.update(dict.fromkeys(fitting, True))
        valid = next((waiver for waiver in fitting if waiver.expires >= today), None)
        if valid is None:
            standing.append(finding)
        else:
            waived.append((finding, valid))
    judged = WaiversUsed(used, today)
    return Judged([*standing, *expired_waiver.find(judged), *unused_waiver.find(judged)], waived)
