# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes that a StatefulSet cannot apply are refused before anything is written."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.diagnosis.render import as_text
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.options.tenant_options import (
    parse_options,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.render import render_tenant
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.snapshot import TenantSnapshot

from tests.unit.tenant.builders import PLATFORM, KubeObject, central, platform, seldon, server


def claim(name: str = "models", size: str = "1Gi") -> KubeObject:
    return {"name": name, "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}}}


def stateful_set(name: str, *claims: KubeObject) -> KubeObject:
    templates = [
        {"metadata": {"name": one["name"]}, "spec": {**one["spec"], "volumeMode": "Filesystem"}} for one in claims
    ]
    return {
        "kind": "StatefulSet",
        "metadata": {"name": name, "namespace": "t"},
        "spec": {"volumeClaimTemplates": templates},
    }


def problems(live: KubeObject, wanted: list[KubeObject], arguments: list[str] | None = None) -> list[str]:
    pods = {"containers": [{"name": "mlserver", "image": "i"}]}
    config = seldon("ServerConfig", "mlserver", {"podSpec": pods, "volumeClaimTemplates": wanted}, PLATFORM)
    parts: list[dict[str, Any]] = [{"name": "seldon-scheduler", "podSpec": pods, "volumeClaimTemplates": wanted}]
    runtime = seldon("SeldonConfig", "default", {"components": parts}, PLATFORM)
    found = platform(central=central(args=arguments), server_configs=[config], seldon_configs=[runtime])
    plan = render_tenant(
        parse_options({"name": "t"}), found, [server("s", "mlserver")], TenantSnapshot(stateful_sets=[live])
    )
    return list(map(as_text, plan.problems))


@pytest.mark.parametrize("wanted", [[claim(size="2Gi")], [], [claim(), claim("more")], [claim("other")]])
def test_a_server_keeps_the_volumes_of_its_stateful_set(wanted: list[KubeObject]) -> None:
    [problem] = problems(stateful_set("s", claim()), wanted)
    assert problem.startswith("Server s: its ServerConfig mlserver changes volumeClaimTemplates")
    assert "kubectl delete server s -n t, then run again" in problem


def test_the_scheduler_keeps_its_volumes() -> None:
    [problem] = problems(stateful_set("seldon-scheduler", claim()), [claim(size="2Gi")])
    assert problem.startswith("SeldonConfig default: changes volumeClaimTemplates") and "seldon-scheduler" in problem


@pytest.mark.parametrize("name", ["s", "seldon-scheduler", "of-somebody-else"])
def test_what_the_api_server_defaults_is_no_change(name: str) -> None:
    assert problems(stateful_set(name, claim(size="1024Mi")), [claim()]) == []


def test_a_deployment_has_no_volumes_to_keep() -> None:
    arguments = ["--namespace=seldon-system", "--use-deployments-for-servers"]
    assert problems(stateful_set("s", claim()), [claim(size="2Gi")], arguments) == []
