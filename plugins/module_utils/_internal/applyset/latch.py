# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Arrival is an edge: an object that was ready once in a wait is not waited for again.

Without this a Job that ends, or a Deployment that an autoscaler scales, holds up a wait for something slower.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from ..kube.resource import Resource
from ..kube.resources import SELDON_GROUP
from ..kube.types import KubeObject
from .arrival import READY, Readiness, State, condition, waiting, words
from .execution import Outcome, execution_of
from .objects import ObjectKey
from .patience import Pending, Target


class Sightings:
    """The last state in which each object was seen, from the answer to its apply on."""

    def __init__(self, objects: Mapping[ObjectKey, KubeObject] | None = None) -> None:
        self.last = dict(objects or {})

    def note(self, key: ObjectKey, obj: KubeObject | None) -> None:
        """Notes what was read; an absent object leaves what is known."""
        if obj is not None:
            self.last[key] = obj


def readiness_of_vanishing(resource: Resource, obj: KubeObject | None, last: KubeObject | None) -> Readiness | None:
    """The readiness of an object that goes or is gone after it was seen as ``last``; None where the usual check decides."""
    shown = obj if obj is not None else last
    if shown is None or (obj is not None and not obj["metadata"].get("deletionTimestamp")):
        return None
    execution = execution_of(resource, {}, shown)
    if execution is None:
        return None if obj is not None else waiting("no longer exists: it was deleted after it was applied")
    if execution.outcome is Outcome.FAILED:
        return Readiness(State.FAILED, words(condition(shown, "Failed"), "failed"))
    return READY if obj is None or execution.outcome is Outcome.COMPLETE else None


def arrived(targets: Iterable[Target], pending: Sequence[Pending], before: Collection[Target]) -> frozenset[Target]:
    """``before``, and the targets that are ready now. Not those that are to be gone, and not objects of Seldon's kinds:
    their status does not name the generation that it is about, and a new Server makes a ready Model unavailable.
    """
    unready = {entry.target for entry in pending}
    edges = {target for target in targets if not target.gone and target.resource.group != SELDON_GROUP}
    return frozenset(before) | (edges - unready)


def outstanding(pending: Iterable[Pending], latched: Collection[Target]) -> list[Pending]:
    """The entries that still count: not those that had arrived and only wait again. A failure always counts."""
    return [entry for entry in pending if entry.target not in latched or entry.readiness.state is State.FAILED]
