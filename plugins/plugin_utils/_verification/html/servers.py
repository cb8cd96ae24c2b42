# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where each Server's ServerConfig was looked for, and what its operator makes of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .element import Child, Markup, element
from .findings import next_step
from .index import Part
from .words import SCOPES, joined, state

_AGREEMENT: Mapping[str, str] = {
    "agrees": "the operator uses it",
    "differs": "the operator uses another",
    "unknown": "what the operator uses is unknown",
}
_ARRIVED: Mapping[str, str] = {
    "yes": "its pods carry it",
    "no": "its pods do not carry it yet",
    "absent": "it has no pods yet",
    "unknown": "what its pods carry is unknown",
}


def servers(found: Iterable[Part]) -> Markup:
    """One path per Server."""
    return element("ul", [_server(server) for server in found], class_="f")


def _server(server: Part) -> Markup:
    head = element(
        "p",
        state(server["verdict"]),
        " ",
        element("strong", server["name"]),
        " → ServerConfig ",
        element("code", server["server_config"]),
    )
    facts: list[str] = [
        _AGREEMENT.get(server["agreement"], server["agreement"]),
        _ARRIVED.get(server["arrived"], server["arrived"]),
    ]
    said = element(
        "p",
        "; ".join(facts),
        [" (", joined(element("code", operator) for operator in server["operators"]), ")"]
        if server["operators"]
        else None,
        class_="m",
    )
    differing = (
        element("p", "Differs: ", joined(element("code", path) for path in server["paths"]))
        if server["paths"]
        else None
    )
    message = element("p", server["message"]) if server["message"] else None
    return element("li", head, _path(server["trace"]), message, differing, said, next_step(server["next_step"]))


def _path(trace: Iterable[Part]) -> Markup:
    return element("ol", [_step(step) for step in trace], class_="path")


def _step(step: Part) -> Markup:
    scope: Child = element("small", SCOPES.get(step["scope"], step["scope"]))
    detail = element("small", step["detail"]) if step["detail"] else None
    return element(
        "li",
        element("code", step["namespace"]),
        scope,
        state(step["outcome"]),
        detail,
        class_="hit" if step["outcome"] == "found" else None,
    )
