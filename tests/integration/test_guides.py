# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the commands of the guides unchanged, in a copy of the checkout on a separate lab."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.layout import REPOSITORY
from tests.integration.awx_stand_in import awx_stand_in
from tests.labs import lab_command

GUIDES = ("README.md", "docs/verify.md", "docs/kind.md", "docs/execution-environment.md", "docs/awx.md")
NOT_RUN = {
    "make test": "it is what runs this test",
    "pip install -r requirements.txt": "instead of the commands above it, which are run",
    "ansible-galaxy collection install -r collections/requirements.yml -p .collections": "needs Ansible Galaxy",
    "ansible-galaxy collection install git+https://git.example.com/ml/seldon.git,main": "the address is an example",
    "make molecule-kind": "needs Docker, kind and the network",
    "MOLECULE_KUBERNETES=1.34 make molecule-kind": "needs Docker, kind and the network",
    "MOLECULE_KUBECONFIG=~/.kube/config make molecule-kind": "the single steps are run on the lab, by the same variable",
    "make molecule": "the single steps are run on the lab, by the same variable",
    "ansible-builder build": "needs a container engine; unit tests run `create`",
    "ansible-builder build --build-arg EE_BASE_IMAGE=<your base image>": "needs a container engine",
    "ansible-navigator run playbooks/seldon-deploy.yml -i inventory.yml": "make release-check installs ansible-navigator and runs it",
    "ansible-navigator run playbooks/seldon-deploy.yml -i inventory.yml --ee true --eei ml_platform.seldon:0.1.0 --penv K8S_AUTH_HOST --penv K8S_AUTH_API_KEY": "needs a container engine",
}
"""Lines that are left out, without their comments, and the reason."""
_ELSEWHERE = (".*", "build", "__pycache__", "*.tar.gz")


def blocks(guide: str) -> list[list[str]]:
    """The lines of each shell block, without comments at their ends."""
    text = (REPOSITORY / guide).read_text()
    found = re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [[re.sub(r"\s{2,}#.*$", "", line).rstrip() for line in block.splitlines()] for block in found]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A copy without generated files. It uses the tools of this test run, and its lab ends with the test."""
    copy = tmp_path_factory.mktemp("guides") / "seldon"
    shutil.copytree(REPOSITORY, copy, ignore=shutil.ignore_patterns(*_ELSEWHERE), symlinks=True)
    for name in (".config", ".ansible-lint", ".yamllint"):
        source = REPOSITORY / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, copy / name)
    (copy / ".venv").symlink_to(Path(sys.prefix))
    for requirements in copy.glob("requirements*.txt"):
        os.utime(requirements, (0, 0))  # installed already
    # Seldon's public charts cannot be downloaded.
    (copy / "group_vars").mkdir()
    (copy / "group_vars" / "platform.yml").write_text(f"seldon_core_chart_source: {copy}/lab/charts/2.10.2\n")
    home = copy.parent / "home"
    (home / ".kube").mkdir(parents=True)
    (home / ".kube" / "config").symlink_to(copy / ".lab" / "kubeconfig")
    (home / ".ansible" / "collections").mkdir(parents=True)
    subprocess.run(["make", "--silent", "venv"], cwd=copy, check=True)
    yield copy
    lab_command("down", copy / ".lab")


def run_guide(checkout: Path, guide: str, example: str = "", actual: str = "") -> str:
    """The output of all commands of a guide, one after the other in one shell. The ``example`` value in the guide is
    replaced by ``actual``.
    """
    written = "\n".join(line for block in blocks(guide) for line in block if line not in NOT_RUN)
    assert not example or example in written
    script = written.replace(example, actual) if example else written
    kept = {
        name: os.environ[name]
        for name in ("LANG", "CI", "GOPROXY", "GOFLAGS", "GONOSUMDB", "GOSUMDB")
        if name in os.environ
    }
    given = {
        "PATH": f"{Path(sys.prefix, 'bin')}:{checkout}/.lab/bin:{os.environ['PATH']}",
        "HOME": str(checkout.parent / "home"),
        "XDG_CACHE_HOME": os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache"),
        "MOLECULE_KUBECONFIG": str(checkout / ".lab" / "kubeconfig"),
        "MOLECULE_CHART_SOURCE": str(checkout / "lab" / "charts" / "2.10.2"),
    }
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-v", "-c", script],
        cwd=checkout,
        env={**kept, **given},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:]
    return done.stdout


def test_every_line_that_is_left_out_is_still_there() -> None:
    written = {line for guide in GUIDES for block in blocks(guide) for line in block}
    assert set(NOT_RUN) <= written


def test_the_terminal(checkout: Path) -> None:
    lab_command("up", checkout / ".lab")  # stands for the reader's own cluster
    said = run_guide(checkout, "README.md")
    assert '"outputs"' in said
    assert "docker.io/seldonio/mlserver:1.7.1\ndocker.io/seldonio/mlserver:1.6.1\n" in said
    recaps = re.findall(r"^(\S+) +: ok=\d+ +changed=(\d+) +unreachable=0 +failed=0", said, re.MULTILINE)
    assert {host for host, _changed in recaps} == {"seldon-system", "fraud-detection", "recommendation-engine"}
    # A check and a deployment report changes; all later runs, including the demo's, report none.
    assert {changed for _host, changed in recaps[6:]} == {"0"}


def test_the_evidence(checkout: Path) -> None:
    said = run_guide(checkout, "docs/verify.md")
    assert said.count("verdict: ok") == 3 and (checkout / "reports" / "seldon-system.html").is_file()


def test_kind(checkout: Path) -> None:
    lab_command("up", checkout / ".lab")
    said = run_guide(checkout, "docs/kind.md")
    assert said.count("Molecule executed 1 scenario (1 successful)") == 3


def test_the_execution_environment(checkout: Path) -> None:
    said = run_guide(checkout, "docs/execution-environment.md")
    assert list((checkout / "build").glob("ml_platform-seldon-*.tar.gz")) and "python:" in said


def test_awx(checkout: Path) -> None:
    lab_command("up", checkout / ".lab")
    [given] = re.findall(r"^```yaml\n(.*?)^```$", (REPOSITORY / "docs/awx.md").read_text(), re.MULTILINE | re.DOTALL)
    (checkout / "awx-given.yml").write_text(
        given.replace("/etc/kube/platform.yaml", str(checkout.parent / "home" / ".kube" / "config"))
    )
    with awx_stand_in() as awx:
        awx.add("organizations", name="Default")
        said = run_guide(checkout, "docs/awx.md", "https://awx.example.com", awx.address)
    recaps = re.findall(r"changed=(\d+) +unreachable=0 +failed=0", said)
    # A check, the setup, and the deployment of both teams.
    assert len(recaps) >= 4 and recaps[0] == recaps[1] != "0", said[-4000:]
