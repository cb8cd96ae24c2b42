# SPDX-License-Identifier: GPL-3.0-or-later
"""The specification's own NetworkPolicy and ServiceMonitor among a team's manifests: explained, and not applied."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.connection import connect
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.explain.planned import planned_of
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.options.tenant_options import (
    parse_options,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.pods.owners import pod_owners
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.read import read_snapshots
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.render import render_tenant

from lab.layout import REPOSITORY
from tests.integration.tenancy import PLATFORM, USER_AGENT, Tenancy

SPECIFICATION = REPOSITORY / "tests" / "fixtures" / "team-folders" / "scoped-operator-pattern"
NOT_PLANNED = (
    "applyset.kubernetes.io/part-of",
    "controller-revision-hash",
    "pod-template-hash",
    "statefulset.kubernetes.io/pod-name",
    "apps.kubernetes.io/pod-index",
)
"""Labels of the apply set and of Kubernetes' controllers."""


def reads(tenancy: Tenancy, mark: int) -> list[str]:
    found = [
        request
        for request in tenancy.lab.audit.since(mark)
        if not request.is_write and request.user_agent.startswith(USER_AGENT)
    ]
    return sorted(f"{request.verb} {request.uri}" for request in found)


def items(tenancy: Tenancy, kind: str, tenant: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(tenancy.lab.kubectl("get", kind, "-n", tenant, "-o", "json"))["items"]
    return found


def labels(pods: Iterable[Mapping[str, Any]]) -> list[str]:
    return [
        json.dumps(
            {key: value for key, value in pod["metadata"]["labels"].items() if key not in NOT_PLANNED}, sort_keys=True
        )
        for pod in pods
    ]


def test_the_specifications_own_are_explained_and_nothing_of_them_is_applied(tenancy: Tenancy, tmp_path: Path) -> None:
    tenant = "explained"
    predicted = tenancy.done(tenant, [SPECIFICATION], check=True)["left"]
    result = tenancy.done(tenant, [SPECIFICATION])
    policy, monitor = (text.splitlines() for text in result["left"])
    assert result["left"] == predicted
    assert "network-policy.yaml:2  NetworkPolicy fraud-detection-network-policy: policies add up" in policy[0]
    assert (
        "  selects none of the 3 planned pods (Server mlserver, seldon-scheduler, seldon-envoy): alone it would leave these open to everybody"
        in policy
    )
    assert "  alone it would keep the tenant's operator from seldon-scheduler (TCP 9004, 9044)" in policy
    assert [
        line for line in policy if "Server mlserver, seldon-scheduler from DNS (TCP 53); the API server (TCP " in line
    ]
    assert [line for line in policy if "rclone at 5572 asks for no login" in line]
    assert "service-monitor.yaml:2  ServiceMonitor fraud-detection-models: the platform scrapes" in monitor[0]
    assert monitor[1].startswith(
        "  selects none of the 3 planned Services (seldon-scheduler, seldon-mesh, mlserver-0): the operator gives its Services no labels"
    )
    assert all(name.startswith("tenant-") for name in tenancy.names("networkpolicies", tenant))
    assert not [entry for entry in result["objects"] if entry["name"].startswith("fraud-detection")]

    mark = tenancy.lab.audit.mark()
    assert not tenancy.done(tenant, [SPECIFICATION])["changed"]
    with_them = reads(tenancy, mark)
    shutil.copy(SPECIFICATION / "server.yaml", tmp_path)
    mark = tenancy.lab.audit.mark()
    assert tenancy.done(tenant, [tmp_path])["left"] == []
    assert reads(tenancy, mark) == with_them


def test_planned_pods_and_services_are_those_that_come(tenancy: Tenancy, tmp_path: Path) -> None:
    """Compares their labels and the Services' ports with the objects of the lab's stand-in operator."""
    tenant = "foreseen"
    server = (
        (SPECIFICATION / "server.yaml")
        .read_text()
        .replace("name: mlserver\n", "name: mlserver\n  labels: {app.kubernetes.io/part-of: it}\n", 1)
    )
    (tmp_path / "server.yaml").write_text(server + "  replicas: 2\n")
    options = {"runtime": {"pipelines": "always", "config": {"serviceConfig": {"grpcServicePrefix": "grpc-"}}}}
    tenancy.done(tenant, [tmp_path], **options)
    given = parse_options({"name": tenant, "platform_namespace": PLATFORM, **options})
    platform, live = read_snapshots(connect({"kubeconfig": str(tenancy.lab.kubeconfig)}), tenant, PLATFORM)
    plan = render_tenant(given, platform, items(tenancy, "servers", tenant), live)
    planned = planned_of(plan, pod_owners(plan.resolved, []), [])

    def ports(service: dict[str, Any]) -> list[tuple[Any, ...]]:
        return [(port["name"], port["port"], port["targetPort"]) for port in service["spec"]["ports"]]

    services = items(tenancy, "services", tenant)
    assert {one["metadata"]["name"]: (one["metadata"]["labels"], ports(one)) for one in planned.services} == {
        one["metadata"]["name"]: (one["metadata"]["labels"], ports(one)) for one in services
    }
    running, foreseen = labels(items(tenancy, "pods", tenant)), labels(planned.pods)
    assert set(running) == set(foreseen)
    assert len(running) == len(foreseen) + 1  # two replicas
