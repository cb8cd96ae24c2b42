# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Pods and claims that a controller was not allowed to create: for quota, Pod Security, or a missing ServiceAccount.

Only events report this; the status of the object that waits for them never does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..kube.client import KubeClient
from ..kube.errors import KubeError
from ..kube.field_errors import without_dumps
from ..kube.resources import EVENT
from ..seldon.components import COMPONENTS
from .objects import ObjectKey

_COMBINED = "(combined from similar events): "


@dataclass(frozen=True)
class RefusedCreation:
    """The last refusal of a workload; ``stamp`` changes with every further refusal."""

    namespace: str
    kind: str
    name: str
    message: str
    stamp: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}: {self.message}"


def read_refused_creations(client: KubeClient, namespaces: Iterable[str]) -> list[RefusedCreation]:
    """One entry per workload, the newest last. Namespaces whose events cannot be read have none."""
    latest: dict[tuple[str, str, str], RefusedCreation] = {}
    for namespace in sorted({*namespaces} - {""}):
        try:
            events = client.list(EVENT, namespace)
        except KubeError:
            continue
        for event in sorted(events, key=_time):
            if event.get("reason") == "FailedCreate":
                involved = event.get("involvedObject") or {}
                kind, name = str(involved.get("kind")), str(involved.get("name"))
                stamp = f"{event['metadata'].get('uid')} {event.get('count')} {_time(event)}"
                latest[namespace, kind, name] = RefusedCreation(
                    namespace, kind, name, without_dumps(str(event.get("message", "")).removeprefix(_COMBINED)), stamp
                )
    return list(latest.values())


def refused_behind(key: ObjectKey, refused: Iterable[RefusedCreation]) -> RefusedCreation | None:
    """The refusal that this object waits for, if any."""
    names = COMPONENTS if key.kind == "SeldonRuntime" else (key.name,)
    if key.kind not in ("Server", "SeldonRuntime", "Deployment", "StatefulSet"):
        return None
    for entry in refused:
        if entry.namespace == key.namespace and any(_is_of(entry, name) for name in names):
            return entry
    return None


def _is_of(entry: RefusedCreation, workload: str) -> bool:
    """A ReplicaSet is named after its Deployment, with a hash behind a dash."""
    if entry.kind == "ReplicaSet":
        return entry.name.rpartition("-")[0] == workload
    return entry.kind == "StatefulSet" and entry.name == workload


def _time(event: Mapping[str, object]) -> str:
    return str(event.get("lastTimestamp") or event.get("eventTime") or "")
