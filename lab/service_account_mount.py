# SPDX-License-Identifier: GPL-3.0-or-later
"""Mounts the ServiceAccount files for one process where a kubelet mounts them, in its own mount namespace.

Real operators need that path: with --leader-elect they read their namespace only there. Root is not needed where the
kernel allows user namespaces; the process then appears to itself as root, with the permissions of the calling user.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

_PLACE = "secrets/kubernetes.io/serviceaccount"  # below /var/run, a link to /run
# An overlay, because a normal user cannot create directories in /run. $1: an empty folder, $2: the files to show.
_SCRIPT = f"""
mount -t tmpfs tmpfs "$1" && mkdir -p "$1/upper/{_PLACE}" "$1/work" || exit 125
mount -t overlay overlay -o "lowerdir=/run,upperdir=$1/upper,workdir=$1/work" /run && mount --bind "$2" /run/{_PLACE} || exit 125
shift 2
exec "$@"
"""


def wrapped(command: Sequence[str], scratch: Path, files: Path) -> list[str]:
    """The command line that runs `command` with `files` mounted at that path. `scratch` is a folder that stays empty."""
    scratch.mkdir(exist_ok=True)
    return ["unshare", "--map-root-user", "--mount", "sh", "-c", _SCRIPT, "sh", str(scratch), str(files), *command]


def is_possible() -> bool:
    """Whether such a mount works here. It is tried, because kernels and their security modules differ."""
    with tempfile.TemporaryDirectory() as name:
        files = Path(name) / "files"
        files.mkdir()
        (files / "namespace").write_text("here")
        command = wrapped(["cat", f"/var/run/{_PLACE}/namespace"], Path(name) / "scratch", files)
        try:
            answer = subprocess.run(command, capture_output=True, text=True, check=False)
        except OSError:
            return False
        return answer.stdout == "here"
