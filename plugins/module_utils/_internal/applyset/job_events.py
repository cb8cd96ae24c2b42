# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The ends of Jobs that no longer exist, from the events that the job controller left. They are kept for an hour.

Reasons: https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/job/job_controller.go, and ``JobReason…`` in
https://github.com/kubernetes/api/blob/master/batch/v1/types.go.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..kube.client import KubeClient
from ..kube.errors import KubeError
from ..kube.resources import EVENT
from ..kube.types import KubeObject
from .execution import Outcome

_COMPLETED = "Completed"
_STARTED = "SuccessfulCreate"
_FAILED = frozenset(
    {
        "BackoffLimitExceeded",
        "DeadlineExceeded",
        "FailedIndexes",
        "MaxFailedIndexesExceeded",
        "PodFailurePolicy",
    }
)


@dataclass(frozen=True)
class End:
    """The end of a Job. ``text``: the words of the event."""

    outcome: Outcome
    text: str = ""


UNSEEN = End(Outcome.UNSEEN)


def read_ends(client: KubeClient, jobs: Mapping[str, str]) -> dict[str, End]:
    """The ends by uid; ``jobs``: uid to namespace. UNSEEN where the events are too old or cannot be read."""
    ends = {}
    for namespace in sorted(set(jobs.values())):
        try:
            events = client.list(EVENT, namespace)
        except KubeError:
            events = []
        ends.update({uid: end_of(uid, events) for uid, place in jobs.items() if place == namespace})
    return ends


def end_of(uid: str, events: Iterable[KubeObject]) -> End:
    """The end that the Job's events report. An event about its first pod is older than one about its end: where only the
    first is left, the end did not come.
    """
    own = [event for event in events if (event.get("involvedObject") or {}).get("uid") == uid]
    for event in own:
        reason, message = str(event.get("reason")), str(event.get("message") or "")
        if reason == _COMPLETED:
            return End(Outcome.COMPLETE)
        if reason in _FAILED:
            return End(Outcome.FAILED, f"{reason}: {message}")
    return End(Outcome.DELETED) if any(event.get("reason") == _STARTED for event in own) else UNSEEN
