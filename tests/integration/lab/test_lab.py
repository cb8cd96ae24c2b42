# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the lab on separate labs, so that the lab of other tests is not disturbed."""

from __future__ import annotations

import json
import os
import signal
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lab.audit import select
from lab.layout import Layout
from lab.lifecycle import COMPONENTS
from lab.processes import Process, recorded
from lab.service_account_mount import is_possible
from tests.integration.lab_fixture import Lab
from tests.labs import lab_command

OPERATOR = """#!/bin/sh
echo "called: ${0##*/}"
echo "args: $*"
env | sort | sed 's/^/env: /'
echo "mounted: $(cat /var/run/secrets/kubernetes.io/serviceaccount/namespace)"
trap 'echo "ended by SIGTERM"; exit 0' TERM
case "$*" in *--crash*) exit 3;; esac
while :; do sleep 0.1; done
"""


def eventually(what: str, true: Callable[[], bool], seconds: float = 40.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s: {what}"
        time.sleep(0.1)


def operator_deployment(name: str, *args: str) -> str:
    container = {
        "name": "manager",
        "image": "registry.example:5000/seldonio/seldonv2-controller:2.9.1@sha256:" + 64 * "0",
        "command": ["/manager"],
        "args": ["--namespace=$(POD_NAMESPACE)", "--other=$(MISSING) $$(POD_NAMESPACE)", *args],
        "env": [
            {"name": "POD_NAMESPACE", "valueFrom": {"fieldRef": {"fieldPath": "metadata.namespace"}}},
            {"name": "GREETING", "value": "hello $(POD_NAMESPACE)"},
            {"name": "FROM_MAP", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "level"}}},
        ],
    }
    template = {
        "metadata": {"labels": {"app": name}},
        "spec": {"serviceAccountName": "operator", "containers": [container]},
    }
    objects: list[dict[str, Any]] = [
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "operator"}},
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": name},
            "spec": {"selector": {"matchLabels": {"app": name}}, "template": template},
        },
    ]
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": objects})


@pytest.fixture(scope="module")
def separate_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A lab whose operators are a shell script that prints its arguments and environment."""
    folder = tmp_path_factory.mktemp("lab")
    operator = folder / "operator"
    operator.write_text(OPERATOR)
    operator.chmod(operator.stat().st_mode | stat.S_IXUSR)
    answer = lab_command("up", folder / "lab", LAB_OPERATOR=str(operator))
    assert answer.returncode == 0, answer.stderr
    yield Lab(Layout(folder / "lab"))
    assert lab_command("down", folder / "lab").returncode == 0


@pytest.fixture()
def namespace(separate_lab: Lab, request: pytest.FixtureRequest) -> Iterator[str]:
    name = request.node.name.replace("_", "-").removeprefix("test-")[:60].rstrip("-")
    separate_lab.kubectl("create", "namespace", name)
    separate_lab.kubectl("create", "configmap", "settings", "--from-literal=level=debug", "-n", name)
    yield name
    separate_lab.kubectl("delete", "namespace", name, "--wait=false")


def operator_log(lab: Lab, namespace: str) -> str:
    return "".join(path.read_text() for path in lab.layout.operator_logs.glob(f"{namespace}_*.log"))


def operators(lab: Lab, namespace: str) -> list[Process]:
    return [
        found
        for found in recorded(lab.layout.processes)
        if found.name.startswith(f"operator-{namespace}_") and found.alive()
    ]


def test_up_twice_changes_nothing_and_prints_the_kubeconfig(separate_lab: Lab) -> None:
    before = recorded(separate_lab.layout.processes)
    operator = str(separate_lab.layout.root.parent / "operator")
    answer = lab_command("up", separate_lab.layout.root, LAB_OPERATOR=operator)
    assert answer.returncode == 0 and answer.stdout.strip() == str(separate_lab.kubeconfig)
    assert recorded(separate_lab.layout.processes) == before


def test_up_with_another_operator_is_refused(separate_lab: Lab) -> None:
    answer = lab_command("up", separate_lab.layout.root, LAB_OPERATOR="")
    assert answer.returncode == 1 and "python -m lab down" in answer.stderr


def test_statefulset_with_claims_becomes_ready_and_its_volumes_go_with_the_claims(
    separate_lab: Lab, namespace: str
) -> None:
    claim = {
        "metadata": {"name": "data"},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "3Gi"}}},
    }
    container = {"name": "db", "image": "db", "volumeMounts": [{"name": "data", "mountPath": "/data"}]}
    template = {"metadata": {"labels": {"app": "db"}}, "spec": {"containers": [container]}}
    spec = {
        "serviceName": "db",
        "replicas": 2,
        "selector": {"matchLabels": {"app": "db"}},
        "template": template,
        "volumeClaimTemplates": [claim],
    }
    statefulset = {"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "db"}, "spec": spec}
    separate_lab.kubectl("apply", "-n", namespace, "-f", "-", stdin=json.dumps(statefulset))
    separate_lab.kubectl("rollout", "status", "-n", namespace, "statefulset/db", "--timeout=40s")
    volumes = separate_lab.kubectl(
        "get",
        "pv",
        "-o",
        f"jsonpath={{range .items[?(@.spec.claimRef.namespace=='{namespace}')]}}{{.spec.capacity.storage}} {{end}}",
    )
    assert volumes.split() == ["3Gi", "3Gi"]
    separate_lab.kubectl("delete", "-n", namespace, "statefulset/db", "pvc/data-db-0", "pvc/data-db-1")
    eventually("volumes deleted", lambda: namespace not in separate_lab.kubectl("get", "pv", "-o", "wide"))


def test_claim_of_an_unknown_class_stays_pending(separate_lab: Lab, namespace: str) -> None:
    spec = {"accessModes": ["ReadWriteOnce"], "storageClassName": "gold", "resources": {"requests": {"storage": "1Gi"}}}
    claim = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "c"}, "spec": spec}
    separate_lab.kubectl("apply", "-n", namespace, "-f", "-", stdin=json.dumps(claim))
    eventually(
        "the controller has looked at it",
        lambda: "ProvisioningFailed" in separate_lab.kubectl("get", "events", "-n", namespace),
    )
    assert separate_lab.kubectl("get", "pvc", "-n", namespace, "c", "-o", "jsonpath={.status.phase}") == "Pending"


def test_operator_gets_exactly_its_args_and_environment_and_ends_with_its_pod(
    separate_lab: Lab, namespace: str
) -> None:
    separate_lab.kubectl("apply", "-n", namespace, "-f", "-", stdin=operator_deployment("operator"))
    separate_lab.kubectl("rollout", "status", "-n", namespace, "deployment/operator", "--timeout=40s")
    eventually("the operator runs", lambda: "mounted:" in operator_log(separate_lab, namespace))
    log = operator_log(separate_lab, namespace)
    assert "called: manager" in log.splitlines()  # client-go derives user agent and field manager from it
    assert (
        f"args: --namespace={namespace} --other=$(MISSING) $(POD_NAMESPACE) --health-probe-bind-address=127.0.0.1:"
        in log
    )
    seen = dict(line.removeprefix("env: ").split("=", 1) for line in log.splitlines() if line.startswith("env: "))
    given = {"GREETING": f"hello {namespace}", "FROM_MAP": "debug", "POD_NAMESPACE": namespace}
    assert given.items() <= seen.items()
    assert set(seen) - set(given) == {
        "KUBECONFIG",
        "PATH",
        "HOME",
        "LANG",
        "KUBERNETES_SERVICE_HOST",
        "KUBERNETES_SERVICE_PORT",
        "PWD",
    }  # the shell sets PWD
    if is_possible():
        assert f"mounted: {namespace}" in log.splitlines()
    assert separate_lab.kubectl("logs", "-n", namespace, "deployment/operator") == log
    assert (
        separate_lab.kubectl("logs", "-n", namespace, "deployment/operator", "--tail=1", "--since=1h")
        == log.splitlines(keepends=True)[-1]
    )
    who = json.loads(separate_lab.kubectl("auth", "whoami", "-o", "json", "--kubeconfig", seen["KUBECONFIG"]))[
        "status"
    ]["userInfo"]["username"]
    assert who == f"system:serviceaccount:{namespace}:operator"
    separate_lab.kubectl("delete", "-n", namespace, "deployment/operator")
    eventually("the operator ended", lambda: not operators(separate_lab, namespace))
    assert "ended by SIGTERM" in operator_log(separate_lab, namespace)
    eventually("its token is gone", lambda: not Path(seen["HOME"]).exists())
    assert separate_lab.kubectl("get", "clusterlogs.kwok.x-k8s.io", "-o", "name") == ""


def test_crashing_operator_is_restarted_and_not_ready(separate_lab: Lab, namespace: str) -> None:
    separate_lab.kubectl("apply", "-n", namespace, "-f", "-", stdin=operator_deployment("operator", "--crash"))
    eventually("three starts", lambda: operator_log(separate_lab, namespace).count("args:") >= 3)

    def status() -> dict[str, Any]:
        pod = json.loads(separate_lab.kubectl("get", "pods", "-n", namespace, "-o", "json"))["items"][0]
        found: dict[str, Any] = pod["status"]["containerStatuses"][0]
        return found

    eventually("CrashLoopBackOff", lambda: status()["state"].get("waiting", {}).get("reason") == "CrashLoopBackOff")
    assert status()["lastState"]["terminated"]["exitCode"] == 3 and status()["restartCount"] >= 1
    available = separate_lab.kubectl(
        "get", "-n", namespace, "deployment/operator", "-o", "jsonpath={.status.availableReplicas}"
    )
    assert available in ("", "0")


def test_missing_configmap_keeps_the_operator_from_starting(separate_lab: Lab, namespace: str) -> None:
    separate_lab.kubectl("delete", "configmap", "settings", "-n", namespace)
    separate_lab.kubectl("apply", "-n", namespace, "-f", "-", stdin=operator_deployment("operator"))
    reason = "jsonpath={.items[0].status.containerStatuses[0].state.waiting.reason}"
    eventually(
        "the pod tells",
        lambda: separate_lab.kubectl("get", "pods", "-n", namespace, "-o", reason) == "CreateContainerConfigError",
    )
    assert operator_log(separate_lab, namespace) == ""
    separate_lab.kubectl("create", "configmap", "settings", "--from-literal=level=debug", "-n", namespace)
    eventually("it starts", lambda: "env: FROM_MAP=debug" in operator_log(separate_lab, namespace))


def test_audit_log_counts_writes(separate_lab: Lab, namespace: str) -> None:
    mark = separate_lab.audit.mark()
    separate_lab.kubectl("create", "configmap", "one", "-n", namespace)
    separate_lab.kubectl("create", "configmap", "two", "-n", namespace, "--dry-run=server")
    separate_lab.kubectl("auth", "can-i", "get", "pods")
    separate_lab.kubectl("get", "configmap", "one", "-n", namespace)
    mine = select(separate_lab.audit.since(mark), user="lab-admin", user_agent="kubectl/")
    assert [(request.verb, request.resource, request.name, request.code) for request in mine if request.is_write] == [
        ("create", "configmaps", "one", 201)
    ]
    assert [request.name for request in select(mine, verbs=["get"]) if request.resource == "configmaps"] == ["one"]


def test_two_labs_side_by_side_and_recovery_from_a_killed_apiserver(separate_lab: Lab, tmp_path: Path) -> None:
    other = Lab(Layout(tmp_path / "lab"))
    try:
        assert lab_command("up", other.layout.root).returncode == 0
        other.kubectl("create", "namespace", "here")
        assert "here" not in separate_lab.kubectl("get", "namespaces")
        before = recorded(other.layout.processes)
        apiserver = next(process for process in before if process.name == "kube-apiserver")
        os.kill(apiserver.pid, signal.SIGKILL)
        eventually("it is dead", lambda: not apiserver.alive())
        assert lab_command("status", other.layout.root).returncode == 1
        answer = lab_command("up", other.layout.root)
        assert answer.returncode == 0, answer.stderr
        assert not [process.name for process in before if process.alive()]
        assert "here" not in other.kubectl("get", "namespaces")
        separate_lab.kubectl("get", "namespaces")
    finally:
        processes = recorded(other.layout.processes)
        assert lab_command("down", other.layout.root).returncode == 0
    assert {process.name for process in processes} >= set(COMPONENTS)
    assert not [process.name for process in processes if process.alive()]
    assert not other.kubeconfig.exists()
