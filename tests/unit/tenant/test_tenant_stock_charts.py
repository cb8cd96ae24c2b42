# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan on the stock charts' own rendering, if it is available."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.operators.record import find_operators
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.operators.snapshot import RbacSnapshot
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.preflight.expectation import expected_objects
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.expectation import (
    Expectation,
    as_expected,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.options.tenant_options import (
    parse_options,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.render import render_tenant
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.snapshot import (
    PlatformSnapshot,
    TenantSnapshot,
)

from tests.unit.tenant.builders import PLATFORM, apiserver, server

CHARTS = Path(__file__).resolve().parents[4] / "shared" / "seldon"
pytestmark = pytest.mark.skipif(not CHARTS.is_dir(), reason="the charts' rendering is not at hand")
RELEASES = ["2.9.1", "2.10.2"]


def stock(release: str, scope: str = "default") -> PlatformSnapshot:
    documents = [obj for obj in yaml.safe_load_all((CHARTS / release / f"setup.{scope}.yaml").read_text()) if obj]
    kinds = {
        kind: [obj for obj in documents if obj["kind"] == kind]
        for kind in ("Deployment", "Role", "SeldonConfig", "ServerConfig")
    }
    rules = [
        rule for role in kinds["Role"] if role["metadata"]["name"] == "seldon-v2-manager-role" for rule in role["rules"]
    ]
    return PlatformSnapshot(
        PLATFORM, kinds["Deployment"][0], rules, kinds["SeldonConfig"], kinds["ServerConfig"], [apiserver("192.0.2.10")]
    )


@pytest.mark.parametrize("release", RELEASES)
def test_the_stock_platform_gives_a_sound_tenant(release: str) -> None:
    options = parse_options({"name": "fraud-detection"})
    team = [server("mlserver", "mlserver"), server("triton", "triton")]
    plan = render_tenant(options, stock(release), team, TenantSnapshot())
    assert plan.problems == ()
    assert [warning.field for warning in plan.warnings] == ["resources.limits.memory"]
    [deployment] = [obj for obj in plan.platform_objects if obj["kind"] == "Deployment"]
    [operator] = find_operators([deployment], RbacSnapshot([], [], [], []))
    assert str(operator.version) == release and operator.watch.namespaces == ("fraud-detection",)
    assert (
        operator.lookup_namespace.value == "fraud-detection" and not operator.leader_elect and not operator.start_error
    )
    to_come, _problems = expected_objects((CHARTS / release / "setup.default.yaml").read_text(), [], PLATFORM)
    predicted = render_tenant(
        options,
        as_expected(PlatformSnapshot(PLATFORM, None, apiserver=[apiserver("192.0.2.10")]), Expectation(to_come)),
        team,
        TenantSnapshot(),
    )
    assert predicted.platform_objects == plan.platform_objects


@pytest.mark.parametrize("release", RELEASES)
def test_a_central_operator_that_watches_the_tenant_is_refused(release: str) -> None:
    plan = render_tenant(parse_options({"name": "platform-only"}), stock(release, "clusterwide"), [], TenantSnapshot())
    assert [problem.field for problem in plan.problems] == ["spec.template.spec.containers[].args"]
    assert not render_tenant(parse_options({"name": "t"}), stock(release, "clusterwide"), [], TenantSnapshot()).problems


@pytest.mark.parametrize(("release", "slices"), [("2.9.1", False), ("2.10.2", True)])
def test_our_own_rules_are_those_of_the_chart(release: str, slices: bool) -> None:
    def granted(platform: PlatformSnapshot) -> set[tuple[str, str, str]]:
        plan = render_tenant(parse_options({"name": "t"}), platform, [], TenantSnapshot())
        [role] = [obj for obj in plan.platform_objects if obj["metadata"]["name"] == "seldon-v2-manager-role"]
        rules = role["rules"]
        return {
            (g, r, v) for rule in rules for g in rule["apiGroups"] for r in rule["resources"] for v in rule["verbs"]
        }

    live = stock(release)
    own = PlatformSnapshot(live.namespace, live.central, (), live.seldon_configs, live.server_configs)
    assert granted(own) == granted(live)
    assert (("discovery.k8s.io", "endpointslices", "list") in granted(own)) is slices
