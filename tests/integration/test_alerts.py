# SPDX-License-Identifier: GPL-3.0-or-later
"""Alerts and the dashboard's queries, evaluated by Prometheus' own promtool on series of a tenant and of a neighbour
with a similar name.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.monitoring.dashboard import dashboard
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.monitoring.options import (
    MonitoringOptions,
    Thresholds,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.monitoring.prometheus_rule import (
    prometheus_rule,
)

from lab.build import PROMTOOL, build_one, is_built
from lab.errors import LabError

TENANT, NEIGHBOUR = "fraud-detection", "fraud-detection-b"
MODEL = "fraud.v1"
NOW = "40m"
Changes = Mapping[str, str | None]


@pytest.fixture(scope="module")
def promtool() -> Path:
    """The path of promtool. It is built if it is not in the cache, which takes a few minutes once; a gate on a new
    machine skips these tests.
    """
    if os.environ.get("CI") and not is_built(PROMTOOL):
        pytest.skip("promtool is not in the cache; make promtool builds it")
    try:
        return build_one(PROMTOOL, print)
    except (LabError, OSError, subprocess.SubprocessError) as error:
        pytest.skip(f"promtool cannot be built here: {error}")


def ready(name: str, namespace: str = TENANT) -> str:
    return f'kube_statefulset_status_replicas_ready{{namespace="{namespace}",statefulset="{name}"}}'


def wanted(name: str, namespace: str = TENANT) -> str:
    return f'kube_statefulset_replicas{{namespace="{namespace}",statefulset="{name}"}}'


def quota(kind: str, resource: str = "requests.cpu", namespace: str = TENANT) -> str:
    return f'kube_resourcequota{{namespace="{namespace}",resourcequota="tenant-quota",resource="{resource}",type="{kind}"}}'


def loaded(internal: str = f"{MODEL}_1", namespace: str = TENANT) -> str:
    return f'seldon_loaded_model_gauge{{namespace="{namespace}",server="mlserver",server_replica="0",model_internal="{internal}"}}'


def requests(code: str, subject: str = "model", namespace: str = TENANT, metric: str = "total") -> str:
    labels = f'namespace="{namespace}",server="mlserver",{subject}="{MODEL}",method_type="rest",code="{code}"'
    return f"seldon_{subject}_infer_{metric}{{{labels}}}"


def agent(metric: str, **labels: str) -> str:
    more = "".join(f',{name}="{value}"' for name, value in labels.items())
    return f'{metric}{{namespace="{TENANT}",server="mlserver",server_replica="0"{more}}}'


PHASE = f'kube_namespace_status_phase{{namespace="{TENANT}",phase="Active"}}'
CAPACITY = agent("seldon_server_replica_memory_capacity_bytes_gauge")
# One sample per minute: two requests per second to the model and one to the pipeline, 0.1 s each.
HEALTHY: dict[str, str] = {
    PHASE: "1x60",
    ready("seldon-scheduler"): "1x60",
    wanted("seldon-scheduler"): "1x60",
    ready("mlserver"): "2x60",
    wanted("mlserver"): "2x60",
    quota("used"): "5x60",
    quota("hard"): "20x60",
    quota("used", "services.nodeports"): "0x60",
    quota("hard", "services.nodeports"): "0x60",
    CAPACITY: "1000000x60",
    agent("seldon_server_replica_memory_capacity_overcommit_bytes_gauge"): "1100000x60",
    agent("seldon_loaded_model_memory_bytes_gauge", model_internal=f"{MODEL}_1"): "1000x60",
    agent("seldon_evicted_model_memory_bytes_gauge", model_internal=f"{MODEL}_1"): "0x60",
    agent("seldon_cache_evict_count"): "0+1x60",
    agent("seldon_cache_miss_count"): "0+1x60",
    agent("seldon_model_infer_api_seconds_bucket", method="rest", code="200", le="0.1"): "0+50x60",
    agent("seldon_model_infer_api_seconds_bucket", method="rest", code="200", le="+Inf"): "0+60x60",
    agent("seldon_pipeline_infer_api_seconds_bucket", method="rest", code="200", le="0.1"): "0+50x60",
    agent("seldon_pipeline_infer_api_seconds_bucket", method="rest", code="200", le="+Inf"): "0+60x60",
    loaded(): "1x60",
    requests("200"): "0+60x60",
    requests("OK"): "0+60x60",
    requests("200", metric="seconds_total"): "0+6x60",
    requests("OK", metric="seconds_total"): "0+6x60",
    requests("200", "pipeline"): "0+60x60",
    requests("200", "pipeline", metric="seconds_total"): "0+6x60",
}
# The neighbour's series would fire every alert; none of them belong to the tenant.
BROKEN_NEIGHBOUR: dict[str, str] = {
    ready("seldon-scheduler", NEIGHBOUR): "0x60",
    ready("mlserver", NEIGHBOUR): "0x60",
    wanted("mlserver", NEIGHBOUR): "3x60",
    quota("used", namespace=NEIGHBOUR): "20x60",
    quota("hard", namespace=NEIGHBOUR): "20x60",
    requests("500", namespace=NEIGHBOUR): "0+60x60",
    requests("500", namespace=NEIGHBOUR, metric="seconds_total"): "0+600x60",
    requests("500", "pipeline", NEIGHBOUR): "0+60x60",
    loaded(namespace=NEIGHBOUR): "0x60",
}
KUBE_STATE_METRICS_GONE: Changes = {series: None for series in HEALTHY if series.startswith("kube_")}
AGENTS_GONE: Changes = {series: None for series in HEALTHY if series.startswith("seldon_")}

M, P, Q, C, W = (
    {"model": MODEL},
    {"pipeline": MODEL},
    {"resourcequota": "tenant-quota", "resource": "requests.cpu"},
    {"severity": "critical"},
    {"severity": "warning"},
)
NOT_READY = {"SeldonModelNotReady": {**M, **C}}
CASES: dict[str, tuple[Changes, Mapping[str, Mapping[str, str]]]] = {
    "all is well": ({}, {}),
    "scheduler not ready": ({ready("seldon-scheduler"): "0x60"}, {"SeldonSchedulerDown": C}),
    "scheduler gone": ({ready("seldon-scheduler"): None, wanted("seldon-scheduler"): None}, {"SeldonSchedulerDown": C}),
    "scheduler came back": ({ready("seldon-scheduler"): "0x36 1x20"}, {}),
    "scheduler away for two minutes": ({ready("seldon-scheduler"): "1x37 0x20"}, {}),
    "a replica lacks": (
        {ready("mlserver"): "1x60"},
        {"SeldonServerReplicasNotReady": {"statefulset": "mlserver", **W}},
    ),
    "a replica lacked for a while": ({ready("mlserver"): "1x30 2x30"}, {}),
    "scaled to zero": ({ready("mlserver"): "0x60", wanted("mlserver"): "0x60"}, {}),
    "model unloaded": ({loaded(): "0x60"}, NOT_READY),
    "model never loaded": ({loaded(): None}, NOT_READY),
    "only a model of a similar name is loaded": (
        {loaded(): None, loaded("fraud-v1_1"): "1x60", loaded("fraud.v1-b_1"): "1x60"},
        NOT_READY,
    ),
    "a newer version is loaded": ({loaded(): "1x20 0x40", loaded(f"{MODEL}_2"): "0x20 1x40"}, {}),
    "a model is being loaded": ({loaded(): "0x35 1x20"}, {}),
    "a third of the requests fails": ({requests("500"): "0+60x60"}, {"SeldonModelErrors": {**M, **W}}),
    "gRPC requests fail": ({requests("Internal"): "0+60x60"}, {"SeldonModelErrors": {**M, **W}}),
    "all requests fail": (
        {requests("200"): "0x60", requests("OK"): "0x60", requests("503"): "0+60x60"},
        {"SeldonModelErrors": {**M, **W}},
    ),
    "a few requests fail": ({requests("500"): "0+2x60"}, {}),
    "other codes of success": ({requests("204"): "0+60x60"}, {}),
    "no requests": (
        {
            requests("200"): "0x60",
            requests("OK"): "0x60",
            requests("200", metric="seconds_total"): "0x60",
            requests("OK", metric="seconds_total"): "0x60",
        },
        {},
    ),
    "a slow model": ({requests("200", metric="seconds_total"): "0+300x60"}, {"SeldonModelSlow": {**M, **W}}),
    "a model that takes 0.9 s": ({requests("200", metric="seconds_total"): "0+102x60"}, {}),
    "a failing pipeline": ({requests("500", "pipeline"): "0+60x60"}, {"SeldonPipelineErrors": {**P, **W}}),
    "a slow pipeline": (
        {requests("200", "pipeline", metric="seconds_total"): "0+90x60"},
        {"SeldonPipelineSlow": {**P, **W}},
    ),
    "quota at 80 percent": ({quota("used"): "16x60"}, {}),
    "quota above 80 percent": ({quota("used"): "17x60"}, {"TenantQuotaAlmostUsed": {**Q, **W}}),
    "quota at 95 percent": ({quota("used"): "19x60"}, {"TenantQuotaAlmostUsed": {**Q, **W}}),
    "quota above 95 percent": ({quota("used"): "19.5x60"}, {"TenantQuotaUsed": {**Q, **C}}),
    "quota above what it allows": ({quota("used"): "25x60"}, {"TenantQuotaUsed": {**Q, **C}}),
    "quota was used up for a while": ({quota("used"): "20x35 5x25"}, {}),
    "kube-state-metrics is not scraped": (
        KUBE_STATE_METRICS_GONE,
        {"TenantMetricsMissing": {"source": "kube-state-metrics", **W}},
    ),
    "agents are not scraped": (AGENTS_GONE, {"TenantMetricsMissing": {"source": "seldon-agent", **W}, **NOT_READY}),
    "there is no server yet": ({**AGENTS_GONE, ready("mlserver"): None, wanted("mlserver"): None}, NOT_READY),
}


def rules() -> dict[str, Any]:
    """The spec of the PrometheusRule, which is a rule file."""
    spec: dict[str, Any] = prometheus_rule(TENANT, [MODEL], MonitoringOptions())["spec"]
    return spec


RULES = [rule for group in rules()["groups"] for rule in group["rules"]]


def without_annotations() -> dict[str, Any]:
    """The rules without annotations: promtool would otherwise require a copy of them in each expected alert."""
    return {
        "groups": [
            {
                "name": "rules",
                "rules": [{key: value for key, value in rule.items() if key != "annotations"} for rule in RULES],
            }
        ]
    }


def run(
    promtool: Path, directory: Path, command: str, name: str, files: Mapping[str, Any]
) -> subprocess.CompletedProcess[str]:
    """``promtool <command> rules <name>`` with the files in a directory."""
    for file, content in files.items():
        (directory / file).write_text(yaml.safe_dump(content, sort_keys=False))
    return subprocess.run(
        [promtool, command, "rules", name], cwd=directory, capture_output=True, text=True, check=False
    )


def world(changes: Changes) -> list[dict[str, str]]:
    series = {**HEALTHY, **BROKEN_NEIGHBOUR, **changes}
    return [{"series": name, "values": values} for name, values in series.items() if values is not None]


def test_promtool_accepts_the_rules(promtool: Path, tmp_path: Path) -> None:
    checked = run(promtool, tmp_path, "check", "rules.yaml", {"rules.yaml": rules()})
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert f"SUCCESS: {len(RULES)} rules found" in checked.stdout
    broken = {"groups": [{"name": "g", "rules": [{**RULES[0], "expr": RULES[0]["expr"] + ")"}]}]}
    assert run(promtool, tmp_path, "check", "rules.yaml", {"rules.yaml": broken}).returncode != 0


@pytest.mark.parametrize("case", CASES)
def test_exactly_these_alerts_fire(promtool: Path, tmp_path: Path, case: str) -> None:
    changes, firing = CASES[case]
    expected = [
        {
            "eval_time": NOW,
            "alertname": name,
            "exp_alerts": [{"exp_labels": {"namespace": TENANT, **firing[name]}}] if name in firing else [],
        }
        for name in sorted({rule["alert"] for rule in RULES})
    ]
    test = {"interval": "1m", "name": case, "input_series": world(changes), "alert_rule_test": expected}
    suite = {"rule_files": ["rules.yaml"], "evaluation_interval": "1m", "tests": [test]}
    tested = run(promtool, tmp_path, "test", "test.yaml", {"rules.yaml": without_annotations(), "test.yaml": suite})
    assert tested.returncode == 0, tested.stdout + tested.stderr


def test_every_alert_is_seen_to_fire() -> None:
    seen = {(name, labels.get("source")) for _, firing in CASES.values() for name, labels in firing.items()}
    assert seen == {(rule["alert"], rule["labels"].get("source")) for rule in RULES}


def test_an_alert_says_what_where_and_how_much(promtool: Path, tmp_path: Path) -> None:
    [rule] = [rule for rule in RULES if rule["alert"] == "TenantQuotaUsed"]
    said = {**rule["annotations"], "summary": f"requests.cpu of tenant-quota in {TENANT} is used to 97.5 %"}
    alert = {"exp_labels": {"namespace": TENANT, **Q, **C}, "exp_annotations": said}
    test = {
        "interval": "1m",
        "input_series": world({quota("used"): "19.5x60"}),
        "alert_rule_test": [{"eval_time": NOW, "alertname": rule["alert"], "exp_alerts": [alert]}],
    }
    suite = {"rule_files": ["rules.yaml"], "evaluation_interval": "1m", "tests": [test]}
    tested = run(promtool, tmp_path, "test", "test.yaml", {"rules.yaml": rules(), "test.yaml": suite})
    assert tested.returncode == 0, tested.stdout + tested.stderr


def test_every_panel_shows_the_healthy_tenant_and_stays_empty_without_data(promtool: Path, tmp_path: Path) -> None:
    panels = dashboard(TENANT, Thresholds())["panels"]
    queries = [
        target["expr"].replace("$__rate_interval", "5m") for panel in panels for target in panel.get("targets", [])
    ]
    names = [f"query:{number}" for number in range(len(queries))]
    recorded = {
        "groups": [
            {
                "name": "dashboard",
                "rules": [{"record": name, "expr": query} for name, query in zip(names, queries, strict=True)],
            }
        ]
    }
    full = [
        {"expr": f"count({name}) > bool 0", "eval_time": NOW, "exp_samples": [{"labels": "{}", "value": 1}]}
        for name in names
    ]
    empty = [{"expr": name, "eval_time": NOW, "exp_samples": []} for name in names]
    tests = [
        {"interval": "1m", "input_series": world({}), "promql_expr_test": full},
        {
            "interval": "1m",
            "input_series": [{"series": name, "values": values} for name, values in BROKEN_NEIGHBOUR.items()],
            "promql_expr_test": empty,
        },
    ]
    suite = {"rule_files": ["rules.yaml"], "evaluation_interval": "1m", "tests": tests}
    tested = run(promtool, tmp_path, "test", "test.yaml", {"rules.yaml": recorded, "test.yaml": suite})
    assert tested.returncode == 0, tested.stdout + tested.stderr
