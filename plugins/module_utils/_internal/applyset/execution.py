# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Objects that run once and that Kubernetes removes after their end, so that their absence is not a difference.

A Job with ``ttlSecondsAfterFinished`` (https://kubernetes.io/docs/concepts/workloads/controllers/ttlafterfinished/), and
a Pod that succeeded, which goes with its node (https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any

from ..kube.resource import Resource
from ..kube.resources import JOB, POD
from ..kube.types import KubeObject

_TIME = "%Y-%m-%dT%H:%M:%SZ"


class Outcome(str, Enum):
    """UNSEEN: no run has seen its end. DELETED: its events show that somebody deleted it before its end."""

    UNSEEN = "unseen"
    COMPLETE = "complete"
    FAILED = "failed"
    DELETED = "deleted"


@dataclass(frozen=True)
class Execution:
    """One execution of an object that disappears after its end.

    ``content``: digest of the spec that was executed. ``created``, ``removable``: RFC 3339 times; Kubernetes does not
    remove the object before the second.
    """

    content: str
    created: str
    removable: str
    outcome: Outcome = Outcome.UNSEEN


def execution_of(resource: Resource, intent: KubeObject, live: KubeObject) -> Execution | None:
    """The execution that ``live`` shows; None for an object that Kubernetes does not remove by itself."""
    created = str(live["metadata"].get("creationTimestamp") or "")
    status = live.get("status") or {}
    if resource == POD:
        done = status.get("phase") == "Succeeded"
        return Execution(content_of(intent), created, created, Outcome.COMPLETE) if done else None
    ttl = (live.get("spec") or {}).get("ttlSecondsAfterFinished")
    if resource != JOB or not isinstance(ttl, int) or not created:
        return None
    outcome, ended = _end_of(status)
    return Execution(content_of(intent), created, _later(ended or created, ttl), outcome)


def _end_of(status: Mapping[str, Any]) -> tuple[Outcome, str]:
    """The outcome of a Job, and the time of its end."""
    for entry in status.get("conditions") or []:
        if entry.get("type") in ("Complete", "Failed") and entry.get("status") == "True":
            outcome = Outcome.COMPLETE if entry["type"] == "Complete" else Outcome.FAILED
            return outcome, str(entry.get("lastTransitionTime") or "")
    return Outcome.UNSEEN, ""


def content_of(intent: KubeObject) -> str:
    """Digest of the part that an execution depends on: a changed label does not make a Job run again."""
    return hashlib.sha256(json.dumps(intent.get("spec"), sort_keys=True).encode()).hexdigest()[:16]


def may_be_removed(execution: Execution, now: datetime) -> bool:
    """Whether Kubernetes can have removed the object by itself. Before, only a client can."""
    return _time(execution.removable) <= now


def is_before(execution: Execution, container: KubeObject) -> bool:
    """Whether the execution is older than its namespace, which then is not the one it ran in."""
    created = str(container["metadata"].get("creationTimestamp") or "")
    return bool(created) and _time(execution.created) < _time(created)


def _later(time: str, seconds: int) -> str:
    return (_time(time) + timedelta(seconds=seconds)).strftime(_TIME)


def _time(text: str) -> datetime:
    return datetime.strptime(text, _TIME).replace(tzinfo=UTC)


def execution_data(execution: Execution) -> dict[str, str]:
    """The execution as the inventory records it."""
    return {
        "content": execution.content,
        "created": execution.created,
        "removable": execution.removable,
        "outcome": execution.outcome.value,
    }


def parse_execution(entry: Mapping[str, Any]) -> Execution:
    """The recorded execution. Raises KeyError, TypeError or ValueError."""
    created, removable = str(entry["created"]), str(entry["removable"])
    _time(created), _time(removable)
    return Execution(str(entry["content"]), created, removable, Outcome(entry["outcome"]))
