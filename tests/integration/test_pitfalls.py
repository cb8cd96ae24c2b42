# SPDX-License-Identifier: GPL-3.0-or-later
"""Pitfalls of docs/pitfalls.md that only the API server and its controllers can prove to be closed."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from lab.layout import REPOSITORY
from lab.processes import recorded
from tests.integration.applyset_cluster import Cluster, actions, config_map, namespace_object, writes
from tests.integration.tenancy import PLATFORM, Tenancy

INVENTORY = """\
all:
  hosts:
    hostile:
      ansible_connection: local
      tenant_namespace_annotations: {{note: !unsafe "{{{{ lookup('pipe', 'touch {marker}') }}}}"}}
      tenant_namespace_access:
        owners: {{groups: [!unsafe "x{{{{ lookup('pipe', 'touch {marker}') }}}}"]}}
"""
PLAYBOOK = """\
- hosts: all
  gather_facts: false
  tasks:
    - ansible.builtin.import_role:
        name: ml_platform.seldon.tenant_namespace
"""
CONTROLLER = "system:serviceaccount:kube-system:statefulset-controller"


def privileged_pod(tenancy: Tenancy, namespace: str) -> str:
    """The API server's answer to a privileged pod of the StatefulSet controller. It is a dry run."""
    asked = [
        "run",
        "probe",
        "-n",
        namespace,
        "--image=registry.example/probe:1",
        "--privileged",
        "--dry-run=server",
        f"--as={CONTROLLER}",
    ]
    answer = subprocess.run(
        [tenancy.lab.bin / "kubectl", *asked], env=tenancy.lab.environment, capture_output=True, text=True, check=False
    )
    return answer.stdout + answer.stderr


@contextmanager
def without_controllers(tenancy: Tenancy) -> Iterator[None]:
    """Stops Kubernetes' controllers, including the quota controller, until the end of the block."""
    [manager] = [
        process for process in recorded(tenancy.lab.layout.processes) if process.name == "kube-controller-manager"
    ]
    manager.signal(signal.SIGSTOP)
    try:
        yield
    finally:
        manager.signal(signal.SIGCONT)


def test_pod_security_also_judges_what_controllers_make(tenancy: Tenancy) -> None:
    """Exemptions for controllers are in a file of the API server that no API shows, so the test sends a request."""
    tenancy.done("asked", wait=False)
    assert 'violates PodSecurity "baseline:' in privileged_pod(tenancy, "asked")
    assert "created (server dry run)" in privileged_pod(tenancy, PLATFORM), "the same pod where nothing is enforced"


def test_nothing_is_created_under_a_quota_that_is_not_in_force(tenancy: Tenancy) -> None:
    namespace = "uncounted"
    tenancy.lab.kubectl("create", "namespace", namespace)
    cluster = Cluster(tenancy.lab.kubeconfig, name=namespace, inventory_namespace=namespace)
    quota = {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": "q", "namespace": namespace},
        "spec": {"hard": {"pods": "0"}},
    }
    wanted = [quota, config_map(namespace)]
    with without_controllers(tenancy):
        result = cluster.run(definition=wanted, wait_timeout=2.0)
    assert (
        result["failed"]
        and "ResourceQuota uncounted/q: not in force yet: the quota controller has not counted pods" in result["msg"]
    )
    assert "settings" not in tenancy.names("configmaps", namespace)
    assert not cluster.run(definition=wanted).get("failed")
    assert "settings" in tenancy.names("configmaps", namespace)


@pytest.mark.parametrize("wait", [True, False], ids=["waiting", "not waiting"])
def test_network_policies_go_with_their_namespace(tenancy: Tenancy, wait: bool) -> None:
    namespace = f"closing-{wait}".lower()
    policy = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "deny", "namespace": namespace},
        "spec": {"podSelector": {}},
    }
    cluster = Cluster(tenancy.lab.kubeconfig, name=namespace, inventory_namespace="default")
    cluster.run(definition=[namespace_object(namespace), policy, config_map(namespace)])
    mark = tenancy.lab.audit.mark()
    result = cluster.run(state="absent", wait=wait)
    assert actions(result) == {
        f"Namespace {namespace}": "removed",
        "NetworkPolicy deny": "removed",
        "ConfigMap settings": "removed",
    }
    deleted = [line for line in writes(tenancy.lab.audit.since(mark)) if line.startswith("delete ")]
    assert deleted == [
        "delete configmaps/settings",
        f"delete namespaces/{namespace}",
        f"delete configmaps/applyset-{namespace}",
    ]
    tenancy.lab.kubectl("wait", "--for=delete", f"namespace/{namespace}", "--timeout=60s")


def test_templates_in_values_from_outside_are_not_executed(tenancy: Tenancy, tmp_path: Path) -> None:
    """The values have the mark that AWX gives to answers of a survey."""
    marker, inventory, playbook = tmp_path / "executed", tmp_path / "inventory.yml", tmp_path / "play.yml"
    inventory.write_text(INVENTORY.format(marker=marker))
    playbook.write_text(PLAYBOOK)
    done = subprocess.run(
        [Path(sys.executable).with_name("ansible-playbook"), "-i", inventory, playbook],
        env={**tenancy.lab.environment, "ANSIBLE_CONFIG": str(REPOSITORY / "ansible.cfg"), "ANSIBLE_FORCE_COLOR": "false"},
        cwd=REPOSITORY, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 2
    for field in ("tenant_namespace_annotations.note", "tenant_namespace_access.owners.groups[0]"):
        assert re.search(rf"{re.escape(field)}: .* holds a template marker", done.stdout + done.stderr), done.stdout
    assert not marker.exists()


def test_who_is_taken_off_the_list_has_no_access_any_more(tenancy: Tenancy) -> None:
    def bound() -> list[str]:
        return [subject["name"] for subject in tenancy.get("rolebinding", "tenant-deployer", "left")["subjects"]]

    def may(user: str) -> bool:
        review: dict[str, Any] = {"apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview"}
        review["spec"] = {
            "user": user,
            "resourceAttributes": {
                "namespace": "left",
                "group": "mlops.seldon.io",
                "resource": "models",
                "verb": "create",
            },
        }
        answer = tenancy.lab.kubectl("create", "-f", "-", "-o", "json", stdin=json.dumps(review))
        return bool(json.loads(answer)["status"]["allowed"])

    tenancy.done("left", access={"deployers": {"users": ["dora", "dave"]}}, wait=False)
    assert bound() == ["dora", "dave"] and may("dora") and may("dave")
    tenancy.done("left", access={"deployers": {"users": ["dora"]}}, wait=False)
    assert bound() == ["dora"] and may("dora") and not may("dave")
    tenancy.done("left", wait=False)
    assert "tenant-deployer" not in tenancy.names("rolebindings", "left") and not may("dora")
