# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether an object is ready, and how the conditions of its status are read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from ..diagnosis.quoting import one_line
from ..kube.resource import Resource
from ..kube.types import KubeObject


class State(Enum):
    """WAITING: it may become ready without a change. FAILED: it does not."""

    READY = "ready"
    WAITING = "waiting"
    FAILED = "failed"


@dataclass(frozen=True)
class Readiness:
    """``text``: the reason as the object's status gives it; empty when READY.

    ``grace`` is set where a WAITING text is an error that the controller retries: after so many seconds with the same
    text it counts as FAILED. ``on_operator``: only Seldon's operator can end it.
    """

    state: State
    text: str = ""
    grace: float | None = None
    on_operator: bool = False


READY = Readiness(State.READY)
World = Mapping[tuple[Resource, str], Mapping[str, KubeObject]]
"""(resource, namespace) to the live objects by name; holds the kinds that :func:`related` names."""


REFUSAL_GRACE = 30.0
SCHEDULING_GRACE = 60.0
COUNTING_GRACE = 90.0
"""Seconds. Longer where a retry of the scheduler, a pod that ends, or the quota controller's next discovery of the
served kinds (every 30 s) can still help."""
_REFUSAL = re.compile(
    r"not found|forbidden|denied|\bis invalid|Invalid value|not allowed|no matches for kind|must be|cannot be", re.I
)
_TRANSPORT = re.compile(r"rpc error|connection|no such host|deadline exceeded|timed? ?out", re.I)


def waiting(text: str, grace: float | None = None) -> Readiness:
    return Readiness(State.WAITING, text, grace)


def waiting_for_operator(text: str) -> Readiness:
    return Readiness(State.WAITING, text, on_operator=True)


def waiting_in_words(text: str) -> Readiness:
    """WAITING, with a grace where the text is an error that only a change of the configuration can correct."""
    is_refusal = _REFUSAL.search(text) and not _TRANSPORT.search(text)
    return waiting(text, REFUSAL_GRACE if is_refusal else None)


def condition(obj: KubeObject, *types: str) -> dict[str, Any] | None:
    """The first condition of one of these types."""
    for wanted in types:
        for entry in (obj.get("status") or {}).get("conditions") or []:
            if entry.get("type") == wanted:
                return dict(entry)
    return None


def is_true(obj: KubeObject, kind: str) -> bool:
    entry = condition(obj, kind)
    return bool(entry and entry.get("status") == "True")


def words(entry: Mapping[str, Any] | None, nothing: str) -> str:
    """Reason and message of a condition, on one line. Seldon writes sentences into ``reason``, Kubernetes into ``message``."""
    if entry is None:
        return nothing
    parts = [str(entry.get(field) or "").strip() for field in ("reason", "message")]
    return one_line(": ".join(part for part in dict.fromkeys(parts) if part)) or nothing


def is_observed(obj: KubeObject) -> bool:
    return int((obj.get("status") or {}).get("observedGeneration") or 0) >= int(obj["metadata"].get("generation") or 0)


def by_name(world: World, resource: Resource, obj: KubeObject, name: str) -> KubeObject | None:
    return world.get((resource, obj["metadata"].get("namespace", "")), {}).get(name)
