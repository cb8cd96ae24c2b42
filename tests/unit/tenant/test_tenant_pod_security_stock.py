# SPDX-License-Identifier: GPL-3.0-or-later
"""The Pod Security level of the stock charts' own pods, if their rendering is available."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.pod_security.evaluate import (
    evaluate,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.pod_security.policy import (
    NEWEST,
    Level,
    Policy,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.configs.restricted_platform import (
    platform_for,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.options.tenant_options import (
    parse_options,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.pods.owners import (
    PodOwner,
    pod_owners,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.pods.pod_security import (
    Judged,
    judge_pods,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.render import render_tenant
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.snapshot import TenantSnapshot

from tests.unit.tenant.builders import server
from tests.unit.tenant.test_tenant_stock_charts import CHARTS, RELEASES, stock

pytestmark = pytest.mark.skipif(not CHARTS.is_dir(), reason="the charts' rendering is not at hand")
TEAM = [server("mlserver", "mlserver"), server("triton", "triton")]
ALL = {"pipelines": "always", "overrides": [{"name": "hodometer", "replicas": 1}]}
"""A runtime in which every component runs."""
MISSING = ["allowPrivilegeEscalation", "capabilities_restricted", "seccompProfile_restricted"]


def owners(release: str, levels: dict[str, Any]) -> tuple[list[PodOwner], Judged]:
    options = parse_options({"name": "team", "pod_security": levels, "runtime": ALL})
    platform = platform_for(options.pod_security, stock(release))
    plan = render_tenant(options, platform, TEAM, TenantSnapshot())
    found = pod_owners(plan.resolved, TEAM)
    return found, judge_pods("team", options.pod_security, found, f"v1.{NEWEST}.0")


@pytest.mark.parametrize("release", RELEASES)
def test_stock_pods_keep_baseline_and_lack_three_controls_of_restricted(release: str) -> None:
    found, judged = owners(release, {})
    assert len(found) == 8 and judged == Judged()
    for owner in found:
        for minor in range(NEWEST + 1):
            assert evaluate(owner.metadata, owner.spec, Policy(Level.BASELINE, minor)).allowed
        verdict = evaluate(owner.metadata, owner.spec, Policy(Level.RESTRICTED))
        assert [violation.control for violation in verdict.violations] == MISSING, owner.subject


@pytest.mark.parametrize("release", RELEASES)
def test_with_the_option_all_of_them_keep_restricted_of_every_release(release: str) -> None:
    for version in ("latest", *(f"v1.{minor}" for minor in range(23, NEWEST + 1))):
        found, judged = owners(release, {"enforce": "restricted", "restrict_seldon": True, "version": version})
        assert len(found) == 8 and judged == Judged()
