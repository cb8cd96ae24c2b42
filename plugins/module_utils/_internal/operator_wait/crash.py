# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""When the container of an operator's newest pods crashes again and again, so that waiting does not help."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..diagnosis.quoting import printable, shorten
from ..kube.objects import mapping, mappings, name_of
from ..kube.types import KubeObject

RESTARTS = 2
"""A container that was restarted so often, and failed again, is not waited for."""
LINES = 5
"""Of its log, in the message."""
_LONGEST_LINE = 300
_HASH = "pod-template-hash"


@dataclass(frozen=True)
class Crash:
    """A container that failed more than RESTARTS times, and how it ended last."""

    pod: str
    container: str
    restarts: int
    exit_code: int
    reason: str = ""


def crash_of(pods: Iterable[KubeObject]) -> Crash | None:
    """The first such container of the pods of the newest template; None if there is none. Older pods are on their way out."""
    return next((crash for pod in newest(list(pods)) for crash in _crashes(pod)), None)


def newest(pods: Sequence[KubeObject]) -> list[KubeObject]:
    """The pods of the template that the youngest pod has."""
    if not pods:
        return []
    youngest = max(pods, key=lambda pod: str(mapping(pod.get("metadata")).get("creationTimestamp") or ""))
    return [pod for pod in pods if _template(pod) == _template(youngest)]


def _template(pod: KubeObject) -> object:
    return mapping(mapping(pod.get("metadata")).get("labels")).get(_HASH)


def _crashes(pod: KubeObject) -> Iterator[Crash]:
    status = mapping(pod.get("status"))
    for entry in [*mappings(status.get("initContainerStatuses")), *mappings(status.get("containerStatuses"))]:
        ended, restarts = _failed_end(entry), entry.get("restartCount")
        if ended and isinstance(restarts, int) and restarts >= RESTARTS:
            code, reason = ended.get("exitCode"), str(ended.get("reason") or "")
            yield Crash(name_of(pod), str(entry.get("name")), restarts, code if isinstance(code, int) else 1, reason)


def _failed_end(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """The last end of a container that does not run now; empty if that was not a failure."""
    state = mapping(entry.get("state"))
    if "running" in state:
        return {}
    ended = mapping(state.get("terminated")) or mapping(mapping(entry.get("lastState")).get("terminated"))
    return ended if ended.get("exitCode") else {}


def crash_message(title: str, namespace: str, crash: Crash, log: str) -> str:
    """The message: the container, the end of its log, and the command that shows more."""
    reason = f", {crash.reason}" if crash.reason not in ("", "Error") else ""
    lines = [printable(shorten(line.strip(), _LONGEST_LINE)) for line in log.splitlines() if line.strip()][-LINES:]
    return "\n".join(
        [
            f"{title}: is not available: container {crash.container} of pod {crash.pod} has failed "
            f"{crash.restarts + 1} times, the last time with exit code {crash.exit_code}{reason}",
            *(["  the end of its log:"] if lines else []),
            *(f"    {line}" for line in lines),
            f"  See more: kubectl logs -n {namespace} {crash.pod} -c {crash.container}",
        ]
    )
