# SPDX-License-Identifier: GPL-3.0-or-later
"""The libraries that the collection needs: every list names the same releases, and a module without them reports the
packages to install.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import subprocess
import sys

import pytest
import yaml
from ansible_collections.ml_platform.seldon.plugins.doc_fragments.auth import ModuleDocFragment
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.connection import REQUIREMENT
from packaging.requirements import Requirement

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
    "operator_wait": {"namespace": "a"},
    "preflight": {},
    "quota_check": {"namespace": "a"},
    "serverconfig_info": {"src": ["a.yaml"]},
    "tenant": {"tenant": {}},
    "tenant_audit": {},
    "tenant_drain": {"namespace": "a"},
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
    assert said["failed"] and f"pip install '{REQUIREMENT}'" in said["msg"], said


@pytest.mark.parametrize("path", ["requirements.txt", "meta/ee-requirements.txt"])
def test_requirements_name_the_tested_releases(path: str) -> None:
    lines = (REPOSITORY / path).read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.startswith("kubernetes")] == [REQUIREMENT]


def test_the_modules_documentation_names_the_tested_releases() -> None:
    (documented,) = yaml.safe_load(ModuleDocFragment.DOCUMENTATION)["requirements"]
    assert Requirement(documented) == Requirement(REQUIREMENT)


def test_the_tests_run_with_such_a_release() -> None:
    assert importlib.metadata.version("kubernetes") in Requirement(REQUIREMENT).specifier
