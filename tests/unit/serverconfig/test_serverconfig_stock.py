# SPDX-License-Identifier: GPL-3.0-or-later
"""The stock ServerConfigs and Servers of the charts, if their rendering is available."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.serverconfig.actual import State
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.serverconfig.contract import contract
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.serverconfig.policy import Policy
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.serverconfig.resolve import Verdict, resolve
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.serverconfig.snapshot import (
    Listing,
    Snapshot,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.serverconfig.trace import Scope

from tests.unit.serverconfig.builders import PLATFORM

CHARTS = Path(__file__).resolve().parents[4] / "shared" / "seldon"
pytestmark = pytest.mark.skipif(not CHARTS.is_dir(), reason="the charts' rendering is not at hand")
RELEASES = ["2.9.1", "2.10.2"]


def stock(release: str, chart: str, kind: str) -> list[Any]:
    documents = yaml.safe_load_all((CHARTS / release / f"{chart}.yaml").read_text())
    return [obj for obj in documents if obj and obj["kind"] == kind]


@pytest.mark.parametrize("release", RELEASES)
def test_the_stock_configs_meet_the_contract(release: str) -> None:
    configs = stock(release, "setup.default", "ServerConfig")
    assert {config["metadata"]["name"]: contract(config["spec"]) for config in configs} == {
        "mlserver": [],
        "triton": [],
    }


@pytest.mark.parametrize("release", RELEASES)
def test_the_stock_servers_come_to_them(release: str) -> None:
    configs, servers = stock(release, "setup.default", "ServerConfig"), stock(release, "servers", "Server")
    report = resolve(
        Snapshot(Listing(servers), Listing(configs), Listing([]), operators=[]), Policy(PLATFORM, planned=True)
    )
    assert [found.server for found in report.resolutions] == ["mlserver", "triton"]
    for found in report.resolutions:
        assert (
            found.desired.scope is Scope.PLATFORM
            and found.actual.state is State.PLANNED
            and found.verdict is Verdict.OK
        )
        made = found.effective
        assert made is not None and made.replicas == 1 and made.claims == (f"{found.server}-models-{found.server}-0",)
        assert [container["name"] for container in made.pod_spec["containers"]] == ["rclone", "agent", found.server]
        needed = {(need.kind, need.name, need.from_runtime) for need in found.needs if not need.optional}
        assert needed == {
            ("ConfigMap", "seldon-agent", True),
            ("ConfigMap", "seldon-tracing", True),
            ("ServiceAccount", "seldon-server", True),
        }
