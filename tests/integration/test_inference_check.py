# SPDX-License-Identifier: GPL-3.0-or-later
"""`inference_check` through a real API server: a forwarded port, the permissions that it needs, and the messages when
the mesh cannot be reached.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.inference_check import entry_point
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.errors import KubeError
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.invocation import Invocation

from lab.mesh.forward import forward
from tests.integration.lab_fixture import Lab
from tests.unit.inference_check.hostile_server import GOOD, HangUp, Hostile, http

ROOT = Path(__file__).resolve().parents[2]
PAYLOAD = {"inputs": [{"name": "x", "shape": [1, 2], "datatype": "FP32", "data": [1, 2]}]}
POD_PORT = 9000


def answer(connection: socket.socket, number: int) -> None:
    """Answers requests with a split of 8 to 2, by the number of the request."""
    name = "b" if number % 5 == 0 else "m"
    connection.sendall(http({**GOOD, "model_name": f"{name}_1"}, x_seldon_route=f":{name}_1:"))


@dataclass(frozen=True)
class World:
    """A namespace with Models m and b, Experiment ab, and a mesh whose pod's port is forwarded to ``server``."""

    lab: Lab
    namespace: str
    server: Hostile

    def apply(self, *objects: dict[str, Any]) -> None:
        self.lab.kubectl("apply", "-f", "-", stdin="\n---\n".join(json.dumps(obj) for obj in objects))

    def lead_to(self, port: int) -> None:
        """Forwards the pod's port to this loopback port. KWOK applies it a moment later."""
        self.apply(forward(self.namespace, POD_PORT, port))
        time.sleep(1)

    def ask(self, **given: Any) -> dict[str, Any]:
        asked = {
            "namespace": self.namespace,
            "name": "b",
            "payload": PAYLOAD,
            "kubeconfig": str(self.lab.kubeconfig),
            **given,
        }
        validated = ArgumentSpecValidator(entry_point.ARGUMENT_SPEC, **entry_point.CONSTRAINTS).validate(asked)
        assert not validated.error_messages
        return entry_point.run(validated.validated_parameters, Invocation({}))


@pytest.fixture(scope="module")
def world(lab: Lab) -> Iterator[World]:
    lab.install_seldon_crds()
    namespace, server = f"inference-{uuid.uuid4().hex[:8]}", Hostile(answer, None)
    found = World(lab, namespace, server)
    seldon = {"apiVersion": "mlops.seldon.io/v1alpha1"}
    storage = {"storageUri": "gs://x/y", "requirements": ["sklearn"]}
    candidates = [{"name": "m", "weight": 8}, {"name": "b", "weight": 2}]
    try:
        lab.kubectl("create", "namespace", namespace)
        found.apply(
            *(
                {**seldon, "kind": "Model", "metadata": {"name": name, "namespace": namespace}, "spec": storage}
                for name in ("m", "b")
            ),
            {
                **seldon,
                "kind": "Experiment",
                "metadata": {"name": "ab", "namespace": namespace},
                "spec": {"default": "m", "candidates": candidates},
            },
            {
                "apiVersion": "v1",
                "kind": "Pod",
                "metadata": {"name": "mesh", "namespace": namespace, "labels": {"app": "mesh"}},
                "spec": {
                    "containers": [
                        {"name": "envoy", "image": "x", "ports": [{"name": "http", "containerPort": POD_PORT}]}
                    ]
                },
            },
            {
                "apiVersion": "v1",
                "kind": "Service",
                "metadata": {"name": "seldon-mesh", "namespace": namespace},
                "spec": {"selector": {"app": "mesh"}, "ports": [{"port": 80, "targetPort": "http"}]},
            },
        )
        lab.kubectl("wait", "pod/mesh", "-n", namespace, "--for=condition=Ready", "--timeout=60s")
        found.lead_to(server.port)
        yield found
    finally:
        server.close()
        lab.kubectl("delete", "clusterportforward", namespace, "--ignore-not-found")
        lab.kubectl("delete", "namespace", namespace, "--wait=false", "--ignore-not-found")


def test_an_experiment_through_a_forwarded_port(world: World) -> None:
    result = world.ask(kind="Experiment", name="ab", fail_on="too_few")
    assert result["verdict"] == "ok", result
    assert result["requests"]["sent"] == result["split"]["requests_needed"] == 223
    assert result["served"] == {"b": 44, "m": 179}


def test_several_connections_at_once(world: World) -> None:
    result = world.ask(name="m", requests=40, concurrency=4)
    assert result["requests"] == {"asked": 40, "sent": 40, "succeeded": 40}, result
    assert "requests for Model m are split by Experiment ab" in result["notes"][0]


def test_somebody_elses_answer_is_found(world: World) -> None:
    assert "answered by m; expected b" in world.ask(name="b")["msg"]


def test_a_typo_is_answered_with_the_name_that_exists(world: World) -> None:
    with pytest.raises(KubeError, match='Experiment abb does not exist in namespace .* Did you mean "ab"?'):
        world.ask(kind="Experiment", name="abb")


def test_a_port_that_nobody_listens_on(world: World) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    try:
        world.lead_to(port)
        result = world.ask(name="m", requests=9)
        assert result["requests"]["sent"] == 1
        assert "connection refused" in result["msg"] or "was closed before" in result["msg"]
    finally:
        world.lead_to(world.server.port)


def test_a_server_that_hangs_up_behind_a_forwarded_port(world: World) -> None:
    def hang_up(connection: socket.socket, number: int) -> None:
        raise HangUp

    server = Hostile(hang_up, None)
    try:
        world.lead_to(server.port)
        result = world.ask(name="m", requests=9, request_timeout=1)
        assert result["requests"]["sent"] == len(server.requests) == 1
        # Kubelets differ in whether they report that the other end has closed.
        assert (
            "was closed before the answer was complete" in result["msg"]
            or "no complete answer within 1 s" in result["msg"]
        )
    finally:
        server.close()
        world.lead_to(world.server.port)


def test_what_permissions_it_takes(world: World) -> None:
    """Kubernetes' role edit and reading Models are enough. Without pods/portforward, the message names that permission."""
    namespace = world.namespace
    rbac = {"apiVersion": "rbac.authorization.k8s.io/v1"}
    rules = [
        {"apiGroups": [""], "resources": ["services", "pods"], "verbs": ["get", "list"]},
        {"apiGroups": ["mlops.seldon.io"], "resources": ["models", "experiments"], "verbs": ["get", "list"]},
    ]

    def bound(name: str, user: str, kind: str, role: str) -> dict[str, Any]:
        subject = {"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": user}
        reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": role}
        return {
            **rbac,
            "kind": "RoleBinding",
            "metadata": {"name": name, "namespace": namespace},
            "subjects": [subject],
            "roleRef": reference,
        }

    world.apply(
        {**rbac, "kind": "Role", "metadata": {"name": "reader", "namespace": namespace}, "rules": rules},
        bound("reader", f"reader-{namespace}", "Role", "reader"),
        bound("editor", f"editor-{namespace}", "ClusterRole", "edit"),
        bound("editor-reads", f"editor-{namespace}", "Role", "reader"),
    )
    result = world.ask(name="m", impersonate_user=f"editor-{namespace}")
    assert result["verdict"] == "ok", result
    result = world.ask(name="m", impersonate_user=f"reader-{namespace}")
    assert 'cannot get resource "pods/portforward"' in result["msg"]
    assert "Needed permission: get and create on pods/portforward" in result["msg"]
    result = world.ask(name="m", via="proxy", impersonate_user=f"reader-{namespace}")
    assert 'cannot create resource "services/proxy"' in result["msg"]
    assert "Needed permission: create on services/proxy" in result["msg"]


def test_a_namespace_without_a_mesh(world: World) -> None:
    """The Service there selects no running pod, so the API server has no endpoint for a request."""
    empty = f"{world.namespace}-empty"
    try:
        world.lab.kubectl("create", "namespace", empty)
        model = {
            "apiVersion": "mlops.seldon.io/v1alpha1",
            "kind": "Model",
            "metadata": {"name": "m", "namespace": empty},
            "spec": {"storageUri": "gs://x/y"},
        }
        world.apply(model)
        with pytest.raises(KubeError, match="Service seldon-mesh does not exist"):
            world.ask(namespace=empty, name="m")
        assert 'services "seldon-mesh" not found' in world.ask(namespace=empty, name="m", via="proxy")["msg"]
        spec = {"selector": {"app": "none"}, "ports": [{"port": 80}]}
        world.apply(
            {
                "apiVersion": "v1",
                "kind": "Service",
                "metadata": {"name": "seldon-mesh", "namespace": empty},
                "spec": spec,
            }
        )
        with pytest.raises(KubeError, match="there is no pod behind it"):
            world.ask(namespace=empty, name="m")
        assert "no endpoints available for service" in world.ask(namespace=empty, name="m", via="proxy")["msg"]
    finally:
        world.lab.kubectl("delete", "namespace", empty, "--wait=false", "--ignore-not-found")


def address_of_this_machine() -> str:
    """An address to which the API server sends requests, as it does not to loopback; empty if there is none. Nothing is
    sent.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            asking.connect(("192.0.2.1", 9))
        except OSError:
            return ""
        address = str(asking.getsockname()[0])
    return "" if address.startswith("127.") else address


def test_through_the_api_servers_proxy(world: World) -> None:
    """No program listens at the lab's pod addresses, so the Service's endpoint is this machine."""
    address = address_of_this_machine()
    if not address:
        pytest.skip("this machine has no address but loopback")
    proxied = f"{world.namespace}-proxied"
    server = Hostile(lambda connection, _number: connection.sendall(http({**GOOD, "model_name": "m_1"})), None, address)
    model = {
        "apiVersion": "mlops.seldon.io/v1alpha1",
        "kind": "Model",
        "metadata": {"name": "m", "namespace": proxied},
        "spec": {"storageUri": "gs://x/y"},
    }
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "seldon-mesh", "namespace": proxied},
        "spec": {"ports": [{"name": "http", "port": 80}]},
    }
    # The API server sends requests only to pod addresses in Endpoints. On a node that does not exist, the test sets the
    # pod's address.
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "mesh", "namespace": proxied},
        "spec": {"nodeName": "none", "containers": [{"name": "c", "image": "x"}]},
    }
    target = {"ip": address, "targetRef": {"kind": "Pod", "name": "mesh", "namespace": proxied}}
    endpoints = {
        "apiVersion": "v1",
        "kind": "Endpoints",
        "metadata": {"name": "seldon-mesh", "namespace": proxied},
        "subsets": [{"addresses": [target], "ports": [{"name": "http", "port": server.port}]}],
    }
    try:
        world.lab.kubectl("create", "namespace", proxied)
        world.apply(model, service, pod, endpoints)
        status = {"status": {"podIP": address, "podIPs": [{"ip": address}]}}
        world.lab.kubectl("patch", "pod", "mesh", "-n", proxied, "--subresource=status", "-p", json.dumps(status))
        # The API server reads new endpoints a moment later.
        end = time.monotonic() + 30
        while "no endpoints available" in (
            result := world.ask(namespace=proxied, name="m", via="proxy", requests=1)
        ).get("msg", ""):
            assert time.monotonic() < end, result["msg"]
            time.sleep(0.2)
        result = world.ask(namespace=proxied, name="m", via="proxy", requests=20, concurrency=4)
        assert result["requests"] == {"asked": 20, "sent": 20, "succeeded": 20}, result
        assert (result["verdict"], result["served"]) == ("ok", {"m": 20})
        assert {"POST /v2/models/m/infer HTTP/1.1"} == {head.splitlines()[0] for head in server.requests}
        assert all("seldon-model: m" in head.lower() for head in server.requests)
    finally:
        server.close()
        world.lab.kubectl("delete", "pod", "mesh", "-n", proxied, "--force", "--ignore-not-found")
        world.lab.kubectl("delete", "namespace", proxied, "--wait=false", "--ignore-not-found")


def ansible(world: World, *options: str, **given: Any) -> tuple[int, dict[str, Any]]:
    """The action in-process, as Ansible runs it: (exit code, result)."""
    arguments = {"namespace": world.namespace, "name": "m", "payload": PAYLOAD, **given}
    program = str(Path(sys.executable).with_name("ansible"))
    command = [
        program,
        "localhost",
        "-c",
        "local",
        "-m",
        "ml_platform.seldon.inference_check",
        "-a",
        json.dumps(arguments),
        *options,
    ]
    plugins = {
        "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".collections"),
        "ANSIBLE_LOAD_CALLBACK_PLUGINS": "1",
        "ANSIBLE_STDOUT_CALLBACK": "ansible.builtin.json",
    }
    environment = {**world.lab.environment, **plugins}
    environment.pop("ANSIBLE_CONFIG", None)
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    try:
        document = json.loads(run.stdout[run.stdout.index("{") :])
    except ValueError:
        pytest.fail(f"{run.stdout}\n{run.stderr}")
    return run.returncode, document["plays"][0]["tasks"][0]["hosts"]["localhost"]


def test_as_a_task(world: World) -> None:
    code, result = ansible(world, requests=3)
    assert (code, result["verdict"], result["changed"]) == (0, "ok", False)
    before = len(world.server.requests)
    code, result = ansible(world, "--check")
    assert (code, result["skipped"]) == (0, True)
    assert len(world.server.requests) == before, "in check mode nothing is sent"
    code, result = ansible(world, name="b")
    assert code != 0
    assert "answered by m" in result["msg"]


def test_as_a_module_of_a_remote_host(world: World) -> None:
    """On any other connection the action sends the module; this test runs it as Ansible does."""
    arguments = {
        "ANSIBLE_MODULE_ARGS": {
            "namespace": world.namespace,
            "name": "m",
            "payload": PAYLOAD,
            "kubeconfig": str(world.lab.kubeconfig),
        }
    }
    environment = {**os.environ, "PYTHONPATH": str(ROOT / ".collections")}
    module = ROOT / "plugins" / "modules" / "inference_check.py"
    run = subprocess.run(
        [sys.executable, module],
        input=json.dumps(arguments),
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr or run.stdout
    assert json.loads(run.stdout)["verdict"] == "ok"
