# SPDX-License-Identifier: GPL-3.0-or-later
"""The dashboard is valid for Grafana, shows one tenant, has units, and is readable without data."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.monitoring.dashboard import (
    dashboard,
    dashboard_config_map,
    uid,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.monitoring.options import (
    MonitoringOptions,
    Thresholds,
)

from tests.unit.monitoring.builders import monitoring

MODEL = dashboard("fraud-detection", Thresholds())
PANELS = [panel for panel in MODEL["panels"] if panel["type"] != "row"]


def grafana() -> Any:
    """Grafana's own model of a dashboard, generated from its schemas."""
    return pytest.importorskip(
        "grafana_foundation_sdk.models.dashboard", reason="grafana-foundation-sdk is not installed"
    )


def known_to_grafana(model: Any) -> Any:
    """The dashboard read into Grafana's model, with the plugins of its panels and queries, and written again."""
    known = grafana()
    from grafana_foundation_sdk.cog import encoder, plugins

    plugins.register_default_plugins()
    return json.loads(encoder.JSONEncoder().encode(known.Dashboard.from_json(model)))


def lost(before: Any, after: Any, path: str = "") -> list[str]:
    """Paths of values of ``before`` that ``after`` does not have; added values do not count."""
    if isinstance(before, dict) and isinstance(after, dict):
        return [
            place
            for key, value in before.items()
            for place in (lost(value, after[key], f"{path}.{key}") if key in after else [f"{path}.{key}"])
        ]
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        return [
            place for number, value in enumerate(before) for place in lost(value, after[number], f"{path}[{number}]")
        ]
    return [] if before == after else [path]


def test_grafanas_model_knows_every_field() -> None:
    assert lost(MODEL, known_to_grafana(MODEL)) == []


def test_a_field_that_grafana_does_not_know_is_found() -> None:
    panels = [
        {
            **panel,
            "fieldConfig": {**panel["fieldConfig"], "defaults": {**panel["fieldConfig"]["defaults"], "unitt": "s"}},
        }
        for panel in PANELS[:1]
    ]
    assert lost({**MODEL, "panels": panels}, known_to_grafana({**MODEL, "panels": panels})) == [
        ".panels[0].fieldConfig.defaults.unitt"
    ]


def test_units_are_grafanas() -> None:
    grafana()
    from grafana_foundation_sdk.models import units

    known = {value for name, value in vars(units).items() if isinstance(value, str) and not name.startswith("_")}
    assert {panel["fieldConfig"]["defaults"]["unit"] for panel in PANELS} <= known


def test_every_panel_says_its_unit_its_meaning_and_what_nothing_means() -> None:
    for panel in PANELS:
        defaults = panel["fieldConfig"]["defaults"]
        assert defaults["unit"] and defaults["noValue"] and panel["description"] and panel["title"]
        assert panel["targets"] and all(target["legendFormat"] for target in panel["targets"])


def test_no_query_divides_by_nothing() -> None:
    for panel in PANELS:
        for target in panel["targets"]:
            denominators = target["expr"].split(" / ")[1:]
            assert all(part.startswith("(") and part.endswith(" > 0)") for part in denominators), target["expr"]


def test_panels_do_not_overlap_and_fill_the_width() -> None:
    taken = set()
    for panel in MODEL["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not taken & cells and place["x"] + place["w"] <= 24
        taken |= cells
    rows = {y for _, y in taken}
    assert rows == set(range(max(rows) + 1)) and len(taken) == 24 * len(rows)
    assert len({panel["id"] for panel in MODEL["panels"]}) == len(MODEL["panels"])


def test_thresholds_rise() -> None:
    for panel in PANELS:
        values = [step["value"] for step in panel["fieldConfig"]["defaults"]["thresholds"]["steps"]]
        assert values[0] is None and all(low < high for low, high in pairwise(values[1:]))


def test_its_uid_is_the_tenants_own_and_fits() -> None:
    tenants = ["a", "b", "team-a", "team-a-b", "x" * 63, "x" * 62 + "y"]
    assert len({uid(tenant) for tenant in tenants}) == len(tenants)
    assert all(len(uid(tenant)) <= 40 for tenant in tenants)
    assert uid("fraud-detection") == MODEL["uid"] == uid("fraud-detection")


def test_the_sidecar_finds_it_and_its_folder() -> None:
    config_map = dashboard_config_map("t", MonitoringOptions())
    assert config_map["metadata"]["labels"]["grafana_dashboard"] == "1"
    assert config_map["metadata"]["annotations"] == {"grafana_folder": "t"}
    assert json.loads(config_map["data"]["t.json"]) == dashboard("t", Thresholds())
    other = dashboard_config_map(
        "t",
        monitoring({"dashboard": {"label": "dash", "label_value": "x", "folder_annotation": "f", "folder": "Fraud"}}),
    )
    assert other["metadata"]["labels"]["dash"] == "x" and other["metadata"]["annotations"] == {"f": "Fraud"}
