# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Decides which finalizers nobody can remove any more, and what else the deletion waits for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..diagnosis.diagnostic import Diagnostic
from ..diagnosis.subject import Subject
from ..kube.objects import mapping, mappings, name_of
from ..kube.resource import Resource
from ..kube.resources import NAMESPACE, SELDON_RUNTIME
from ..kube.types import KubeObject
from ..seldon.finalizers import FINALIZERS, SCHEDULED
from .snapshot import Snapshot


@dataclass(frozen=True)
class Release:
    """A finalizer of Seldon that is removed from an object of which the operator can no longer remove it."""

    resource: Resource
    obj: KubeObject
    finalizer: str

    def __str__(self) -> str:
        return f"{self.resource.kind} {name_of(self.obj)}"

    def operations(self) -> list[Mapping[str, Any]]:
        """The JSON patch. It fails if the object was replaced, or if its finalizers changed in between."""
        metadata = self.obj["metadata"]
        place = f"/metadata/finalizers/{metadata['finalizers'].index(self.finalizer)}"
        return [
            {"op": "test", "path": "/metadata/uid", "value": metadata["uid"]},
            {"op": "test", "path": place, "value": self.finalizer},
            {"op": "remove", "path": place},
        ]


def releases(snapshot: Snapshot) -> list[Release]:
    """The finalizers that nobody can remove any more. Empty for a namespace that is not being deleted: there, the
    operator and the scheduler can come back.

    Of Experiments, Pipelines and Models: those without a scheduler. The operator needs its answer, and no pod can be
    created in the namespace. Nothing of the objects is left in a scheduler: its state is in its pod, and in a claim of
    this namespace. Of SeldonRuntimes: those without Servers and without such objects, as the operator does it.
    """
    if not _is_deleted(snapshot.namespace):
        return []
    kinds: list[Resource] = [] if snapshot.schedulers else list(SCHEDULED)
    if not snapshot.servers and not any(snapshot.held.get(resource) for resource in SCHEDULED):
        kinds.append(SELDON_RUNTIME)
    return [
        Release(resource, obj, FINALIZERS[resource])
        for resource in kinds
        for obj in snapshot.held.get(resource, ())
        if _is_deleted(obj) and FINALIZERS[resource] in _finalizers(obj)
    ]


def obstacles(snapshot: Snapshot) -> list[Diagnostic]:
    """Everything that keeps the namespace, with its next step: other controllers' finalizers first, then a scheduler that
    still runs, then the conditions of the Namespace.
    """
    return [*_foreign(snapshot), *_schedulers(snapshot), *_reported(snapshot.namespace)]


def _foreign(snapshot: Snapshot) -> Iterator[Diagnostic]:
    for resource, objects in snapshot.held.items():
        for obj in objects:
            others = [name for name in _finalizers(obj) if name != FINALIZERS[resource]]
            if others:
                subject = Subject(resource.kind, name_of(obj), name_of(snapshot.namespace))
                message = f"is held by {', '.join(others)}, which is not Seldon's"
                step = "start the controller that sets it, or remove it if that controller is gone for good"
                yield Diagnostic(subject, message, "metadata.finalizers", next_steps=(step,))


def _schedulers(snapshot: Snapshot) -> Iterator[Diagnostic]:
    count = sum(len(snapshot.held.get(resource, ())) for resource in SCHEDULED)
    for pod in snapshot.schedulers if count else ():
        name, namespace = name_of(pod), name_of(snapshot.namespace)
        message = f"still runs, so {count} Experiments, Pipelines and Models wait for it and for the tenant's operator"
        step = f"if its node is gone: kubectl delete pod {name} -n {namespace} --grace-period=0 --force"
        yield Diagnostic(Subject("Pod", name, namespace), message, next_steps=(step, "then run this command again"))


def _reported(namespace: KubeObject) -> Iterator[Diagnostic]:
    for condition in mappings(mapping(namespace.get("status")).get("conditions")):
        if condition.get("status") == "True":
            subject = Subject(NAMESPACE.kind, name_of(namespace))
            yield Diagnostic(
                subject, str(condition.get("message") or ""), f"status.conditions[{condition.get('type')}]"
            )


def _finalizers(obj: KubeObject) -> Sequence[str]:
    return mapping(obj.get("metadata")).get("finalizers") or []


def _is_deleted(obj: KubeObject) -> bool:
    return bool(mapping(obj.get("metadata")).get("deletionTimestamp"))
