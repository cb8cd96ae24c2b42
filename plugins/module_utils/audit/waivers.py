# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Findings that the platform team has decided to live with, for a reason and until a day."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any

from ..kube.errors import Invalid
from .finding import Finding, Rule, Severity

EXPIRED = Rule(
    "TA001",
    Severity.MEDIUM,
    "a waiver has expired",
    "what it waived counts again",
    "repair what it waived, or give it a new reason and date",
)
UNUSED = Rule(
    "TA002", Severity.INFO, "a waiver waives nothing", "it would hide the next finding of its kind", "remove it"
)


@dataclass(frozen=True)
class Waiver:
    """``tenant`` and ``object`` are compared for equality; an empty one means any. An ``object`` that ends with ``*`` means every one that begins so."""

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


def rules() -> Iterator[Rule]:
    yield from (EXPIRED, UNUSED)


def parse_waivers(given: Sequence[Mapping[str, Any]], ids: Collection[str]) -> list[Waiver]:
    """Raises Invalid for the first that is none."""
    return [_parse(position, entry, ids) for position, entry in enumerate(given)]


def _parse(position: int, entry: Mapping[str, Any], ids: Collection[str]) -> Waiver:
    place = f"waivers[{position}]"
    texts = {key: str(entry.get(key) or "").strip() for key in ("rule", "reason", "expires", "tenant", "object")}
    if texts["rule"] not in ids:
        meant = get_close_matches(texts["rule"].upper(), ids, 1)
        raise Invalid(
            f"{place}.rule: {texts['rule']!r} is no rule of the audit"
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
            f"{place}.expires: {texts['expires']!r} is no date. Expected one such as 2027-03-31, on which it still holds"
        ) from None
    return Waiver(texts["rule"], texts["reason"], expires, texts["tenant"], texts["object"])


def apply_waivers(findings: Iterable[Finding], waivers: Sequence[Waiver], today: date) -> Judged:
    """An expired waiver, and one that waives nothing, is a finding itself."""
    standing: list[Finding] = []
    waived: list[tuple[Finding, Waiver]] = []
    used: set[Waiver] = set()
    valid = [waiver for waiver in waivers if waiver.expires >= today]
    for finding in findings:
        waiver = next((one for one in valid if one.waives(finding)), None)
        used |= {one for one in waivers if one.waives(finding)}
        if waiver is None:
            standing.append(finding)
        else:
            waived.append((finding, waiver))
    for waiver in waivers:
        if waiver not in used:
            standing.append(
                UNUSED.found(waiver.tenant, waiver.title(), f"no finding is like it; its reason was: {waiver.reason}")
            )
        elif waiver not in valid:
            standing.append(
                EXPIRED.found(
                    waiver.tenant,
                    waiver.title(),
                    f"it held until {waiver.expires}; its reason was: {waiver.reason}",
                    "expires",
                )
            )
    return Judged(standing, waived)
