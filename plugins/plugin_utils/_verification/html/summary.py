# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The top of the page: the verdict, the first things to do, the four metrics, and the list of things that could not be
checked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .element import Child, Markup, element
from .findings import next_step, where
from .index import Index, Part
from .words import SEVERITIES, by_severity, counted, joined, severity, state

_FIRST = 6
_EVIDENCE = 40
METRICS = {
    "cross_namespace_dependencies": "Cross-namespace dependencies",
    "models_in_team_namespaces": "Models in team namespaces",
    "permission_errors": "Permission errors",
    "highest_quota_utilisation": "Highest quota utilisation",
}
_UNITS = {"percent": " %", "findings": ""}


def banner(index: Index) -> Markup:
    """One sentence, then why the run fails."""
    document = index.document
    mark = (
        document["worst"]
        if document["worst"] in SEVERITIES
        else {"ok": "ok", "findings": "high"}.get(document["verdict"], "unknown")
    )
    fails = document["fails"]
    if fails:
        why = [
            element("p", element("strong", "This run fails"), ", because:"),
            element("ul", [element("li", reason) for reason in fails]),
        ]
    else:
        why = [element("p", element("strong", "This run passes"), ": nothing was found for which it is set to fail.")]
    return element(
        "section",
        element("h2", sentence(index), id="verdict-title"),
        why,
        class_=f"b {mark}",
        aria_labelledby="verdict-title",
    )


def sentence(index: Index) -> str:
    """One sentence about the findings."""
    document, total = index.document, counted(len(index.tenants), "tenant")
    number = len(document["findings"])
    affected = sum(1 for tenant in index.tenants if tenant["counts"] and any(tenant["counts"].values()))
    found = (
        f"{counted(number, 'finding')} in {affected} of {total}: {by_severity(document['counts'])}"
        if number
        else f"No findings in {total}"
    )
    unseen = len(document["unseen"])
    said = [
        found,
        f"{counted(unseen, 'part')} could not be checked"
        if unseen
        else "everything was checked"
        if document["verdict"] == "ok"
        else "",
    ]
    return f"{'; '.join(part for part in said if part)}."


@dataclass(frozen=True)
class _Step:
    """Something to do, with one example of it and all tenants that it is to be done for."""

    chip: Markup
    title: str
    tenants: tuple[str, ...]
    example: Child
    then: str = ""


def first_steps(index: Index) -> Markup | None:
    """What to do first: the worst findings, each once for all tenants."""
    steps = list(_steps(index))
    if not steps:
        return None
    items = [_item(index, step) for step in steps[:_FIRST]]
    more = (
        element("p", f"And {len(steps) - _FIRST} more, which are in the sections of their tenants.", class_="m")
        if len(steps) > _FIRST
        else None
    )
    return element(
        "section",
        element("h2", "Do first", id="first"),
        element("ol", items, class_="f first"),
        more,
        aria_labelledby="first",
    )


def _item(index: Index, step: _Step) -> Markup:
    head = element("p", step.chip, " ", element("strong", step.title), " in ", index.tenant_links(step.tenants, 4))
    example = ["For one: " if len(step.tenants) > 1 else None, step.example]
    return element("li", head, element("p", example), next_step(step.then))


def _steps(index: Index) -> Iterator[_Step]:
    for name in SEVERITIES[:3]:
        groups: dict[str, list[Part]] = {}
        for finding in index.document["findings"]:
            if finding["severity"] == name:
                groups.setdefault(finding["rule"], []).append(finding)
        for found in groups.values():
            first = found[0]
            yield _Step(
                severity(name), first["title"], _of(found), [where(first), ": ", first["evidence"]], first["next_step"]
            )


def _of(found: Sequence[Part]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(finding["tenant"] for finding in found))


def metrics(index: Index) -> Markup:
    """The four, as cards."""
    cards = [_card(name, metric) for name, metric in index.document["metrics"].items()]
    return element(
        "section",
        element("h2", "Success metrics", id="metrics"),
        element("div", cards, class_="c"),
        aria_labelledby="metrics",
    )


def _card(name: str, metric: Mapping[str, Any]) -> Markup:
    return element(
        "div",
        element("h3", METRICS.get(name, name)),
        element("p", _value(metric), class_="x"),
        element("p", state(metric["state"]), element("small", f" target {target(metric)}")),
        _more("Counted", metric["evidence"]),
        _more("Could not be counted", metric["unknown"]),
    )


def _value(metric: Mapping[str, Any]) -> list[Child]:
    if metric["value"] is None:
        return ["unknown"]
    return [metric["value"], element("span", _UNITS.get(metric["unit"], f" {metric['unit']}"))]


def target(metric: Mapping[str, Any]) -> str:
    """With its unit."""
    return f"{metric['target']}{' %' if metric['unit'] == 'percent' else ''}"


def _more(title: str, lines: list[str]) -> Markup | None:
    if not lines:
        return None
    left = [element("li", f"and {len(lines) - _EVIDENCE} more")] if len(lines) > _EVIDENCE else []
    return element(
        "details",
        element("summary", f"{title} ({len(lines)})"),
        element("ul", [element("li", line) for line in lines[:_EVIDENCE]], left),
    )


def unseen(index: Index) -> Markup:
    """The list of kinds, logs and checks that could not be read: none of them counts as passed."""
    parts = index.document["unseen"]
    items = [
        element(
            "li",
            state("unknown"),
            " ",
            element("strong", part["what"]),
            f": {part['reason']}",
            element("p", "not fully evaluated: ", joined(part["rules"]), class_="m") if part["rules"] else None,
        )
        for part in parts
    ]
    said = element("ul", items, class_="f") if items else element("p", "Everything that was asked for could be read.")
    return element("section", element("h2", "Not checked", id="unseen"), said, aria_labelledby="unseen")
