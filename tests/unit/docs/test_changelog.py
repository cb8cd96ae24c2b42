# SPDX-License-Identifier: GPL-3.0-or-later
"""The changelog is antsibull-changelog's rendering of its data, and has the version that is built."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import yaml

from lab.layout import REPOSITORY


def test_it_is_generated(tmp_path: Path) -> None:
    programs = Path(sys.executable).parent
    environment = {
        **os.environ,
        "PATH": f"{programs}{os.pathsep}{os.environ.get('PATH', '')}",
        "ANSIBLE_COLLECTIONS_PATH": str(REPOSITORY / ".collections"),
    }
    made = tmp_path / "CHANGELOG.md"
    command = [programs / "antsibull-changelog", "generate", "--output", made, "--output-format", "md"]
    subprocess.run(command, cwd=REPOSITORY, env=environment, check=True)
    assert made.read_text(encoding="utf-8") == (REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8"), (
        "run: make changelog"
    )


def test_it_has_the_version_that_is_built() -> None:
    releases = yaml.safe_load((REPOSITORY / "changelogs" / "changelog.yaml").read_text(encoding="utf-8"))["releases"]
    assert yaml.safe_load((REPOSITORY / "galaxy.yml").read_text(encoding="utf-8"))["version"] in releases
