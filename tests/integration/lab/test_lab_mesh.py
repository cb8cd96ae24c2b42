# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's Envoy follows a namespace's Models and Experiments, and kubectl port-forward reaches it."""

from __future__ import annotations

import json
import subprocess
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from lab.mesh.forward import GROUP
from lab.ports import free_ports
from tests.integration.lab_fixture import Lab

pytest_plugins = ["tests.integration.lab_fixture"]
REQUEST = {"inputs": [{"name": "x", "shape": [1, 2], "datatype": "FP32", "data": [1, 2]}]}
PORTS = [{"name": "http", "containerPort": 9000}]
PATIENCE = 30.0


def seldon(kind: str, namespace: str, name: str, spec: dict[str, Any]) -> dict[str, Any]:
    return {
        "apiVersion": "mlops.seldon.io/v1alpha1",
        "kind": kind,
        "metadata": {"name": name, "namespace": namespace},
        "spec": spec,
    }


@pytest.fixture()
def tenants(lab: Lab) -> Iterator[list[str]]:
    """Two namespaces with an Envoy's pod and a Model of the same name."""
    lab.install_seldon_crds()
    names = [f"mesh-{uuid.uuid4().hex[:8]}" for _ in range(2)]
    try:
        for name in names:
            lab.kubectl("create", "namespace", name)
            pod = {"containers": [{"name": "envoy", "image": "docker.io/seldonio/seldon-envoy:2.10.2", "ports": PORTS}]}
            objects = [
                {
                    "apiVersion": "v1",
                    "kind": "Pod",
                    "metadata": {"name": "envoy", "namespace": name, "labels": {"app": "envoy"}},
                    "spec": pod,
                },
                seldon("Model", name, "a", {"storageUri": "gs://x/y"}),
            ]
            lab.kubectl("apply", "-f", "-", stdin="\n---\n".join(json.dumps(obj) for obj in objects))
            lab.kubectl("wait", "pod/envoy", "-n", name, "--for=condition=Ready", "--timeout=60s")
        yield names
    finally:
        lab.kubectl("delete", "namespace", *names, "--ignore-not-found", "--timeout=60s")


@contextmanager
def forwarded(lab: Lab, namespace: str) -> Iterator[Callable[[str], tuple[int, str]]]:
    """A function that sends a request to a model through a forwarded port: (status, x-seldon-route or the body)."""
    (port,) = free_ports(1)
    command = [lab.bin / "kubectl", "port-forward", "-n", namespace, "pod/envoy", f"{port}:9000"]
    process = subprocess.Popen(
        command, env=lab.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )

    def ask(model: str) -> tuple[int, str]:
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/v2/models/{model}/infer",
            json.dumps(REQUEST).encode(),
            {"Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                return answer.status, answer.headers["x-seldon-route"]
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    try:
        assert process.stdout
        assert "Forwarding from" in process.stdout.readline()
        yield ask
    finally:
        process.terminate()
        process.wait(10)
        if process.stdout:
            process.stdout.close()


def until(ask: Callable[[], Any], expected: Any) -> None:
    deadline, seen = time.monotonic() + PATIENCE, None
    while time.monotonic() < deadline:
        try:
            seen = ask()
        except OSError as error:  # a forwarded port fails until KWOK has read its ClusterPortForward
            seen = error
        if seen == expected:
            return
        time.sleep(0.3)
    pytest.fail(f"last seen: {seen!r}, expected {expected!r}")


def test_each_tenant_has_its_own_mesh_that_follows_its_models(lab: Lab, tenants: list[str]) -> None:
    first, second = tenants
    with forwarded(lab, first) as ask:
        until(lambda: ask("a"), (503, "no healthy upstream"))
    ready = {
        "status": {
            "conditions": [{"type": "ModelReady", "status": "True", "lastTransitionTime": "2026-01-01T00:00:00Z"}]
        }
    }
    lab.kubectl("patch", "model", "a", "-n", first, "--subresource=status", "--type=merge", "-p", json.dumps(ready))
    with forwarded(lab, first) as ask:
        until(lambda: ask("a"), (200, ":a_1:"))
        assert ask("b") == (404, "")
    with forwarded(lab, second) as ask:
        until(lambda: ask("a"), (503, "no healthy upstream"))
    lab.kubectl("delete", "pod", "envoy", "-n", second, "--wait=true")
    until(lambda: lab.kubectl("get", f"clusterportforwards.{GROUP}", second, "--ignore-not-found", "-o", "name"), "")
