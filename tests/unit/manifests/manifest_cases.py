# SPDX-License-Identifier: GPL-3.0-or-later
"""Shared by the manifest tests: paths of files, programs that build kustomizations, and builders of manifests."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.diagnosis.diagnostic import Diagnostic
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.manifests.manifest import Manifest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.manifests.problem import ManifestError

ROOT = Path(__file__).resolve().parents[3]
FOLDERS = ROOT / "tests" / "fixtures" / "team-folders"
EXAMPLES = ROOT / "examples"


def builders() -> list[Any]:
    """Each program on this machine that builds kustomizations, as a pytest parameter; the lab's come first."""
    found = []
    for name in ("kustomize", "kubectl"):
        lab = ROOT / ".lab" / "bin" / name
        program = str(lab) if lab.exists() else shutil.which(name)
        if program:
            found.append(pytest.param(program, id=name))
    skip = pytest.mark.skip(reason="neither kustomize nor kubectl: run make lab-up once, or install one")
    return found or [pytest.param("", marks=skip)]


def builder() -> str:
    """One program that builds kustomizations."""
    program = builders()[0].values[0]
    if not program:
        pytest.skip("neither kustomize nor kubectl: run make lab-up once, or install one")
    return str(program)


def manifest(
    api_version: str, kind: str, name: str, namespace: str | None = None, index: int = 0, **rest: Any
) -> Manifest:
    """A manifest as the loader returns it."""
    metadata = {"name": name} if namespace is None else {"name": name, "namespace": namespace}
    return Manifest(
        {"apiVersion": api_version, "kind": kind, "metadata": metadata, **rest}, "team.yaml", index + 1, index
    )


def only(error: pytest.ExceptionInfo[ManifestError]) -> Diagnostic:
    """The one problem of an error."""
    assert len(error.value.problems) == 1, str(error.value)
    return error.value.problems[0]
