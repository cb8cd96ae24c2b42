# SPDX-License-Identifier: GPL-3.0-or-later
"""A central operator with --use-deployments-for-servers: tenants' operators inherit the flag, and quotas count Deployments."""

from __future__ import annotations

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.resources import DEPLOYMENT
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.object_usage import Admission
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota_check.change import Change
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota_check.demands import demands_of
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota_check.state import NamespaceState
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.options.tenant_options import (
    parse_options,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.render import (
    TenantPlan,
    render_tenant,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.snapshot import TenantSnapshot

from tests.unit.tenant.builders import PLATFORM, central, platform, seldon, server

FLAG = "--use-deployments-for-servers"


def planned(*flags: str, image: str = "registry.example/seldonv2-controller:2.10.2") -> TenantPlan:
    pods = {"containers": [{"name": "mlserver", "image": "i"}]}
    claims = [{"name": "models", "spec": {"resources": {"requests": {"storage": "1Gi"}}}}]
    config = seldon("ServerConfig", "mlserver", {"podSpec": pods, "volumeClaimTemplates": claims}, PLATFORM)
    found = platform(central=central(image, ["--namespace=seldon-system", *flags]), server_configs=[config])
    return render_tenant(parse_options({"name": "t"}), found, [server("s", "mlserver")], TenantSnapshot())


def counted(plan: TenantPlan) -> set[str]:
    """The quota keys that the Server's demand uses."""
    demands = demands_of(Change(tenant=plan.resolved), NamespaceState(exists=False), Admission(storage_class=""))
    return {key for demand in demands if str(demand.subject) == "Server s" for key in demand.taken(1)}


def test_the_flag_is_inherited_and_reckoned_with() -> None:
    plan = planned(FLAG)
    [operator] = [
        obj
        for obj in plan.platform_objects
        if obj["kind"] == DEPLOYMENT.kind and obj["metadata"]["name"].endswith("-t")
    ]
    assert FLAG in operator["spec"]["template"]["spec"]["containers"][0]["args"]
    keys = counted(plan)
    assert "count/deployments.apps" in keys
    assert not keys & {"count/statefulsets.apps", "persistentvolumeclaims", "services"}


@pytest.mark.parametrize("flags", [(), (f"{FLAG}=false",), (FLAG, f"{FLAG}=false")])
def test_without_the_flag_servers_are_stateful_sets(flags: tuple[str, ...]) -> None:
    keys = counted(planned(*flags))
    assert {"count/statefulsets.apps", "persistentvolumeclaims", "services"} <= keys
