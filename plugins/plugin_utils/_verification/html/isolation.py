# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who may connect to whom: tenants by tenants, the platform, other namespaces and everybody, as one picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .element import Child, Markup, element
from .index import Index, Part
from .table import scrolling, table
from .words import chip, counted, joined

_LEGEND = (
    " Each row is a tenant, each column one who may connect to its pods."
    " The policies of both ends count: what a tenant lets in, the other one may not let out."
)
_MOST = 40
_FROM_ANYWHERE = ("TA201", "TA202", "TA204")
_CELL = 20
_LABEL = 7
"""Width of a letter in the picture."""


@dataclass(frozen=True)
class Exposure:
    """``tenants`` are the others that may connect to it, ``others`` are namespaces outside the tenants that may.

    ``is_open``: every pod may connect. ``is_seen``: whether the policies could be read.
    """

    tenant: str
    tenants: tuple[str, ...]
    is_platform: bool
    others: tuple[str, ...]
    is_open: bool
    is_seen: bool

    @property
    def is_isolated(self) -> bool:
        return not self.tenants and not self.is_open

    @property
    def rank(self) -> int:
        """0 is the worst."""
        return 0 if self.is_open else 1 if self.tenants else 2 if not self.is_seen else 3

    @property
    def said(self) -> str:
        """A few words about those that may connect."""
        if self.is_open:
            return "everybody"
        if self.tenants:
            return counted(len(self.tenants), "tenant")
        return "own only" if self.is_seen else "unknown"

    @property
    def chip(self) -> Markup:
        """The same with a mark."""
        return chip("critical" if not self.is_isolated else "ok" if self.is_seen else "unknown", self.said)


def exposures(index: Index) -> Mapping[str, Exposure]:
    """By tenant."""
    names = {tenant["name"] for tenant in index.tenants}
    return {tenant["name"]: _exposure(index, names, tenant) for tenant in index.tenants}


def _exposure(index: Index, names: set[str], tenant: Part) -> Exposure:
    platform = index.document["platform_namespace"]
    sources = sorted({flow["from"].partition("/")[0] for flow in tenant["network"]} - {tenant["name"]})
    is_open = bool(tenant["open_to_all"]) or any(
        finding["rule"] in _FROM_ANYWHERE for finding in index.findings.get(tenant["name"], ())
    )
    return Exposure(
        tenant["name"],
        tuple(name for name in sources if name in names),
        platform in sources,
        tuple(name for name in sources if name not in names and name != platform),
        is_open,
        index.is_network_seen,
    )


def isolation(index: Index) -> Markup:
    """All of up to 40 tenants; of more only those that are not isolated, with those that may connect to them."""
    found = list(exposures(index).values())
    broken = [one for one in found if not one.is_isolated]
    shown = found if len(found) <= _MOST else broken[:_MOST]
    columns = (
        [one.tenant for one in found]
        if len(found) <= _MOST
        else sorted({name for one in shown for name in one.tenants})[:_MOST]
    )
    return element(
        "section",
        element("h2", "Isolation", id="isolation"),
        element("p", _said(found, broken, len(shown)), _LEGEND if shown else None),
        [_picture(index, shown, columns), _key()] if shown else None,
        _broken(index, broken[:_MOST]) if broken else None,
        aria_labelledby="isolation",
    )


def _said(found: Sequence[Exposure], broken: Sequence[Exposure], shown: int) -> str:
    unseen = [one for one in found if not one.is_seen]
    doubt = " Pods or network policies could not be read in full, so more may be open than is shown." if unseen else ""
    if not broken:
        return (
            "No connection into another tenant was found."
            if unseen
            else "No tenant's pods can be reached by another tenant."
        ) + doubt
    rest = len(found) - len(broken)
    left = (
        f" Shown are {shown} of those; into the other {counted(rest, 'tenant')} no other tenant may connect."
        if len(found) > _MOST
        else ""
    )
    return f"{len(broken)} of {counted(len(found), 'tenant')} can be reached by another tenant or by everybody.{left}{doubt}"


def _picture(index: Index, rows: Sequence[Exposure], columns: Sequence[str]) -> Markup:
    heads = [*columns, index.document["platform_namespace"], "other namespaces", "everybody"]
    left = _LABEL * max(len(_short(one.tenant)) for one in rows) + 12
    top = _LABEL * max(len(_short(head)) for head in heads) + 12
    gap, width, height = 8, _CELL * len(heads) + left, _CELL * len(rows) + top
    places = [left + _CELL * number + (gap if number >= len(columns) else 0) for number in range(len(heads))]
    drawn: list[Child] = [
        element(
            "text",
            _short(head),
            transform=f"translate({place + 14} {top - 8}) rotate(-90)",
            class_="m" if number >= len(columns) else None,
        )
        for number, (head, place) in enumerate(zip(heads, places))
    ]
    for number, one in enumerate(rows):
        y = top + _CELL * number
        marks = [("own" if head == one.tenant else "bad" if head in one.tenants else "") for head in columns]
        marks += ["fine" if one.is_platform else "", "fine" if one.others else "", "bad" if one.is_open else ""]
        drawn.append(element("text", _short(one.tenant), x=left - 8, y=y + 14, text_anchor="end"))
        drawn.append(element("path", d="".join(f"M{place + 1} {y + 1}h18v18h-18z" for place in places), class_="g"))
        for kind in ("own", "fine", "bad"):
            drawn.append(_marks(kind, [(place, y) for place, mark in zip(places, marks) if mark == kind]))
    label = f"Rows: {counted(len(rows), 'tenant')}. Columns: who may connect to them. The same in words is below."
    svg = element(
        "svg",
        drawn,
        viewBox=f"0 0 {width + gap + 4} {height}",
        width=width + gap + 4,
        height=height,
        role="img",
        aria_label=f"Isolation matrix. {label}",
        class_="i",
    )
    return scrolling("Isolation matrix", svg)


_SHAPES = {
    "own": "M{x} {y}m5 5h10v10h-10z",
    "fine": "M{x} {y}m10 6a4 4 0 1 1 -.01 0z",
    "bad": "M{x} {y}m5 5l10 10m0 -10l-10 10",
}


def _marks(kind: str, places: Sequence[tuple[int, int]]) -> Markup | None:
    return (
        element("path", d="".join(_SHAPES[kind].format(x=x, y=y) for x, y in places), class_=kind) if places else None
    )


def _key() -> Markup:
    said = (
        ("own", "its own pods"),
        ("fine", "let in by its policies: the platform, or a namespace outside the tenants"),
        ("bad", "may connect, and should not"),
    )
    items = [
        element(
            "span",
            element(
                "svg",
                element("path", d=_SHAPES[kind].format(x=0, y=0), class_=kind),
                viewBox="0 0 20 20",
                width=16,
                height=16,
                class_="i",
                aria_hidden="true",
            ),
            " ",
            word,
        )
        for kind, word in said
    ]
    return element("p", items, class_="k")


def _broken(index: Index, broken: Sequence[Exposure]) -> Markup:
    rows = [
        (
            index.tenant_link(one.tenant),
            one.chip,
            index.tenant_links(one.tenants, 20) if one.tenants else "–",
            joined(one.others) if one.others else "–",
        )
        for one in broken
    ]
    return table("Tenants that are not isolated", ("Tenant", "Reached by", "Other tenants", "Other namespaces"), rows)


def _short(name: str) -> str:
    return name if len(name) <= 28 else f"{name[:27]}…"
