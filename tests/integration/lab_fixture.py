# SPDX-License-Identifier: GPL-3.0-or-later
"""The fixture `lab`: a running control plane. Register it with `pytest_plugins = ["tests.integration.lab_fixture"]`."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from lab.audit import AuditLog
from lab.layout import REPOSITORY, Layout
from tests.labs import lab_at, wait_for_crds


@dataclass(frozen=True)
class Lab:
    """A running lab for tests. `environment` makes subprocesses use it: KUBECONFIG, PATH, LAB_DIR."""

    layout: Layout

    @property
    def kubeconfig(self) -> Path:
        return self.layout.kubeconfig

    @property
    def bin(self) -> Path:
        """Holds kubectl, helm and kustomize."""
        return self.layout.bin

    @property
    def audit_log(self) -> Path:
        return self.layout.audit_log

    @property
    def audit(self) -> AuditLog:
        return AuditLog(self.layout.audit_log, self.layout.kubeconfig)

    @property
    def environment(self) -> dict[str, str]:
        path = f"{self.bin}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
        return {**os.environ, "PATH": path, "KUBECONFIG": str(self.kubeconfig), "LAB_DIR": str(self.layout.root)}

    def kubectl(self, *args: str, stdin: str | None = None) -> str:
        """stdout of kubectl; raises CalledProcessError, with stderr shown, when it fails."""
        answer = subprocess.run(
            [self.bin / "kubectl", *args],
            input=stdin,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if answer.returncode != 0:
            raise subprocess.CalledProcessError(
                answer.returncode, ["kubectl", *args], answer.stdout, answer.stderr
            ) from RuntimeError(answer.stderr)
        return answer.stdout

    def install_seldon_crds(self) -> None:
        """Installs Seldon's CRDs if the lab does not have them yet."""
        chart = REPOSITORY / "lab" / "charts" / "2.10.2" / "seldon-core-v2-crds"
        rendered = subprocess.run(
            [self.bin / "helm", "template", chart], env=self.environment, capture_output=True, text=True, check=True
        )
        self.kubectl("apply", "--server-side", "--force-conflicts", "-f", "-", stdin=rendered.stdout)
        wait_for_crds(self.layout)


def _layout() -> Layout:
    """The lab's files. Every further worker has its own lab, because tests count write requests."""
    layout, worker = Layout.from_environment(), os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    return layout if worker == "gw0" else Layout(layout.root.with_name(f"{layout.root.name}-{worker}"))


@pytest.fixture(scope="session")
def lab() -> Iterator[Lab]:
    """The lab of LAB_DIR (default .lab): the running one, which is left running, or one for this session only."""
    layout = _layout()
    with lab_at(layout):
        yield Lab(layout)
