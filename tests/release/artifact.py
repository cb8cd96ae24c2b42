# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of the artifact: it is built, its content is checked, and it is installed with kubernetes.core."""

from __future__ import annotations

import importlib.metadata
import shutil
import sys
import tarfile
from pathlib import Path

import yaml

from lab.layout import REPOSITORY

from .check import Failed, command
from .environments import clean, scratch

COLLECTION = Path("ansible_collections") / "ml_platform" / "seldon"
NEEDED = (
    "README.md",
    "LICENSE",
    "CHANGELOG.md",
    "meta/runtime.yml",
    "meta/execution-environment.yml",
    "requirements.txt",
    "playbooks/seldon_deploy.yml",
)
LEFT_OUT = ("build", "changelogs", "lab", "molecule", "tests")
"""Directories of the checkout that the collection does not contain. Names that begin with a dot are left out too."""
_BIN = Path(sys.executable).parent


def path_of_artifact() -> Path:
    """The path to which ``ansible-galaxy collection build`` writes the artifact, from galaxy.yml."""
    galaxy = yaml.safe_load((REPOSITORY / "galaxy.yml").read_text(encoding="utf-8"))
    return REPOSITORY / "build" / f"{galaxy['namespace']}-{galaxy['name']}-{galaxy['version']}.tar.gz"


def build() -> str:
    """Builds the artifact and checks its content."""
    artifact = path_of_artifact()
    command(
        [_BIN / "ansible-galaxy", "collection", "build", REPOSITORY, "--force", "--output-path", artifact.parent],
        REPOSITORY,
        clean(_BIN),
    )
    with tarfile.open(artifact) as archive:
        names = [member.name for member in archive.getmembers() if member.isfile()]
    wrong = [
        name
        for name in names
        if name.split("/")[0] in LEFT_OUT
        or "__pycache__" in name
        or any(part.startswith(".") for part in name.split("/"))
    ]
    tracked = command(
        ["git", "ls-files", "plugins", "roles", "playbooks", "meta", "docs", "examples"], REPOSITORY, clean()
    ).split()
    missing = sorted({*tracked, *NEEDED} - set(names))
    if wrong or missing:
        raise Failed(f"does not belong into the artifact: {wrong or 'nothing'}; is missing: {missing or 'nothing'}")
    return f"build/{artifact.name}, {len(names)} files, {artifact.stat().st_size // 1024} KiB"


def add_collection(collections: Path, namespace: str, name: str) -> None:
    """Copies a collection from this interpreter's package ``ansible`` into a collections path, so that Galaxy is not
    needed.
    """
    dependency = Path("ansible_collections") / namespace / name
    source = Path(str(importlib.metadata.distribution("ansible").locate_file(dependency)))
    shutil.copytree(source, collections / dependency, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)


def installed(programs: Path, name: str) -> Path:
    """A new collections path with kubernetes.core and the artifact, installed by the ansible-galaxy in ``programs``.

    ansible-galaxy finds there the dependency that galaxy.yml names, by version.
    """
    collections = scratch(name)
    add_collection(collections, "kubernetes", "core")
    install = [programs / "ansible-galaxy", "collection", "install", path_of_artifact(), "--offline", "-p", collections]
    command(install, collections, clean(programs, ANSIBLE_COLLECTIONS_PATH=collections))
    return collections
