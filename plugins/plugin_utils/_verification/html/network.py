# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which pods may connect to the tenant's pods, and to which ports."""

from __future__ import annotations

from collections.abc import Sequence

from .element import Child, Markup, element
from .index import Index, Part
from .table import table
from .words import chip, counted, joined

_MOST = 30
_Ports = tuple[tuple[int, ...], tuple[int, ...]]


def network(index: Index, tenant: Part) -> Markup:
    """Sources by pods. Sources that reach the same are one row."""
    flows = tenant["network"]
    targets = sorted({flow["to"] for flow in flows})
    reach: dict[str, dict[str, _Ports]] = {}
    for flow in flows:
        reach.setdefault(flow["from"], {})[flow["to"]] = (tuple(flow["ports"]), tuple(flow["unknown_ports"]))
    groups: dict[tuple[_Ports | None, ...], list[str]] = {}
    for source, cells in reach.items():
        groups.setdefault(tuple(cells.get(target) for target in targets), []).append(source)
    ordered = sorted(groups.items(), key=lambda group: _closeness(index, tenant["name"], group[1][0]))
    rows = [[_sources(index, tenant["name"], sources), *map(_ports, cells)] for cells, sources in ordered[:_MOST]]
    header = ["From", *(f"to {_inside(target, tenant['name'])}" for target in targets)]
    left = len(ordered) - len(rows)
    return element(
        "div",
        _open(tenant["open_to_all"], tenant["name"]),
        table("Ports, by source and pod", header, rows) if rows else None,
        element("p", f"{counted(left, 'more source')}, of those that are least foreign, are left out.", class_="m")
        if left
        else None,
    )


def _closeness(index: Index, name: str, source: str) -> int:
    """Of a pod to the tenant: another tenant's first, its own last."""
    namespace = source.partition("/")[0]
    if namespace == name:
        return 3
    return 2 if namespace == index.document["platform_namespace"] else 0 if namespace in index.places else 1


def _open(pods: Sequence[str], name: str) -> Markup | None:
    if not pods:
        return None
    return element(
        "p",
        chip("critical", "open to everybody"),
        " no policy restricts ",
        joined(element("code", _inside(pod, name)) for pod in pods),
    )


def _sources(index: Index, name: str, sources: Sequence[str]) -> Child:
    shown: list[Child] = [
        [element("code", _inside(source, name)), _relation(index, name, source.partition("/")[0])] for source in sources
    ]
    return shown if len(shown) == 1 else [element("div", one) for one in shown]


def _relation(index: Index, name: str, namespace: str) -> Child:
    if namespace == name:
        return None
    if namespace == index.document["platform_namespace"]:
        return element("small", " platform")
    return [" ", chip("critical", "another tenant")] if namespace in index.places else element("small", " no tenant's")


def _inside(pod: str, name: str) -> str:
    return pod.removeprefix(f"{name}/")


def _ports(ports: _Ports | None) -> Child:
    if ports is None:
        return None
    return [joined(ports[0]), [" ", chip("unknown", joined(ports[1]))] if ports[1] else None]
