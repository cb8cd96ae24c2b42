# SPDX-License-Identifier: GPL-3.0-or-later
"""Virtual environments in the cache, one for each set of packages, and the environment variables to use them with."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from lab.layout import cache

from .check import command

_OWN = ("ANSIBLE_", "K8S_AUTH_", "LAB_", "PYTHON", "VIRTUAL_ENV", "KUBECONFIG", "GALAXY_")
"""Prefixes of variables that would give a check access to more than its own files."""


def clean(*directories: Path, **variables: str | Path) -> dict[str, str]:
    """This process's environment without variables that name a checkout or cluster, with the directories first on PATH."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OWN)}
    path = os.pathsep.join([*map(str, directories), kept.get("PATH", os.defpath)])
    return {**kept, "PATH": path, "ANSIBLE_NOCOLOR": "1", **{name: str(value) for name, value in variables.items()}}


def environment(packages: Sequence[str], python: Path = Path(sys.executable), *, newest: bool = False) -> Path:
    """The directory of programs of a virtual environment with just these packages. ``newest`` upgrades the packages of
    an existing one.
    """
    version = subprocess.run([python, "-V"], capture_output=True, text=True, check=True).stdout
    name = hashlib.sha256("\n".join([str(python), version, *sorted(packages)]).encode()).hexdigest()[:16]
    root = cache() / "release" / name
    pip = [root / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if not (root / "complete").exists():
        shutil.rmtree(root, ignore_errors=True)
        command([python, "-m", "venv", root], Path.cwd(), clean())
        command([*pip, *packages], Path.cwd(), clean())
        (root / "complete").write_text("\n".join(packages))
    elif newest:
        command([*pip, "--upgrade", *packages], Path.cwd(), clean())
    return root / "bin"


def scratch(name: str) -> Path:
    """An empty directory in the cache, for one use."""
    directory = cache() / "release" / "work" / name
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    return directory
