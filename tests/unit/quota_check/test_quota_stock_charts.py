# SPDX-License-Identifier: GPL-3.0-or-later
"""The amounts of the stock charts' own rendering, if it is available."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.amounts import whole
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.check import check
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.demand import Demand
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.report import Verdict
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.resource_quota import planned_quota
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota_check.seldon_workloads import (
    runtime_demand,
    server_demand,
    server_scale,
)

from tests.unit.quota.builders import BARE, SPECIFIED, Json, admission, amounts
from tests.unit.quota_check.effective import runtime_of

CHARTS = Path(__file__).resolve().parents[4] / "shared" / "seldon"
pytestmark = pytest.mark.skipif(not CHARTS.is_dir(), reason="the charts' rendering is not at hand")
RELEASES = {"2.9.1": (2, 9, 1), "2.10.2": (2, 10, 2)}


def rendered(release: str, file: str, kind: str) -> list[Json]:
    return [obj for obj in yaml.safe_load_all((CHARTS / release / file).read_text()) if obj and obj["kind"] == kind]


def runtime(release: str, cores: str | None = None) -> tuple[Demand, ...]:
    [stock], [config] = (
        rendered(release, "runtime.yaml", "SeldonRuntime"),
        rendered(release, "setup.default.yaml", "SeldonConfig"),
    )
    defaults = (
        admission({"type": "Container", "default": {"cpu": cores}, "defaultRequest": {"cpu": "10m"}}) if cores else BARE
    )
    return runtime_demand(runtime_of(stock, config, RELEASES[release]), defaults)


def server(release: str, name: str, replicas: int | None, cores: str | None = None) -> Demand:
    [config] = [
        obj for obj in rendered(release, "setup.default.yaml", "ServerConfig") if obj["metadata"]["name"] == name
    ]
    [stock] = [obj for obj in rendered(release, "servers.yaml", "Server") if obj["metadata"]["name"] == name]
    spec = stock["spec"] if replicas is None else {"replicas": replicas, "maxReplicas": replicas}
    defaults = (
        admission({"type": "Container", "default": {"cpu": cores}, "defaultRequest": {"cpu": "10m"}}) if cores else BARE
    )
    return server_demand(
        name,
        config["spec"]["podSpec"],
        config["spec"].get("volumeClaimTemplates"),
        server_scale(spec, autoscaling=True),
        defaults,
    )


@pytest.mark.parametrize(("release", "dataflow", "services"), [("2.9.1", "1G", 3), ("2.10.2", "3G", 2)])
def test_a_runtime(release: str, dataflow: str, services: int) -> None:
    total: dict[str, object] = {}
    for demand in runtime(release):
        assert not demand.findings
        for key, amount in demand.taken(demand.replicas).items():
            total[key] = total.get(key, 0) + amount  # type: ignore[operator]
    memory = sum(amounts({"a": "1Gi", "b": "128Mi", "c": "32Mi", "d": "1G", "e": "1G", "f": dataflow}).values())
    assert (
        total["requests.cpu"] == amounts({"x": "501m"})["x"]
        and total["requests.memory"] == total["limits.memory"] == memory
    )
    assert "limits.cpu" not in total
    assert (
        total["pods"],
        total["persistentvolumeclaims"],
        total["services"],
        total["services.loadbalancers"],
        total["services.nodeports"],
    ) == (
        whole(6),
        whole(1),
        whole(services),
        whole(2),
        whole(8),
    )


@pytest.mark.parametrize(("release", "limit"), [("2.9.1", "2176Mi"), ("2.10.2", "2304Mi")])
@pytest.mark.parametrize("name", ["mlserver", "triton"])
def test_a_server(release: str, name: str, limit: str) -> None:
    demand = server(release, name, None)
    assert demand.replicas == demand.replicas_at_max == 1 and not demand.findings
    expected = amounts(
        {
            "requests.cpu": "350m",
            "requests.memory": "2176Mi",
            "limits.memory": limit,
            "persistentvolumeclaims": 1,
            "requests.storage": "1Gi",
            "services": 1,
            "pods": 1,
        }
    )
    assert {key: demand.taken(1)[key] for key in expected} == expected and "limits.cpu" not in demand.taken(1)


@pytest.mark.parametrize("release", RELEASES)
def test_the_specified_quota_refuses_every_stock_pod_F5(release: str) -> None:
    report = check(
        [planned_quota({"metadata": {"name": "team-quota"}, "spec": {"hard": SPECIFIED}})],
        [*runtime(release), server(release, "mlserver", 1)],
    )
    assert report.verdict is Verdict.INVALID and len(report.invalid) == 7
    assert report.invalid[-1].message == "failed quota: team-quota: must specify limits.cpu for: agent,mlserver,rclone"


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize(("cores", "most"), [("2", 4), ("1", 11), ("500m", 24)])
def test_how_many_replicas_the_specified_cores_allow(release: str, cores: str, most: int) -> None:
    quota = planned_quota({"metadata": {"name": "q"}, "spec": {"hard": {"limits.cpu": "40"}}})
    report = check([quota], [*runtime(release, cores), server(release, "mlserver", most, cores)])
    assert report.verdict is Verdict.FITS
    assert report.fits[-1].largest == most


@pytest.mark.parametrize("release", RELEASES)
def test_how_many_replicas_the_rest_of_the_specified_quota_allows(release: str) -> None:
    def most(key: str) -> int | None:
        quota = planned_quota({"metadata": {"name": "q"}, "spec": {"hard": {key: SPECIFIED[key]}}})
        return check([quota], [*runtime(release), server(release, "mlserver", 1)]).fits[-1].largest

    assert most("requests.memory") == 16
    assert most("persistentvolumeclaims") == 9
