# SPDX-License-Identifier: GPL-3.0-or-later
"""Where PyYAML is missing, every module can be imported and says so."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from lab.layout import REPOSITORY

MODULES = sorted(path.stem for path in (REPOSITORY / "plugins" / "modules").glob("*.py"))
ARGUMENTS = {
    "applyset": {"name": "a", "inventory_namespace": "a", "definition": [{"kind": "ConfigMap"}]},
    "crd_keep": {},
    "inference_check": {
        "namespace": "a",
        "name": "a",
        "payload": {"inputs": [{"name": "x", "shape": [1], "datatype": "FP32", "data": [1]}]},
    },
    "operator_info": {},
    "preflight": {},
    "quota_check": {"namespace": "a"},
    "serverconfig_info": {"src": ["a.yaml"]},
    "tenant": {"tenant": {}},
    "tenant_audit": {},
}
WITHOUT_YAML = """
import json, runpy, sys
sys.modules["yaml"] = None
from ansible.module_utils.testing import patch_module_args
with patch_module_args(json.loads(sys.argv[2])):
    runpy.run_module("ansible_collections.ml_platform.seldon.plugins.modules." + sys.argv[1], run_name="__main__")
"""


@pytest.mark.parametrize("module", MODULES)
def test_a_module_without_pyyaml_names_what_to_install(module: str) -> None:
    path = f"{REPOSITORY / '.collections'}{os.pathsep}{REPOSITORY}"
    command = [sys.executable, "-c", WITHOUT_YAML, module, json.dumps(ARGUMENTS[module])]
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=False)
    said = json.loads(done.stdout)
    assert done.returncode == 1, done.stderr
    assert said["failed"] and "pip install 'kubernetes>=36'" in said["msg"], said
