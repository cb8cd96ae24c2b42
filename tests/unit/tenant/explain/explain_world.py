# SPDX-License-Identifier: GPL-3.0-or-later
"""A planned tenant with one Server, and the explanation of a team's object that is not applied."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.diagnosis.diagnostic import Diagnostic
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.diagnosis.subject import UNNAMED
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.manifests.manifest import Manifest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.manifests.team_rules import Ruling
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.monitoring.objects import monitoring_objects
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.explain.left import explain_left
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.options.tenant_options import (
    parse_options,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.pods.owners import pod_owners
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.render import render_tenant
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.snapshot import (
    PlatformSnapshot,
    TenantSnapshot,
)

from tests.unit.tenant.builders import PLATFORM, KubeObject, central, platform, seldon, server

T = "fraud-detection"
SPECIFICATION = Path(__file__).parents[3] / "fixtures" / "team-folders" / "scoped-operator-pattern"
PART_OF = {"app.kubernetes.io/part-of": "fraud-detection-system"}


def container(name: str, **ports: int) -> KubeObject:
    return {
        "name": name,
        "ports": [{"name": port.replace("_", "-"), "containerPort": number} for port, number in ports.items()],
    }


COMPONENTS = {
    "seldon-scheduler": container("scheduler", xds=9002, scheduler=9004, agent=9005, dataflow=9008),
    "seldon-envoy": container("envoy", http=9000, envoy_stats=9003),
    "seldon-pipelinegateway": container("pipelinegateway", http=9010, grpc=9011, metrics=9006),
}
SERVER_PODS = {
    "containers": [
        container("rclone", rclone=5572),
        container("agent", grpc=9501, http=9001, metrics=9006, readiness_port=9008),
        container("mlserver", server_grpc=9500, server_http=9000, server_metrics=8082),
    ]
}


def the_platform(image: str = "registry.example/seldonv2-controller:2.10.2", **component: Any) -> PlatformSnapshot:
    """``component``: fields of every component of the SeldonConfig besides its name and pods."""
    components = [{"name": name, "podSpec": {"containers": [pod]}, **component} for name, pod in COMPONENTS.items()]
    return platform(
        central=central(image),
        seldon_configs=[seldon("SeldonConfig", "default", {"components": components}, PLATFORM)],
        server_configs=[seldon("ServerConfig", "mlserver", {"podSpec": SERVER_PODS}, PLATFORM)],
    )


def the_server(name: str = "mlserver", replicas: int = 1, **metadata: Any) -> KubeObject:
    made = server(name, "mlserver")
    return {
        **made,
        "metadata": {**made["metadata"], "namespace": T, **metadata},
        "spec": {**made["spec"], "replicas": replicas},
    }


def ruling(obj: Any, index: int = 0) -> Ruling:
    return Ruling(Manifest(obj, "team.yaml", 1, index), Diagnostic(UNNAMED, ""))


def explained(
    obj: Any, *team: KubeObject, snapshot: PlatformSnapshot | None = None, monitored: bool = True, **options: Any
) -> list[str]:
    """The lines about one object; ``team`` are the objects that are applied, by default one Server."""
    given, found = parse_options({"name": T, **options}), snapshot or the_platform()
    applied = list(team) or [the_server()]
    plan = render_tenant(given, found, applied, TenantSnapshot())
    if monitored:
        plan = replace(plan, platform_objects=(*plan.platform_objects, *monitoring_objects(T, [], given.monitoring)))
    lines = explain_left([ruling(obj)], plan, pod_owners(plan.resolved, applied), applied)
    return list(lines.get(0, ()))


def specification(name: str) -> KubeObject:
    loaded: KubeObject = yaml.safe_load((SPECIFICATION / f"{name}.yaml").read_text())
    return loaded


def policy(**spec: Any) -> KubeObject:
    """A NetworkPolicy for every pod and both directions, without rules unless ``spec`` has some."""
    full = {"podSelector": {}, "policyTypes": ["Ingress", "Egress"], **spec}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "team"}, "spec": full}


def monitor(kind: str = "ServiceMonitor", labels: dict[str, str] | None = None, **spec: Any) -> KubeObject:
    full = {"selector": {"matchLabels": labels or {}}, "sampleLimit": 1000, **spec}
    return {"apiVersion": "monitoring.coreos.com/v1", "kind": kind, "metadata": {"name": "team"}, "spec": full}
