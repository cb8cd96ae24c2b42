# SPDX-License-Identifier: GPL-3.0-or-later
"""An operator's output becomes its pod's log: a file in the CRI's log format, and an object of KWOK's kind ClusterLogs
with its path.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from .kwok_kinds import GROUP, Manifest, definition
from .kwok_kinds import path as path_of
from .layout import Layout

PATH = path_of("clusterlogs")
DEFINITION = definition("ClusterLogs", "clusterlogs")


def pod_log(layout: Layout, namespace: str, pod: str) -> Path:
    """The file that `kubectl logs` shows, over all restarts of the process."""
    return layout.pod_logs / f"{namespace}_{pod}.log"


def cluster_logs(name: str, namespace: str, pod: str, file: Path) -> Manifest:
    """The ClusterLogs that makes the file the log of every container of the pod."""
    return {
        "apiVersion": f"{GROUP}/v1alpha1",
        "kind": "ClusterLogs",
        "metadata": {"name": name},
        "spec": {"selector": {"matchNamespaces": [namespace], "matchNames": [pod]}, "logs": [{"logsFile": str(file)}]},
    }


def cri_line(line: bytes, at: datetime) -> bytes:
    """A line as a container runtime writes it. ``line`` may end with a line break."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}000Z stderr F ".encode() + line.rstrip(b"\n") + b"\n"


def keep(output: Iterable[bytes], plain: Path, log: Path) -> None:
    """Appends each line of the output unchanged to ``plain``, and in the CRI's format to ``log``, until the output
    ends.
    """

    def copy() -> None:
        with plain.open("ab", buffering=0) as kept, log.open("ab", buffering=0) as shown:
            for line in output:
                kept.write(line)
                shown.write(cri_line(line, datetime.now(UTC)))

    for path in (plain, log):
        path.parent.mkdir(parents=True, exist_ok=True)
    threading.Thread(target=copy, daemon=True).start()
