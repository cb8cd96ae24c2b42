# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The rules that found something, with reason and repair once; and what is waived."""

from __future__ import annotations

from collections.abc import Sequence

from .element import Child, Markup, element
from .findings import prose
from .index import Index
from .table import table
from .words import SEVERITIES, counted, severity


def rules(index: Index) -> Markup | None:
    """Each with the tenants that it is true of."""
    known = sorted(
        {rule["rule"]: rule for rule in index.document["rules"]}.values(),
        key=lambda rule: (
            SEVERITIES.index(rule["severity"]) if rule["severity"] in SEVERITIES else len(SEVERITIES),
            rule["rule"],
        ),
    )
    if not known:
        return None
    found: dict[str, list[str]] = {}
    for finding in index.document["findings"]:
        found.setdefault(finding["rule"], []).append(finding["tenant"])
    rows: list[list[Child]] = [
        [
            element("span", rule["rule"], id=index.rules[rule["rule"]]),
            severity(rule["severity"]),
            [element("strong", rule["title"]), element("small", rule["why"])],
            prose(rule["repair"]),
            _places(index, found.get(rule["rule"], [])),
        ]
        for rule in known
    ]
    return element(
        "section",
        element("h2", "Findings by rule", id="rules"),
        table(
            "Rules that found something",
            ("Rule", "Severity", "What is wrong, and why it matters", "Repair", "Where"),
            rows,
        ),
        aria_labelledby="rules",
    )


def _places(index: Index, tenants: Sequence[str]) -> Child:
    if not tenants:
        return "waived only"
    return [counted(len(tenants), "finding"), ": ", index.tenant_links(list(dict.fromkeys(tenants)), 8)]


def waived(index: Index) -> Markup | None:
    """Findings that do not count, with reason and last day."""
    found = index.document["waived"]
    if not found:
        return None
    rows: list[list[Child]] = [
        [
            index.rule_link(finding["rule"]),
            severity(finding["severity"]),
            index.tenant_link(finding["tenant"]),
            [element("code", finding["object"]), element("small", finding["title"], ": ", finding["evidence"])],
            finding["reason"],
            finding["expires"],
        ]
        for finding in found
    ]
    header = ("Rule", "Severity", "Tenant", "Object", "Reason", "Until")
    return element(
        "section",
        element("h2", "Waived", id="waived"),
        element("p", "These findings do not count until the given date."),
        table("Waived findings", header, rows),
        aria_labelledby="waived",
    )
