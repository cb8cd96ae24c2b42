# SPDX-License-Identifier: GPL-3.0-or-later
"""The paths of one lab's files, and of the programs that all labs share."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Layout:
    """The files of one lab, all under `root`. Two labs with different roots share nothing but the build cache."""

    root: Path

    @classmethod
    def from_environment(cls) -> Layout:
        """`LAB_DIR`, relative to the repository unless absolute; `.lab` when unset."""
        return cls((REPOSITORY / os.environ.get("LAB_DIR", ".lab")).resolve())

    @property
    def kubeconfig(self) -> Path:
        return self.root / "kubeconfig"

    @property
    def audit_log(self) -> Path:
        return self.root / "audit.log"

    @property
    def bin(self) -> Path:
        return self.root / "bin"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def operator_logs(self) -> Path:
        return self.logs / "operators"

    @property
    def pod_logs(self) -> Path:
        """The folder of the logs that `kubectl logs` shows: see pod_logs.py."""
        return self.logs / "pods"

    @property
    def pki(self) -> Path:
        return self.root / "pki"

    @property
    def config(self) -> Path:
        return self.root / "config"

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def processes(self) -> Path:
        """The folder with one small JSON file per process of the lab: see processes.py."""
        return self.root / "processes"

    @property
    def state(self) -> Path:
        return self.root / "state.json"

    @property
    def pace(self) -> Path:
        """The file with the pace of the stand-in operators: see operator/pace.py. It does not exist at first."""
        return self.root / "pace"

    @property
    def lock(self) -> Path:
        return self.root / "lock"


def cache() -> Path:
    """The folder of the built programs, and of the Go toolchain if it has to be fetched."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "ml_platform.seldon"
