# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The table of all tenants, the worst first."""

from __future__ import annotations

from collections.abc import Mapping

from .element import Child, Markup, element
from .index import Index, Part
from .isolation import Exposure, exposures
from .quota import gauge, highest
from .table import scrolling
from .words import SEVERITIES, chip, counted, rank, severity, state


def overview(index: Index) -> Markup:
    """Numbers that are zero are left out, so that the others are seen."""
    exposed = exposures(index)
    head = ["Tenant", "Worst", *SEVERITIES, "Servers", "Quota", "Reached by", "Inference", "Drift"]
    sorts = ["t", "n", *["n"] * len(SEVERITIES), "n", "n", "n", "n", "n"]
    titles = element("tr", [element("th", title, scope="col", data_s=kind) for title, kind in zip(head, sorts)])
    rows = [_row(index, tenant, exposed[tenant["name"]]) for tenant in index.tenants]
    caption = element("caption", "Every tenant, the worst first. An empty cell means none.")
    tools = element(
        "div",
        element(
            "label",
            "Filter ",
            element("input", type="search", id="filter", autocomplete="off", placeholder="a name, critical, everybody"),
        ),
        element("span", id="shown", role="status"),
        class_="t",
        hidden=True,
    )
    return element(
        "section",
        element("h2", "Tenants ", element("small", len(rows)), id="tenants"),
        tools,
        scrolling(
            "Tenants",
            element("table", caption, element("thead", titles), element("tbody", rows), id="overview", class_="o"),
        ),
        aria_labelledby="tenants",
    )


def _row(index: Index, tenant: Part, exposure: Exposure) -> Markup:
    numbers = [element("td", tenant["counts"].get(name) or None) for name in SEVERITIES]
    return element(
        "tr",
        element("th", index.tenant_link(tenant["name"]), scope="row"),
        element("td", headline(tenant), data_v=rank(tenant)),
        numbers,
        _servers(tenant),
        _quota(tenant),
        element("td", exposure.chip, data_v=exposure.rank),
        _inference(tenant),
        _drift(index, tenant),
    )


def headline(tenant: Part) -> Markup:
    """The worst severity, or ok or unknown."""
    return severity(tenant["worst"]) if tenant["worst"] else state(tenant["verdict"])


def _servers(tenant: Part) -> Markup:
    verdicts = [server["verdict"] for server in tenant["servers"]]
    wrong, unknown = verdicts.count("error"), len(verdicts) - verdicts.count("error") - verdicts.count("ok")
    said: Child = (
        chip("high", f"{wrong} of {len(verdicts)}")
        if wrong
        else chip("unknown", f"{unknown} of {len(verdicts)}")
        if unknown
        else chip("ok", len(verdicts))
        if verdicts
        else None
    )
    return element("td", said, data_v=-(1000 * wrong + unknown))


def _quota(tenant: Part) -> Markup:
    line = highest(tenant["quota"])
    if line is None:
        return element("td", chip("unknown", "no quota") if not tenant["quota"] else None, data_v=-1)
    share = max(line["percent"], line["percent_after"] or 0)
    return element(
        "td",
        gauge(line),
        " ",
        chip("high", f"{share} %") if not line["within"] else f"{share} %",
        class_="q",
        data_v=-share,
    )


_DRIFT: Mapping[str, int] = {"differs": -1, "unknown": 0, "not_asked": 1, "none": 2}
_WORST_FIRST: Mapping[str, int] = {"failed": 0, "deviates": 1, "unknown": 2, "too_few": 3, "ok": 4, "not_sent": 5}


def _inference(tenant: Part) -> Markup:
    verdicts = sorted(
        (check["verdict"] for check in tenant["inference"]), key=lambda verdict: _WORST_FIRST.get(verdict, 2)
    )
    if not verdicts:
        return element("td", data_v=9)
    short = {"deviates": "deviates", "too_few": "too few"}
    return element("td", state(verdicts[0], short.get(verdicts[0], "")), data_v=_WORST_FIRST.get(verdicts[0], 2))


def _drift(index: Index, tenant: Part) -> Markup:
    number, planned = len(index.drifted(tenant["name"])) + len(tenant["drift"]["objects"]), tenant["drift"]["state"]
    if number:
        return element("td", chip("medium", counted(number, "object")), data_v=-number)
    return element(
        "td",
        None if planned == "none" else state(planned, "not asked" if planned == "not_asked" else ""),
        data_v=_DRIFT.get(planned, 0),
    )
