# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Completes the deletion of a tenant's namespace: removes what nobody else can remove, and waits."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..diagnosis.diagnostic import Diagnostic
from ..diagnosis.render import as_line
from ..diagnosis.subject import Subject
from ..kube.client import KubeClient
from ..kube.errors import Conflict, Invalid, KubeError, NotFound
from ..kube.objects import mapping, name_of
from ..kube.resources import NAMESPACE
from ..kube.types import KubeObject
from ..ownership.labels import TENANT
from .decide import Release, obstacles, releases
from .snapshot import Snapshot, read_namespace, read_snapshot

_PAUSE = 1.0
_REPORT_EVERY = 10.0


class DrainError(KubeError):
    """The deletion cannot be completed, or not in time. ``released`` is what was done before."""

    def __init__(self, message: str, released: list[Release] | None = None) -> None:
        super().__init__(message)
        self.released = released or []


@dataclass
class Drained:
    """``gone``: whether the namespace no longer exists. ``released``: the finalizers that were, or would be, removed."""

    gone: bool
    released: list[Release] = field(default_factory=list)


def drain(
    client: KubeClient,
    namespace: str,
    *,
    dry_run: bool,
    timeout: float,
    progress: Callable[[str], None],
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Drained:
    """Raises DrainError, or KubeError where a request was refused."""
    live = read_namespace(client, namespace)
    if live is None:
        return Drained(True)
    _require_deletion(live)
    uid, released = live["metadata"]["uid"], list[Release]()
    started = reported = clock()
    while live is not None and live["metadata"]["uid"] == uid:
        snapshot = read_snapshot(client, live)
        due = releases(snapshot)
        if dry_run:
            return Drained(False, due)
        released += [release for release in due if _carry_out(client, release)]
        now = clock()
        if now - started >= timeout:
            raise DrainError(_not_gone(snapshot, timeout), released)
        if now - reported >= _REPORT_EVERY:
            progress(f"{now - started:.0f} s of at most {timeout:.0f} s: waiting for the end of namespace {namespace}")
            reported = now
        sleep(_PAUSE)
        live = read_namespace(client, namespace)
    return Drained(True, released)


def _require_deletion(live: KubeObject) -> None:
    """Refuses every namespace but a tenant's that is being deleted: this command begins no deletion."""
    metadata, subject = live["metadata"], Subject(NAMESPACE.kind, name_of(live))
    if not metadata.get("deletionTimestamp"):
        step = "to remove a tenant, follow docs/how-it-works.md, Removing a tenant"
        message = "is not being deleted, and this command only completes a deletion"
        raise DrainError(as_line(Diagnostic(subject, message, "metadata.deletionTimestamp", next_steps=(step,))))
    if TENANT not in mapping(metadata.get("labels")):
        step = f"see what holds it: kubectl get namespace {name_of(live)} -o yaml"
        message = "is not a tenant's: it lacks this label"
        raise DrainError(as_line(Diagnostic(subject, message, f"metadata.labels.{TENANT}", next_steps=(step,))))


def _carry_out(client: KubeClient, release: Release) -> bool:
    """Whether this request removed the finalizer. Where the object has changed or is gone, the next snapshot shows it."""
    metadata: dict[str, Any] = release.obj["metadata"]
    try:
        client.json_patch(release.resource, metadata["namespace"], metadata["name"], release.operations())
    except (Conflict, Invalid, NotFound):  # a failed `test` is answered as Conflict or Invalid
        return False
    return True


def _not_gone(snapshot: Snapshot, timeout: float) -> str:
    subject = Subject(NAMESPACE.kind, name_of(snapshot.namespace))
    step = "run this command again when the cause is gone"
    lines = [as_line(Diagnostic(subject, f"still exists after {timeout:.0f} s", next_steps=(step,)))]
    return "\n".join([*lines, *(f"  {as_line(problem)}" for problem in obstacles(snapshot))])
