# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads the last lines of every operator's log: one request per pod, a few at the same time, and none is repeated."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Protocol

from ..kube.errors import ConfigurationError, KubeError
from .operator_log import OperatorLog, operator_log
from .operator_pods import OperatorPod

_AT_ONCE = 8
_SECONDS = 3600
"""How old a line may be: as old as an event becomes."""
_LARGEST = 1 << 20
"""Bytes of one log."""
_TIMEOUT = 15.0
"""Seconds for one log."""
_PATIENCE = 120.0
"""Seconds for all of them: nodes that do not answer may be many."""


class LogReader(Protocol):
    """The request that this needs of a client."""

    def read_log(
        self, namespace: str, pod: str, container: str, *, lines: int, seconds: int, largest: int, timeout: float
    ) -> str:
        """The last ``lines`` lines that are at most ``seconds`` old, cut after ``largest`` bytes. Raises KubeError."""


def read_logs(client: LogReader, pods: Iterable[OperatorPod], lines: int) -> Mapping[str, OperatorLog]:
    """By ``namespace/name`` of the pod. Raises only ConfigurationError."""
    deadline = time.monotonic() + _PATIENCE
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as executor:
        reading = {
            f"{pod.namespace}/{pod.name}": executor.submit(partial(_read, client, pod, lines, deadline)) for pod in pods
        }
        return {title: log.result() for title, log in reading.items()}


def _read(client: LogReader, pod: OperatorPod, lines: int, deadline: float) -> OperatorLog:
    if time.monotonic() > deadline:
        return OperatorLog(pod.tenant, unread="reading the others took too long")
    try:
        text = client.read_log(
            pod.namespace, pod.name, pod.container, lines=lines, seconds=_SECONDS, largest=_LARGEST, timeout=_TIMEOUT
        )
    except ConfigurationError:
        raise
    except KubeError as problem:
        return OperatorLog(pod.tenant, unread=problem.message)
    return operator_log(pod.tenant, text, len(text.encode()) >= _LARGEST)
