# SPDX-License-Identifier: GPL-3.0-or-later
"""Labs for tests, conformance runs and measurements."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from lab.errors import LabError
from lab.layout import REPOSITORY, Layout
from lab.lifecycle import is_healthy

_PATIENCE = 60.0  # seconds


def lab_command(command: str, root: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Runs `python -m lab <command>` for the lab at `root`."""
    environment = {**os.environ, "LAB_DIR": str(root), **variables}
    return subprocess.run(
        [sys.executable, "-m", "lab", command],
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@contextmanager
def running_lab(root: Path) -> Iterator[Layout]:
    """A lab that is stopped at the end. Raises LabError if it cannot be started."""
    layout = Layout(root)
    answer = lab_command("up", layout.root)
    if answer.returncode != 0:
        raise LabError(f"python -m lab up:\n{answer.stderr}")
    try:
        yield layout
    finally:
        lab_command("down", layout.root)


@contextmanager
def lab_at(layout: Layout) -> Iterator[None]:
    """The lab that already runs there, which is left running, or one that is stopped at the end. Raises LabError."""
    with nullcontext() if is_healthy(layout) else running_lab(layout.root):
        yield


def wait_for_crds(layout: Layout) -> None:
    """Waits until every CRD is served. `kubectl wait` fails if it sees a CRD before its first condition. Raises LabError."""
    end = time.monotonic() + _PATIENCE
    while waiting := _unserved(layout):
        if time.monotonic() > end:
            raise LabError(f"not served after {_PATIENCE:.0f} s: {', '.join(waiting)}")
        time.sleep(0.2)


def _unserved(layout: Layout) -> list[str]:
    command = [layout.bin / "kubectl", f"--kubeconfig={layout.kubeconfig}", "get", "crd", "-o", "json"]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    return [
        crd["metadata"]["name"]
        for crd in json.loads(found.stdout)["items"]
        if not any(
            condition["type"] == "Established" and condition["status"] == "True"
            for condition in crd.get("status", {}).get("conditions") or []
        )
    ]
