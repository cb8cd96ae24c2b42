# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the parts of a page look up of a document."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .element import Child, Markup, element
from .words import SEVERITIES, joined, rank

Part = Mapping[str, Any]
_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_RULE = re.compile(r"[A-Z]{1,4}[0-9]{1,5}")
_SEES_NETWORK = ("TA202", "TA203")
_DRIFT = re.compile(r"TA4[0-9]{2}")
_PLANNED = "TV301"
"""The rule whose findings the table of a tenant's drift lists object by object."""


@dataclass(frozen=True)
class Index:
    """``tenants``: the worst first, ``sections``: the id of the section of each, ``places``: the same by name.

    Ids of places in the page are made of names only where these are harmless, and each is there once.
    """

    document: Part
    tenants: Sequence[Part] = field(init=False)
    findings: Mapping[str, Sequence[Part]] = field(init=False)
    sections: Sequence[str] = field(init=False)
    places: Mapping[str, str] = field(init=False)
    rules: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        found: dict[str, list[Part]] = {}
        for finding in self.document["findings"]:
            found.setdefault(finding["tenant"], []).append(finding)
        tenants = sorted(
            self.document["tenants"],
            key=lambda tenant: (rank(tenant), *(-tenant["counts"].get(name, 0) for name in SEVERITIES), tenant["name"]),
        )
        places: dict[str, None] = {}
        for number, tenant in enumerate(tenants):
            wanted = f"tenant-{tenant['name']}" if _NAME.fullmatch(tenant["name"]) else ""
            places[wanted if wanted and wanted not in places else f"tenant_{number}"] = None
        object.__setattr__(self, "tenants", tenants)
        object.__setattr__(self, "findings", found)
        object.__setattr__(self, "sections", list(places))
        object.__setattr__(
            self, "places", {tenant["name"]: place for tenant, place in reversed(list(zip(tenants, places)))}
        )
        ids = dict.fromkeys(rule["rule"] for rule in self.document["rules"])
        object.__setattr__(
            self,
            "rules",
            {rule: f"rule-{rule}" if _RULE.fullmatch(rule) else f"rule_{number}" for number, rule in enumerate(ids)},
        )

    def tenant_link(self, name: str) -> Markup | str:
        """To the tenant's section, or the cluster's for an empty name; just the name of one that has none."""
        if not name:
            return element("a", "the cluster", href="#cluster") if self.findings.get("") else "the cluster"
        return element("a", name, href=f"#{self.places[name]}") if name in self.places else name

    def rule_link(self, rule: str) -> Markup | str:
        """To what the rule is about."""
        return element("a", rule, href=f"#{self.rules[rule]}") if rule in self.rules else rule

    def tenant_links(self, names: Sequence[str], most: int = 12) -> list[Child]:
        """The first of them, and how many more there are."""
        more = f" and {len(names) - most} more" if len(names) > most else None
        return [joined(map(self.tenant_link, names[:most])), more]

    @property
    def is_network_seen(self) -> bool:
        """Whether the rules that need pods and network policies could be judged in full."""
        return not any(rule in part["rules"] for part in self.document["unseen"] for rule in _SEES_NETWORK)

    def drifted(self, name: str) -> list[Part]:
        """The tenant's findings about guard-rails that are no longer as the platform made them."""
        return [finding for finding in self.findings.get(name, ()) if _DRIFT.fullmatch(finding["rule"])]

    def others(self, name: str) -> list[Part]:
        """The tenant's other findings."""
        return [
            finding
            for finding in self.findings.get(name, ())
            if finding["rule"] != _PLANNED and not _DRIFT.fullmatch(finding["rule"])
        ]
