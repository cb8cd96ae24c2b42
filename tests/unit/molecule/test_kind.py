# SPDX-License-Identifier: GPL-3.0-or-later
"""The messages of the scenario `kind` when it cannot start, and the commands of the public workflow."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
BIN = Path(sys.executable).parent
OLD_KIND = "#!/bin/sh\necho 'kind v0.23.0 go1.22.4 linux/amd64'\n"
DOCKER = "#!/bin/sh\ncase \"$1\" in info) echo 28.0.0;; image) exit 1;; pull) echo 'lookup registry-1.docker.io: no such host' >&2; exit 1;; esac\n"
KIND = OLD_KIND.replace("0.23", "0.33")


def created(tmp_path: Path, kubernetes: str = "", **programs: str) -> str:
    """The output of the scenario's first step on a machine with only these programs."""
    for name, text in programs.items():
        program = tmp_path / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(text)
        program.chmod(0o755)
    variables = {
        "MOLECULE_PROJECT_DIRECTORY": str(ROOT),
        "MOLECULE_KUBERNETES": kubernetes,
        "ANSIBLE_NOCOLOR": "1",
        "HOME": str(tmp_path),
    }
    command = [
        str(BIN / "ansible-playbook"),
        "-i",
        "molecule/resources/inventory.yml",
        "-i",
        "molecule/kind/inventory.yml",
    ]
    ran = subprocess.run(
        [*command, "-e", f"molecule_ephemeral_directory={tmp_path}", "molecule/kind/create.yml"],
        cwd=ROOT,
        env={"PATH": f"{tmp_path / 'bin'}:{BIN}:/bin", "LANG": "C.UTF-8", **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 2, ran.stdout
    return " ".join(ran.stdout.split())


@pytest.mark.skipif(
    any(Path(place, name).exists() for place in ("/bin", BIN) for name in ("docker", "kind")),
    reason="the machine has them",
)
def test_all_that_is_missing_is_said_at_once(tmp_path: Path) -> None:
    said = created(tmp_path, kubernetes="1.2")
    assert (
        "docker is not on the PATH; kind is not on the PATH (https://kind.sigs.k8s.io); MOLECULE_KUBERNETES=1.2 is not one of 1.34, "
        in said
    )


def test_a_kind_that_enforces_no_network_policy(tmp_path: Path) -> None:
    assert "kind is older than 0.24, so its network plugin does not enforce NetworkPolicies." in created(
        tmp_path, docker=DOCKER, kind=OLD_KIND
    )


def test_a_machine_without_network(tmp_path: Path) -> None:
    said = created(tmp_path, docker=DOCKER, kind=KIND)
    assert (
        "the image of the node cannot be pulled (lookup registry-1.docker.io: no such host). The scenario needs network access"
        in said
    )


@pytest.mark.parametrize("scenario", ["default", "kind"])
def test_every_step_of_a_scenario_has_its_playbook(scenario: str) -> None:
    shared = yaml.safe_load((ROOT / ".config/molecule/config.yml").read_text())
    own = yaml.safe_load((ROOT / "molecule" / scenario / "molecule.yml").read_text()) or {}
    steps = (own.get("scenario") or shared["scenario"])["test_sequence"]
    directory = ROOT / "molecule" / scenario
    for step in set(steps) - {"syntax", "idempotence"}:
        name, _space, given = step.partition(" ")
        assert (directory / (given or shared["ansible"]["playbooks"].get(name, f"{name}.yml"))).is_file(), step


def test_both_scenarios_take_the_same_steps_but_for_the_cluster() -> None:
    shared = yaml.safe_load((ROOT / ".config/molecule/config.yml").read_text())["scenario"]["test_sequence"]
    kind = yaml.safe_load((ROOT / "molecule/kind/molecule.yml").read_text())["scenario"]["test_sequence"]
    assert [step for step in kind if step not in ("create", "destroy")] == shared


def test_the_workflow_calls_what_the_makefile_has() -> None:
    workflow = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    called = set()
    for job in workflow["jobs"].values():
        matrix = job["strategy"]["matrix"].get("target", [])
        for step in job["steps"]:
            for target in re.findall(r"make (\S+|\$\{\{.*?\}\})", step.get("run", "")):
                called |= set(matrix) if target.startswith("$") else {target}
    assert called <= targets and {"lint", "types", "unit", "integration", "molecule", "molecule-kind"} <= called


def test_the_workflow_tries_every_cluster_that_the_scenario_knows() -> None:
    images = yaml.safe_load((ROOT / "molecule/kind/inventory.yml").read_text())["all"]["vars"]["molecule_kind_images"]
    workflow = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())
    assert workflow["jobs"]["kind"]["strategy"]["matrix"]["kubernetes"] == list(images)
    assert all(
        image.startswith(f"kindest/node:v{version}.") and "@sha256:" in image for version, image in images.items()
    )
