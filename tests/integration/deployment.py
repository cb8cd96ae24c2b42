# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the main playbook as a user would, on a lab of its own that begins empty."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from lab.layout import REPOSITORY
from tests.integration.lab_fixture import Lab
from tests.labs import running_lab

CHARTS = REPOSITORY / "lab" / "charts" / "2.10.2"
PLAYBOOK = REPOSITORY / "playbooks" / "seldon-deploy.yml"
VERIFY = REPOSITORY / "playbooks" / "seldon_verify.yml"
EXAMPLES = REPOSITORY / "examples"
TENANTS = ("fraud-detection", "recommendation-engine")


@dataclass(frozen=True)
class Run:
    """One finished run of ansible-playbook."""

    code: int
    stdout: str
    stderr: str
    report: Mapping[str, Any] = field(default_factory=dict)

    def changed(self, host: str) -> int:
        """The recap's count for this host."""
        return int(self.report["stats"][host]["changed"])

    def failed(self, host: str) -> bool:
        """Whether the recap counts the host as failed."""
        stats = self.report["stats"].get(host, {})
        return bool(stats.get("failures") or stats.get("unreachable"))

    def message(self, host: str) -> str:
        """The message of the host's failed task."""
        for play in self.report.get("plays", []):
            for task in play["tasks"]:
                result = task["hosts"].get(host, {})
                if result.get("failed") or result.get("unreachable"):
                    return str(result.get("msg", ""))
        return ""

    def actions(self, host: str) -> dict[str, str]:
        """The result of the last `tenant` task: ``Kind namespace/name`` of each object to its action."""
        found: dict[str, str] = {}
        for play in self.report.get("plays", []):
            for task in play["tasks"]:
                objects = task["hosts"].get(host, {}).get("objects")
                if objects:
                    found = {f"{o['kind']} {o['namespace']}/{o['name']}": o["action"] for o in objects}
        return found


@dataclass(frozen=True)
class Deployment:
    """A lab, and an inventory that a test may change."""

    lab: Lab
    directory: Path

    @property
    def inventory(self) -> Path:
        """The inventory file."""
        return self.directory / "inventory.yml"

    def write_inventory(self, tenants: Mapping[str, Mapping[str, Any]], **everywhere: Any) -> None:
        """An inventory with the platform and these tenants with their variables, and others for all hosts."""
        variables = {
            "ansible_connection": "local",
            "ansible_python_interpreter": "{{ ansible_playbook_python }}",
            "seldon_core_chart_source": str(CHARTS),
            **everywhere,
        }
        groups = {
            "platform": {"hosts": {"seldon-system": {}}},
            "tenants": {"hosts": {name: dict(values) for name, values in tenants.items()}},
        }
        self.inventory.write_text(yaml.safe_dump({"all": {"vars": variables, "children": groups}}))

    def command(self, *arguments: str, playbook: Path = PLAYBOOK) -> list[str]:
        """The command line, as a user types it."""
        program = str(Path(sys.executable).with_name("ansible-playbook"))
        return [program, "-i", str(self.inventory), str(playbook), *arguments]

    def environment(self, **changes: str) -> dict[str, str]:
        """The lab's environment with the machine-readable report on stdout."""
        own = {
            "ANSIBLE_CONFIG": str(REPOSITORY / "ansible.cfg"),
            "ANSIBLE_STDOUT_CALLBACK": "ansible.posix.json",
            "ANSIBLE_FORCE_COLOR": "false",
        }
        return {**self.lab.environment, **own, **changes}

    def run(self, *arguments: str, **changes: str) -> Run:
        """Runs the playbook and reads its report."""
        return self._reported(self.command(*arguments), changes)

    def verify(self, *arguments: str, **changes: str) -> Run:
        """Runs the playbook that verifies, and reads its report."""
        return self._reported(self.command(*arguments, playbook=VERIFY), changes)

    def _reported(self, command: list[str], changes: Mapping[str, str]) -> Run:
        done = subprocess.run(
            command,
            env=self.environment(**changes),
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )
        start = done.stdout.find("{\n")
        # The summary follows the report.
        report = json.JSONDecoder().raw_decode(done.stdout, start)[0] if start >= 0 else {}
        return Run(done.returncode, done.stdout, done.stderr, report)

    def run_for_people(self, *arguments: str, **changes: str) -> Run:
        """Runs the playbook with the output that a user sees."""
        enabled = {"ANSIBLE_STDOUT_CALLBACK": "default"}
        done = subprocess.run(
            self.command(*arguments),
            env=self.environment(**enabled, **changes),
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )
        return Run(done.returncode, done.stdout, done.stderr)


def example_tenants() -> dict[str, dict[str, Any]]:
    """The two tenants of the examples."""
    return {name: {"tenant_namespace_manifests": str(EXAMPLES / name / "k8s" / "base")} for name in TENANTS}


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """An empty lab for one test module, with the examples' inventory."""
    directory = tmp_path_factory.mktemp("deployment")
    with running_lab(directory / "lab") as layout:
        deployed = Deployment(Lab(layout), directory)
        deployed.write_inventory(example_tenants())
        yield deployed
