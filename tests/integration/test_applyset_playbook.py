# SPDX-License-Identifier: GPL-3.0-or-later
"""The module in playbooks: in-process, as a module on another connection, and after kubernetes.core."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.resources import CONFIG_MAP

from lab.layout import REPOSITORY
from tests.integration.applyset_cluster import Cluster, config_map, created_namespace
from tests.integration.lab_fixture import Lab

CANARY = "c4nary-v4lue"


@pytest.fixture
def namespace(lab: Lab) -> Iterator[str]:
    with created_namespace(Cluster(lab.kubeconfig)) as name:
        yield name


def play(lab: Lab, directory: Path, tasks: list[dict[str, Any]], *arguments: str, **variables: Any) -> str:
    """The output of ansible-playbook, of both streams."""
    given = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable, **variables}
    book = directory / "play.yml"
    book.write_text(json.dumps([{"hosts": "localhost", "gather_facts": False, "vars": given, "tasks": tasks}]))
    done = subprocess.run(
        [str(Path(sys.executable).with_name("ansible-playbook")), "-i", "localhost,", str(book), *arguments],
        env={**lab.environment, "ANSIBLE_CONFIG": str(REPOSITORY / "ansible.cfg"), "ANSIBLE_HOME": str(directory), "ANSIBLE_CALLBACK_RESULT_FORMAT": "json"},
        cwd=REPOSITORY, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    return done.stdout + done.stderr


def applyset(namespace: str, *definition: Any, **options: Any) -> dict[str, Any]:
    return {
        "ml_platform.seldon.applyset": {
            "name": namespace,
            "inventory_namespace": namespace,
            "definition": list(definition),
            **options,
        }
    }


def secret(namespace: str) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "s", "namespace": namespace},
        "stringData": {"k": CANARY},
    }


def as_module(directory: Path) -> dict[str, Any]:
    """Variables for a local connection whose plugin is not named `local`."""
    return {"ansible_connection": "elsewhere", "ansible_remote_tmp": str(directory / "tmp")}


@pytest.mark.parametrize("way", ["action", "module"])
def test_a_secret_is_not_shown_however_verbose(way: str, lab: Lab, namespace: str, tmp_path: Path) -> None:
    variables: dict[str, Any] = {}
    if way == "module":
        plugins = tmp_path / "connection_plugins"
        plugins.mkdir()
        (plugins / "elsewhere.py").write_text(ELSEWHERE)
        variables = as_module(tmp_path)
    tasks = [
        applyset(namespace, secret(namespace)),
        {**applyset(namespace, {**secret(namespace), "stringData": {"k": CANARY + "2"}}), "register": "again"},
        {"ansible.builtin.debug": {"var": "again"}},
        {**applyset(namespace, {**secret(namespace), "type": "kubernetes.io/tls"}), "ignore_errors": True},
    ]
    # The playbook itself contains the value, and -vvvv prints no arguments of tasks; a template passes it as users do.
    tasks[0]["ml_platform.seldon.applyset"]["definition"] = "{{ [the_secret] }}"
    shown = play(lab, tmp_path, tasks, "-vvvv", "--diff", the_secret=secret(namespace), **variables)
    assert "ok=4" in shown and "ignored=1" in shown, shown
    assert "(hidden" in shown
    assert CANARY not in shown and base64.b64encode(CANARY.encode()).decode() not in shown


ELSEWHERE = """
from ansible.plugins.connection.local import Connection as Local
DOCUMENTATION = '''
name: elsewhere
short_description: local by another name
description: local by another name
extends_documentation_fragment: [connection_pipelining]
options:
  become_success_timeout: {type: int, default: 10, description: x}
  become_strip_preamble: {type: bool, default: true, description: x}
'''
class Connection(Local):
    @property
    def transport(self):
        return "elsewhere"
"""


def test_check_mode_and_changed(lab: Lab, namespace: str, tmp_path: Path) -> None:
    task = applyset(namespace, config_map(namespace, a="1"))
    assert "changed=1" in play(lab, tmp_path, [task], "--check")
    assert "changed=1" in play(lab, tmp_path, [task])
    assert "changed=0" in play(lab, tmp_path, [task], "--check")
    assert "changed=0" in play(lab, tmp_path, [task])


def test_objects_of_kubernetes_core_are_foreign_until_taken_over(lab: Lab, namespace: str, tmp_path: Path) -> None:
    theirs = {
        "kubernetes.core.k8s": {"state": "present", "definition": config_map(namespace, a="theirs", extra="theirs")}
    }
    ours = applyset(namespace, config_map(namespace, a="ours"))
    shown = play(lab, tmp_path, [theirs, ours])
    assert 'applied by \\"OpenAPI-Generator\\"; it differs in .data.a' in shown, shown
    taken = applyset(namespace, config_map(namespace, a="ours"), conflicts="take_over")
    assert "failed=0" in play(lab, tmp_path, [taken])
    assert Cluster(lab.kubeconfig).client.get(CONFIG_MAP, namespace, "settings")["data"] == {"a": "ours"}
    assert "changed=0" in play(lab, tmp_path, [ours])


def test_objects_are_data_and_never_templated(lab: Lab, namespace: str, tmp_path: Path) -> None:
    manifest = tmp_path / "objects" / "a.yaml"
    manifest.parent.mkdir()
    text = "{{ lookup('ansible.builtin.pipe', 'id') }}"
    manifest.write_text(json.dumps(config_map(namespace, a=text)))
    task = applyset(namespace, src=[str(manifest.parent)])
    del task["ml_platform.seldon.applyset"]["definition"]
    assert "failed=0" in play(lab, tmp_path, [task])
    assert Cluster(lab.kubeconfig).client.get(CONFIG_MAP, namespace, "settings")["data"] == {"a": text}


def test_a_server_that_is_not_there_fails_in_plain_words(lab: Lab, namespace: str, tmp_path: Path) -> None:
    shown = play(lab, tmp_path, [applyset(namespace, config_map(namespace), host="https://127.0.0.1:1")])
    assert "https://127.0.0.1:1: " in shown and "Check that the API server runs" in shown
    assert "Traceback" not in shown and "object at 0x" not in shown
