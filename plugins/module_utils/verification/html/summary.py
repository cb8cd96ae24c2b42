# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What somebody has to know first: the verdict, what to do, the four metrics, and what could not be seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .element import Child, Markup, element
from .findings import next_step, where
from .index import Index, Part
from .words import SEVERITIES, by_severity, chip, counted, severity, state

_FIRST = 6
_EVIDENCE = 40
_NAMES = {
    "cross_namespace_dependencies": "Cross-namespace dependencies",
    "models_in_team_namespaces": "Models in team namespaces",
    "permission_errors": "Permission errors",
    "highest_quota_utilisation": "Highest quota utilisation",
}
_UNITS = {"percent": " %", "findings": ""}


def banner(index: Index) -> Markup:
    """One sentence, then why the run fails."""
    document = index.document
    mark = document["worst"] if document["worst"] in SEVERITIES else "ok" if document["verdict"] == "ok" else "unknown"
    fails = document["fails"]
    if fails:
        why = [element("p", element("strong", "This run fails"), ", because:"), element("ul", [element("li", reason) for reason in fails])]
    else:
        why = [element("p", element("strong", "This run passes"), ": nothing reaches the limit that was set for failing it.")]
    return element("section", element("h2", sentence(index), id="verdict-title"), why, class_=f"b {mark}", aria_labelledby="verdict-title")


def sentence(index: Index) -> str:
    """What is wrong, in one sentence."""
    document = index.document
    affected = sum(1 for tenant in index.tenants if tenant["verdict"] == "findings")
    total = counted(len(index.tenants), "tenant")
    said = by_severity(document["counts"])
    found = f"{said} findings: {affected} of {total} affected" if said else f"No findings in {total}"
    unseen = len(document["unseen"])
    if unseen:
        return f"{found}, and {counted(unseen, 'part')} could not be seen."
    return f"{found}; everything was seen." if document["verdict"] == "ok" else f"{found}."


def first_steps(index: Index) -> Markup | None:
    """What to do first: the worst findings, one a rule and tenant, and what does not serve."""
    items = list(_steps(index))
    if not items:
        return None
    more = element("p", f"{len(items) - _FIRST} more below, by tenant.", class_="m") if len(items) > _FIRST else None
    return element("section", element("h2", "Do first", id="first"), element("ol", items[:_FIRST], class_="f first"), more, aria_labelledby="first")


def _steps(index: Index) -> Iterator[Markup]:
    seen = set()
    grave = {name: [finding for finding in index.document["findings"] if finding["severity"] == name] for name in SEVERITIES[:3]}
    for name, found in grave.items():
        for finding in found:
            if (finding["rule"], finding["tenant"]) not in seen:
                seen.add((finding["rule"], finding["tenant"]))
                head = element("p", severity(name), " ", element("strong", finding["title"]), " in ", index.tenant_link(finding["tenant"]))
                yield element("li", head, element("p", where(finding), ": ", finding["evidence"]), next_step(finding["next_step"]))
        if name == "critical":
            yield from _not_serving(index)


def _not_serving(index: Index) -> Iterator[Markup]:
    for tenant in index.tenants:
        link = index.tenant_link(tenant["name"])
        for server in tenant["servers"]:
            if server["verdict"] == "error":
                head = element("p", state("error"), " ", element("strong", f"Server {server['name']}"), " in ", link)
                yield element("li", head, element("p", server["message"]), next_step(server["next_step"]))
        for check in tenant["inference"]:
            if check["verdict"] in ("failed", "deviates"):
                head = element("p", state(check["verdict"]), " ", element("strong", f"{check['kind']} {check['name']}"), " in ", link)
                yield element("li", head, element("p", check["error"] or failures(check) or "the share of a candidate is not its weight"))


def failures(check: Part) -> str:
    """What went wrong and how often."""
    return "; ".join(f"{failure.get('problem', '')} ({failure.get('count', 1)} times)" for failure in check["failures"])


def metrics(index: Index) -> Markup:
    """The four, as cards."""
    cards = [_card(name, metric) for name, metric in index.document["metrics"].items()]
    return element("section", element("h2", "Success metrics", id="metrics"), element("div", cards, class_="c"), aria_labelledby="metrics")


def _card(name: str, metric: Mapping[str, Any]) -> Markup:
    value = metric["value"]
    shown: list[Child] = ["unknown"] if value is None else [value, element("span", _UNITS.get(metric["unit"], f" {metric['unit']}"))]
    return element(
        "div",
        element("h3", _NAMES.get(name, name)),
        element("p", shown, class_="x"),
        element("p", state(metric["state"]), element("small", f" target {metric['target']}")),
        _more("Counted", metric["evidence"]),
        _more("Could not be counted", metric["unknown"]),
    )


def _more(title: str, lines: list[str]) -> Markup | None:
    if not lines:
        return None
    left = [element("li", f"and {len(lines) - _EVIDENCE} more")] if len(lines) > _EVIDENCE else []
    return element("details", element("summary", f"{title} ({len(lines)})"), element("ul", [element("li", line) for line in lines[:_EVIDENCE]], left))


def unseen(index: Index) -> Markup:
    """What could not be seen, and so counts for nothing."""
    parts = index.document["unseen"]
    items = [
        element(
            "li",
            chip("unknown", element("strong", part["what"])),
            f": {part['reason']}",
            element("p", "not judged in full: ", ", ".join(part["rules"]), class_="m") if part["rules"] else None,
        )
        for part in parts
    ]
    said = element("ul", items, class_="f") if items else element("p", "Everything that was asked for could be read.")
    return element("section", element("h2", "What could not be seen", id="unseen"), said, aria_labelledby="unseen")
