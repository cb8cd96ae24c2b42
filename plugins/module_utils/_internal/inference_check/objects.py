# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads the target and the Experiments that split its requests."""

from __future__ import annotations

from difflib import get_close_matches

from ..kube.client import KubeClient
from ..kube.errors import Forbidden, Invalid, NotFound
from ..kube.objects import name_of
from ..kube.resource import Resource
from ..kube.resources import EXPERIMENT, MODEL, PIPELINE
from .candidates import of_experiment, splitting
from .target import Candidates, Kind, Target

_RESOURCES: dict[Kind, Resource] = {Kind.MODEL: MODEL, Kind.EXPERIMENT: EXPERIMENT, Kind.PIPELINE: PIPELINE}


def read_candidates(client: KubeClient, namespace: str, target: Target) -> tuple[Candidates, list[str]]:
    """(candidates, notes). Raises KubeError, also where the target does not exist.

    A user without permission to read Models may still send requests to one. An object that cannot be read is noted; the
    mesh answers 404 if it does not exist.
    """
    notes: list[str] = []
    try:
        live = client.get(_RESOURCES[target.kind], namespace, target.name)
    except NotFound:
        raise Invalid(_absent(client, namespace, target)) from None
    except Forbidden as refusal:
        if target.kind is Kind.EXPERIMENT:
            raise
        return Candidates.only(target), [f"{target} could not be read: {refusal.message}"]
    if target.kind is Kind.EXPERIMENT:
        return of_experiment(live), notes
    try:
        experiment = splitting(target, client.list(EXPERIMENT, namespace))
    except (Forbidden, NotFound) as refusal:
        return Candidates.only(target), [f"Experiments could not be read: {refusal.message}"]
    if experiment is None:
        return Candidates.only(target), notes
    return of_experiment(experiment), [
        f"requests for {target} are split by Experiment {name_of(experiment)}; to check the split, send requests to that Experiment"
    ]


def _absent(client: KubeClient, namespace: str, target: Target) -> str:
    head = f"name: {target} does not exist in namespace {namespace}"
    try:
        names = [name_of(obj) for obj in client.list(_RESOURCES[target.kind], namespace)]
    except (Forbidden, NotFound):
        return f"{head}. See: kubectl get {target.kind.value.lower()}s -n {namespace}"
    close = get_close_matches(target.name, names, 1)
    if close:
        return f'{head}. Did you mean "{close[0]}"?'
    return f"{head}. There: {', '.join(sorted(names)[:10]) or 'none'}. Apply it first, or correct the name"
