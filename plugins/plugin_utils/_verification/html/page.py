# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The verification report as one HTML file: no network, no fonts, nothing that runs but the script whose hash the page
itself names.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from .benchmarks import Benchmarks, benchmarks, summary
from .element import Child, Markup, code_of_page, document, element
from .guide import guide
from .index import Index
from .isolation import exposures, isolation
from .rules import rules, waived
from .script import SCRIPT
from .style import STYLE
from .summary import banner, first_steps, metrics, unseen
from .tenant import cluster_section, tenant_section
from .tenants import overview

_FEW = 3
"""So many tenants are shown unfolded where they have findings."""


def as_html(document_: Mapping[str, Any]) -> str:
    """The whole file; ``document_`` is a verification's, version 1. Its strings may be anybody's."""
    index = Index(document_)
    checks = benchmarks(index)
    sections = (
        ("Do first", "first", first_steps(index)),
        ("Metrics", "metrics", metrics(index)),
        ("Tenants", "tenants", overview(index)),
        ("Not seen", "unseen", unseen(index)),
        ("Isolation", "isolation", isolation(index)),
        ("Details", "details", _details(index, checks)),
        ("Rules", "rules", rules(index)),
        ("Waived", "waived", waived(index)),
        ("Benchmarks", "benchmarks", summary(index, checks)),
    )
    return document(_head(index), element("body", _body(index, sections), code_of_page("script", SCRIPT)), lang="en")


def _head(index: Index) -> Markup:
    policy = f"default-src 'none'; style-src '{_hash(STYLE)}'; script-src '{_hash(SCRIPT)}'; base-uri 'none'; form-action 'none'"
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", f"{index.document['cluster']}: verification of {index.document['verified_at']}"),
        code_of_page("style", STYLE),
    )


def _hash(source: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}"


def _body(index: Index, sections: Sequence[tuple[str, str, Markup | None]]) -> list[Child]:
    given = index.document
    links = [element("li", element("a", title, href=f"#{place}")) for title, place, section in sections if section]
    return [
        element("a", "Skip to the verdict", href="#main", class_="skip"),
        element(
            "header",
            element("p", "Seldon Core 2 verification", class_="m"),
            element("h1", given["cluster"]),
            element(
                "p",
                element("time", given["verified_at"]),
                f" · platform namespace {given['platform_namespace']}",
                class_="m",
            ),
        ),
        element("nav", element("ul", links), aria_label="Sections"),
        element("main", banner(index), [section for _title, _place, section in sections], id="main", tabindex=-1),
        element("footer", guide(), element("p", "Made by ml_platform.seldon.")),
    ]


def _details(index: Index, checks: Benchmarks) -> Markup:
    exposed = exposures(index)
    cluster = cluster_section(index)
    is_few = len(index.tenants) <= _FEW
    tenants = [
        tenant_section(index, tenant, place, exposed[tenant["name"]], checks, is_few and tenant["verdict"] != "ok")
        for tenant, place in zip(index.tenants, index.sections)
    ]
    fold = element("p", element("button", "Unfold all", type="button", id="unfold"), class_="t", hidden=True)
    return element("section", element("h2", "Details", id="details"), fold, cluster, tenants, aria_labelledby="details")
