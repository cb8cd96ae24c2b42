# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Panels of a Grafana dashboard. Each names its unit, and says what it means that there is nothing to show.

Shape: Grafana's dashboard model,
https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ..kube.types import KubeObject

DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}
WIDTH = 24
"""Columns of Grafana's grid."""


@dataclass(frozen=True)
class Query:
    """A PromQL expression and how its series are called in the legend."""

    expression: str
    legend: str


@dataclass(frozen=True)
class Panel:
    """``kind``: timeseries, stat or bargauge. ``unit``: an id of Grafana's units. ``steps``: from which value on which
    colour.

    ``nothing`` is shown instead of "No data".
    """

    title: str
    description: str
    unit: str
    queries: Sequence[Query]
    kind: str = "timeseries"
    nothing: str = "no data"
    steps: Sequence[tuple[float | None, str]] = ((None, "green"),)
    maximum: float | None = None


@dataclass(frozen=True)
class Row:
    """Panels side by side, each as wide as the others."""

    title: str
    panels: Sequence[Panel]
    height: int


def laid_out(rows: Iterable[Row]) -> list[KubeObject]:
    """The rows one below the other, with ids and places."""
    placed: list[KubeObject] = []
    top = 0
    for row in rows:
        placed.append(
            {
                "id": len(placed) + 1,
                "type": "row",
                "title": row.title,
                "collapsed": False,
                "panels": [],
                "gridPos": _place(0, top, WIDTH, 1),
            }
        )
        width = WIDTH // len(row.panels)
        for number, panel in enumerate(row.panels):
            placed.append(
                {"id": len(placed) + 1, **_panel(panel), "gridPos": _place(number * width, top + 1, width, row.height)}
            )
        top += 1 + row.height
    return placed


def _place(x: int, y: int, w: int, h: int) -> KubeObject:
    return {"x": x, "y": y, "w": w, "h": h}


def _panel(panel: Panel) -> KubeObject:
    defaults: dict[str, Any] = {
        "unit": panel.unit,
        "min": 0,
        "noValue": panel.nothing,
        "thresholds": {"mode": "absolute", "steps": [{"value": value, "color": color} for value, color in panel.steps]},
    }
    if panel.maximum is not None:
        defaults["max"] = panel.maximum
    return {
        "type": panel.kind,
        "title": panel.title,
        "description": panel.description,
        "datasource": DATASOURCE,
        "targets": [
            _target(number, query, instant=panel.kind != "timeseries") for number, query in enumerate(panel.queries)
        ],
        "fieldConfig": {"defaults": defaults, "overrides": []},
        "options": _OPTIONS[panel.kind],
    }


def _target(number: int, query: Query, *, instant: bool) -> KubeObject:
    return {
        "refId": chr(ord("A") + number),
        "datasource": DATASOURCE,
        "expr": query.expression,
        "legendFormat": query.legend,
        "instant": instant,
        "range": not instant,
    }


_REDUCED = {"calcs": ["lastNotNull"], "fields": "", "values": False}
_OPTIONS: dict[str, KubeObject] = {
    "timeseries": {
        "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True, "calcs": []},
        "tooltip": {"mode": "multi", "sort": "desc"},
    },
    "stat": {
        "reduceOptions": _REDUCED,
        "colorMode": "value",
        "graphMode": "none",
        "justifyMode": "auto",
        "orientation": "auto",
        "textMode": "auto",
    },
    "bargauge": {
        "reduceOptions": _REDUCED,
        "displayMode": "basic",
        "orientation": "horizontal",
        "showUnfilled": True,
        "valueMode": "color",
    },
}
