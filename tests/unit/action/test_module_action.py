# SPDX-License-Identifier: GPL-3.0-or-later
"""One action plugin finds the module that a task names, by whatever name, and runs it with that module's options."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from lab.layout import REPOSITORY

PAYLOAD = {"inputs": [{"name": "x", "shape": [1], "datatype": "FP32", "data": [1.0]}]}
NO_CLUSTER = {"group/ml_platform.seldon.seldon": {"kubeconfig": "/nowhere/kubeconfig"}}
CASES = {
    "in check mode a module returns what it predicts": (
        {"ml_platform.seldon.inference_check": {"namespace": "a", "name": "m", "payload": PAYLOAD}},
        "result is skipped and 'a V2 request' in result.msg",
    ),
    "defaults of one module reach it": (
        {
            "ml_platform.seldon.inference_check": {"namespace": "a"},
            "module_defaults": {"ml_platform.seldon.inference_check": {"name": "m", "payload": PAYLOAD}},
        },
        "result is skipped",
    ),
    "defaults of the group reach every module": (
        {"ml_platform.seldon.operator_info": None, "module_defaults": NO_CLUSTER},
        "'/nowhere/kubeconfig does not exist' in result.msg",
    ),
    "the module with an action of its name too": (
        {
            "ml_platform.seldon.tenant": {"tenant": {"name": "kube-system", "quotta": {}}},
            "module_defaults": NO_CLUSTER,
        },
        "'tenant_namespace_quotta: does not exist' in result.msg and 'kube-system' in result.msg",
    ),
    "an unknown option is one of that module": (
        {"ml_platform.seldon.crd_keep": {"name": "x"}},
        "'Unsupported parameters for (ml_platform.seldon.crd_keep) module: name' in result.msg",
    ),
    "constraints are that module's": (
        {"ml_platform.seldon.applyset": {"name": "x", "inventory_namespace": "y"}},
        "'state is present but any of the following are missing' in result.msg",
    ),
    "a short name leads to it": (
        {"quota_check": {"namespace": "a", "head_start": 5000}, "collections": ["ml_platform.seldon"]},
        "'head_start: 5000' in result.msg",
    ),
    "a loop asks once for each item": (
        {
            "ml_platform.seldon.tenant_audit": {"namespaces": ["{{ item }}"]},
            "module_defaults": NO_CLUSTER,
            "loop": ["a", "b"],
        },
        "result.results | map(attribute='msg') | select('search', 'does not exist') | length == 2",
    ),
    "variables of the host that no option of the role is are listed first": (
        {
            "ml_platform.seldon.tenant": {
                "tenant": {"name": "kube-system"},
                "role_path": str(REPOSITORY / "roles" / "tenant_namespace"),
            },
            "vars": {"tenant_namespace_quotta": {}},
        },
        "result.msg.startswith('variable tenant_namespace_quotta')",
    ),
}


def play() -> list[dict[str, object]]:
    tasks: list[dict[str, object]] = []
    for name, (task, that) in CASES.items():
        tasks.append({"name": name, **task, "register": "result", "ignore_errors": True})
        tasks.append(
            {
                "name": f"Assert: {name}",
                "ansible.builtin.assert": {"that": that},
                "register": "asserted",
                "ignore_errors": True,
            }
        )
    return [{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> str:
    playbook = tmp_path_factory.mktemp("action") / "play.yml"
    playbook.write_text(yaml.safe_dump(play()))
    done = subprocess.run(
        [str(Path(sys.executable).with_name("ansible-playbook")), str(playbook), "--check"],
        env={
            "ANSIBLE_CONFIG": str(REPOSITORY / "ansible.cfg"),
            "ANSIBLE_COLLECTIONS_PATH": str(REPOSITORY / ".collections"),
            "ANSIBLE_NOCOLOR": "1",
            "HOME": str(playbook.parent),
            "PATH": "/usr/bin:/bin",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize("name", CASES)
def test_the_action_serves_every_module(name: str, output: str) -> None:
    section = output.partition(f"TASK [{name}]")[2].partition(f"TASK [Assert: {name}]")
    assert section[1], output
    asserted = section[2].partition("TASK [")[0]
    assert "All assertions passed" in asserted, section[0] + asserted
