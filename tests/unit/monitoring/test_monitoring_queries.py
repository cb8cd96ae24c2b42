# SPDX-License-Identifier: GPL-3.0-or-later
"""Queries use existing metrics, and only of the tenant's namespace."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.monitoring.alerts import alerts
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.monitoring.options import Thresholds
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.monitoring.promql import (
    model_version,
    quoted,
    select,
)
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.monitoring.builders import KUBE_STATE_METRICS, SELDON, names, queries

ALERTS = Path(__file__).resolve().parents[3] / "docs" / "alerts.md"


def test_the_checker_finds_a_metric_wherever_it_stands() -> None:
    assert names('sum by (a) (rate(x_total{b="c d"}[5m])) / on (a) (y > 0) or absent(z)') == {"x_total", "y", "z"}


def test_only_known_metrics_are_asked_for() -> None:
    asked = set().union(*(names(query) for query in queries("fraud-detection", "model-a", "model.b")))
    assert asked <= SELDON | KUBE_STATE_METRICS
    assert asked & SELDON and asked & KUBE_STATE_METRICS


@pytest.mark.parametrize("tenant", ["a", "team-a", "fraud-detection"])
def test_each_selector_begins_with_the_namespace_exactly(tenant: str) -> None:
    for query in queries(tenant, "model"):
        selectors = re.findall(r"[a-z_]+\{([^}]*)\}", query)
        assert len(selectors) == sum(query.count(f"{name}{{") for name in names(query)) > 0
        assert all(selector.split(",")[0] == f'namespace="{tenant}"' for selector in selectors), query
        assert query.count("namespace=") == len(selectors)


def test_severity_and_texts_are_there() -> None:
    for alert in alerts("t", ["m"], Thresholds()):
        assert alert.severity in ("warning", "critical")
        assert alert.summary and alert.description and re.fullmatch(r"[0-9]+m", alert.lasting)


def test_every_alert_has_its_runbook() -> None:
    headings = re.findall(r"^## (\w+)$", ALERTS.read_text(encoding="utf-8"), re.MULTILINE)
    assert headings == list(dict.fromkeys(alert.name for alert in alerts("t", ["m"], Thresholds())))


def test_one_alert_a_model_whatever_their_order() -> None:
    found = [alert for alert in alerts("t", ["b", "a", "b"], Thresholds()) if alert.name == "SeldonModelNotReady"]
    assert [alert.labels["model"] for alert in found] == ["a", "b"]


def test_a_model_does_not_answer_for_one_of_a_similar_name() -> None:
    pattern = re.fullmatch(r'model_internal=~"(.*)"', model_version("iris.v1"))
    assert pattern
    assert re.fullmatch(pattern[1], "iris.v1_3")
    assert not any(
        re.fullmatch(pattern[1], name)
        for name in ("irisxv1_3", "iris.v1-b_3", "my-iris.v1_3", "iris.v1", "iris.v1_3_4")
    )


@given(st.text(max_size=30))
def test_no_text_gets_out_of_its_quotes(text: str) -> None:
    inner = quoted(text)[1:-1]
    assert re.fullmatch(r'(?:[^"\\\n]|\\.)*', inner)
    assert select("m", text).startswith('m{namespace="') and select("m", text).endswith('"}')
