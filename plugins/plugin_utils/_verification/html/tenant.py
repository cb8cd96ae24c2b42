# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""All that is known of one tenant, folded until it is asked for."""

from __future__ import annotations

from .access import access
from .benchmarks import Benchmarks, of_tenant
from .drift import drift
from .element import Child, Markup, element
from .findings import findings
from .index import Index, Part
from .inference import inference
from .isolation import Exposure
from .network import network
from .quota import highest, quota
from .servers import servers
from .tenants import headline
from .words import by_severity, counted, state


def tenant_section(
    index: Index, tenant: Part, place: str, exposure: Exposure, checks: Benchmarks, is_open: bool
) -> Markup:
    """The place that links lead to is inside, so that a browser unfolds it."""
    found = index.others(tenant["name"])
    unusual = checks.unusual(tenant)
    has_drift = (
        index.drifted(tenant["name"])
        or tenant["drift"]["objects"]
        or tenant["drift"]["state"] not in ("none", "not_asked")
    )
    parts = [
        _part("Findings", findings(index, found)) if found else None,
        _part("Drift", drift(index, tenant)) if has_drift else None,
        _part("Servers", servers(tenant["servers"])) if tenant["servers"] else None,
        _part("Inference", inference(tenant["inference"])) if tenant["inference"] else None,
        _part("Quota", quota(tenant["quota"])) if tenant["quota"] else None,
        _part("Who may connect", network(index, tenant)) if tenant["network"] or tenant["open_to_all"] else None,
        _part("Access", access(tenant["access"])) if tenant["access"] else None,
        _part("Benchmarks", of_tenant(tenant, unusual)) if unusual else None,
        element("p", _absent(index, tenant, bool(has_drift), bool(unusual)), class_="m e"),
    ]
    head = element(
        "summary", element("h3", tenant["name"]), " ", headline(tenant), element("small", _facts(tenant, exposure))
    )
    return element("details", head, element("div", parts, id=place, class_="parts"), class_="tenant", open=is_open)


def cluster_section(index: Index) -> Markup | None:
    """Findings that concern no tenant, or one that is gone, and powers over all tenants."""
    found = [finding for name, some in index.findings.items() if name not in index.places for finding in some]
    powers = index.document["access"]
    if not found and not powers:
        return None
    parts = [
        _part("Findings", findings(index, found)) if found else None,
        _part("Access", access(powers)) if powers else None,
    ]
    head = element(
        "summary", element("h3", "The cluster itself"), " ", element("small", counted(len(found), "finding"))
    )
    return element(
        "details", head, element("div", parts, id="cluster", class_="parts"), class_="tenant", open=bool(found)
    )


def _part(title: str, content: Markup) -> list[Child]:
    """Two cells of a grid."""
    return [element("h4", title), content]


def _facts(tenant: Part, exposure: Exposure) -> str:
    line = highest(tenant["quota"])
    facts = [
        by_severity(tenant["counts"]) or "no findings",
        counted(len(tenant["servers"]), "Server"),
        f"quota {max(line['percent'], line['percent_after'] or 0)} %" if line else "",
        "" if exposure.is_isolated else "not isolated",
    ]
    return " · ".join(fact for fact in facts if fact)


def _absent(index: Index, tenant: Part, has_drift: bool, unusual: bool) -> list[Child]:
    """A line per section that is left out because it is empty; a section that could not be read is reported as unknown."""
    flows = tenant["network"] or tenant["open_to_all"]
    said = [
        ""
        if index.findings.get(tenant["name"])
        else "No findings."
        if tenant["verdict"] == "ok"
        else "No findings so far.",
        "" if tenant["servers"] else "No Servers.",
        "" if tenant["inference"] else "No inference check was requested.",
        "" if tenant["quota"] else "No quota is counted.",
        "" if flows or not index.is_network_seen else "No pod may connect to its pods.",
        ""
        if has_drift
        else "A run would change nothing."
        if tenant["drift"]["state"] == "none"
        else "Whether a run would change something was not checked.",
    ]
    return [
        " ".join(line for line in said if line),
        None if flows or index.is_network_seen else [" ", state("unknown", "who may connect is unknown")],
    ]
