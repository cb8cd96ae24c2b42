# SPDX-License-Identifier: GPL-3.0-or-later
"""The artifact of `ansible-galaxy collection build` contains only the collection and its documentation."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
TOP_LEVEL = {
    "CHANGELOG.md", "CONTRIBUTING.md", "FILES.json", "LICENSE", "MANIFEST.json", "README.md", "collections", "docs", "examples",
    "extensions", "inventory.yml", "meta", "playbooks", "plugins", "requirements.txt", "roles",
}  # fmt: skip


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The files of the artifact, relative to the collection."""
    directory = tmp_path_factory.mktemp("artifact")
    program = str(Path(sys.executable).with_name("ansible-galaxy"))
    command = [program, "collection", "build", str(ROOT), "--output-path", str(directory)]
    built = subprocess.run(command, cwd=directory, env=os.environ, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    (artifact,) = directory.glob("ml_platform-seldon-*.tar.gz")
    with tarfile.open(artifact) as archive:
        return [member.name for member in archive.getmembers() if member.isfile()]


def test_only_what_belongs_to_the_collection(names: list[str]) -> None:
    assert {name.split("/")[0] for name in names} <= TOP_LEVEL


def test_nothing_compiled_or_hidden(names: list[str]) -> None:
    assert [
        name for name in names if "__pycache__" in name or name.endswith(".pyc") or "/." in name or name.startswith(".")
    ] == []


def test_everything_that_is_needed(names: list[str]) -> None:
    parts = (
        "plugins/modules",
        "plugins/action",
        "plugins/module_utils",
        "plugins/plugin_utils",
        "roles",
        "playbooks",
        "docs",
        "examples",
    )
    tracked = [
        path.relative_to(ROOT).as_posix() for part in parts for path in (ROOT / part).rglob("*") if path.is_file()
    ]
    wanted = {path for path in tracked if "__pycache__" not in path}
    wanted |= {"README.md", "LICENSE", "CHANGELOG.md", "meta/runtime.yml", "requirements.txt"}
    assert wanted - set(names) == set()


def test_dependencies_are_the_same_for_checkout_and_artifact() -> None:
    galaxy = yaml.safe_load((ROOT / "galaxy.yml").read_text())
    required = yaml.safe_load((ROOT / "collections" / "requirements.yml").read_text())["collections"]
    for name, version in galaxy["dependencies"].items():
        entry = next(item for item in required if item["name"] == name)
        assert entry["version"].split(",")[0] == version
