# SPDX-License-Identifier: GPL-3.0-or-later
"""Pods that the namespace's Pod Security level forbids are refused before anything is written; and Seldon's pods under
`restricted`.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.pod_security.evaluate import (
    evaluate,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.pod_security.policy import (
    Level,
    Policy,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.invocation import Invocation
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.serverconfig_info import entry_point

from lab.layout import REPOSITORY
from tests.integration.tenancy import Tenancy, actions

EXAMPLE = REPOSITORY / "examples" / "fraud-detection" / "k8s" / "base"
HOSTILE = """apiVersion: mlops.seldon.io/v1alpha1
kind: Server
metadata:
  name: inference
spec:
  serverConfig: mlserver
  podSpec:
    hostPID: true
    containers:
      - name: mlserver
        securityContext:
          privileged: true
"""
SOUND = HOSTILE.partition("  podSpec:")[0]
OPTION = "tenant_namespace_pod_security"
RESTRICTED = "pss-restricted"


def folder(path: Path, text: str) -> Path:
    path.mkdir(exist_ok=True)
    (path / "server.yaml").write_text(text)
    return path


def failed_creations(tenancy: Tenancy, namespace: str) -> list[str]:
    """The API server's refusals in the StatefulSet controller's events; waits for the first one."""
    for _ in range(150):
        events = json.loads(
            tenancy.lab.kubectl("get", "events", "-n", namespace, "--field-selector=reason=FailedCreate", "-o", "json")
        )["items"]
        if events:
            return [str(event["message"]) for event in events]
        time.sleep(0.2)
    raise AssertionError("no pod was refused")


def test_a_hostile_server_is_refused_before_anything_is_written_and_by_the_api_server_for_the_same(
    tenancy: Tenancy, tmp_path: Path
) -> None:
    text = tenancy.refused("pss-hostile", [folder(tmp_path / "team", HOSTILE)])
    assert (
        "server.yaml:1  Server inference: its pods would be refused by Pod Security baseline:v1.34: host namespaces, privileged"
        in text
    )
    assert "hostNamespaces: spec.podSpec.hostPID: remove it" in text
    assert "privileged: spec.podSpec.containers[mlserver].securityContext.privileged: remove it" in text

    tenancy.done("pss-hostile", [folder(tmp_path / "team", SOUND)])
    tenancy.lab.kubectl("apply", "-n", "pss-hostile", "--server-side", "--force-conflicts", "-f", "-", stdin=HOSTILE)
    pod = 'violates PodSecurity "baseline:v1.34": host namespaces (hostPID=true), privileged (container "mlserver" must not set securityContext.privileged=true)'
    assert all(pod in message for message in failed_creations(tenancy, "pss-hostile"))
    template = tenancy.get("statefulset", "inference", "pss-hostile")["spec"]["template"]
    assert evaluate(template["metadata"], template["spec"], Policy(Level.BASELINE, 34)).message == pod
    tenancy.lab.kubectl("delete", "server", "inference", "-n", "pss-hostile", "--wait=false")


def test_with_checks_that_only_warn_it_is_written_and_said(tenancy: Tenancy, tmp_path: Path) -> None:
    result = tenancy.run("pss-warned", [folder(tmp_path / "team", HOSTILE)], checks="warn", wait=False)
    assert not result.get("failed") and actions(result)["Server inference"] == "created"
    assert any("would be refused by Pod Security baseline:v1.34" in note for note in result["notes"])
    tenancy.lab.kubectl("delete", "server", "inference", "-n", "pss-warned", "--wait=false")


def test_versions_that_the_cluster_does_not_know(tenancy: Tenancy) -> None:
    text = tenancy.refused("pss-version", pod_security={"version": "v1.99"})
    assert (
        f'{OPTION}.version: "v1.99" is newer than the cluster (v1.37.2)' in text
        and "set it to v1.37 or older, or to latest" in text
    )
    assert 'did you mean "v1.36"?' in tenancy.refused("pss-version", pod_security={"version": "1.36"})


def pods(tenancy: Tenancy, namespace: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(tenancy.lab.kubectl("get", "pods", "-n", namespace, "-o", "json"))["items"]
    return found


def is_ready(pod: dict[str, Any]) -> bool:
    return any((one["type"], one["status"]) == ("Ready", "True") for one in pod["status"].get("conditions", ()))


def test_restricted_is_refused_without_the_option_and_everything_comes_up_with_it(
    tenancy: Tenancy, tmp_path: Path
) -> None:
    for file in EXAMPLE.iterdir():
        (tmp_path / file.name).write_text(
            file.read_text().replace("namespace: fraud-detection", f"namespace: {RESTRICTED}")
        )
    team = [tmp_path, folder(tmp_path / "more", SOUND)]
    text = tenancy.refused(RESTRICTED, team, pod_security={"enforce": "restricted"})
    assert (
        f"{OPTION}.restrict_seldon: true adds the missing fields to objects that the platform offers" in text
        and "Server inference" in text
    )
    assert "Server mlserver:" not in text, "the example's own ServerConfig keeps restricted"

    levels = {"enforce": "restricted", "restrict_seldon": True, "version": "v1.37"}
    everything = {"pipelines": "always", "overrides": [{"name": "hodometer", "replicas": 1}]}
    result = tenancy.done(RESTRICTED, team, pod_security=levels, runtime=everything)
    assert not any("Pod Security" in note for note in result["notes"])
    assert (
        tenancy.get("namespace", RESTRICTED)["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    )
    for _ in range(150):
        running = pods(tenancy, RESTRICTED)
        if len(running) == 8 and all(map(is_ready, running)):
            break
        time.sleep(0.2)
    assert sorted(pod["metadata"]["name"].partition("-")[0] for pod in running) == [
        "hodometer",
        "inference",
        "mlserver",
        *5 * ["seldon"],
    ]
    assert all(map(is_ready, running))
    for pod in running:
        assert evaluate(pod["metadata"], pod["spec"], Policy(Level.RESTRICTED)).allowed

    mark = tenancy.lab.audit.mark()
    again = tenancy.done(RESTRICTED, team, pod_security=levels, runtime=everything)
    assert not again["changed"] and tenancy.writes(mark) == []


def test_the_restricted_copy_is_still_said_to_be_the_platforms(tenancy: Tenancy, tmp_path: Path) -> None:
    tenancy.done("pss-copy", [folder(tmp_path / "team", SOUND)], pod_security={"restrict_seldon": True})
    params = {name: spec.get("default") for name, spec in entry_point.ARGUMENT_SPEC.items()} | {
        "namespaces": ["pss-copy"]
    }
    answer = json.dumps(entry_point.run(params, Invocation(tenancy.lab.environment)))
    assert '"offered"' in answer and "perhaps_stale" not in answer


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet"])
def test_a_workload_of_the_team_is_refused(tenancy: Tenancy, tmp_path: Path, kind: str) -> None:
    labels = {"matchLabels": {"app": "a"}}
    template = {
        "metadata": {"labels": {"app": "a"}},
        "spec": {"containers": [{"name": "a", "image": "a:1", "ports": [{"containerPort": 80, "hostPort": 80}]}]},
    }
    obj = {
        "apiVersion": "apps/v1",
        "kind": kind,
        "metadata": {"name": "w"},
        "spec": {"selector": labels, "template": template},
    }
    text = tenancy.refused("pss-workload", [folder(tmp_path / "team", json.dumps(obj))])
    assert f"{kind} w: its pods would be refused by Pod Security baseline:v1.34: hostPort" in text
    assert (
        "hostPorts: spec.template.spec.containers[a].ports[0].hostPort: remove it, and reach the pod by a Service"
        in text
    )
