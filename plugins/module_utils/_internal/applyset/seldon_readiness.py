# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""When Seldon's objects are ready.

No Seldon status carries an ``observedGeneration``, so Ready can be outdated: the workload behind the object has to
prove it (measured on Seldon Core 2.9.1 and 2.10.2).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..kube import resources
from ..kube.types import KubeObject
from ..seldon import conditions
from ..seldon.arrived import Arrived, server_arrival
from ..seldon.component import Runs
from ..seldon.components import TABLE
from ..seldon.differences import shortened
from .arrival import (
    READY,
    SCHEDULING_GRACE,
    Readiness,
    State,
    World,
    by_name,
    condition,
    waiting,
    waiting_in_words,
    words,
)
from .kubernetes_readiness import deployment_readiness, stateful_set_readiness


def server_readiness(obj: KubeObject, world: World) -> Readiness:
    """Ready, with a StatefulSet that is rolled out and carries the namespace's own ServerConfig."""
    entry = condition(obj, *conditions.SERVER)
    ready = condition(obj, conditions.READY)
    if not ready or ready.get("status") != "True":
        shown = entry if entry and entry.get("status") != "True" else ready
        stale = condition(obj, conditions.STATEFUL_SET_READY)
        if entry and entry.get("status") == "True" and stale and stale.get("status") == "False":
            return Readiness(
                State.FAILED,
                "an operator before 2.10 wrote its condition StatefulSetReady, which prevents Ready forever; "
                "remove that condition from its status",
            )
        return _refused_volumes(obj, shown) or waiting_in_words(
            words(shown, "no condition yet: does an operator watch this namespace?")
        )
    workload = by_name(world, resources.STATEFUL_SET, obj, obj["metadata"]["name"])
    if workload is None:
        deployment = by_name(world, resources.DEPLOYMENT, obj, obj["metadata"]["name"])
        if deployment is None:
            return waiting("Ready, but no StatefulSet or Deployment of its name exists")
        rollout, workload = deployment_readiness(deployment, world), deployment
    else:
        rollout = stateful_set_readiness(workload, world)
    if rollout.state is not State.READY:
        return replace(rollout, text=f"{workload['kind']}: {rollout.text}")
    if int(workload["spec"].get("replicas", 1)) != int(obj["spec"].get("replicas", 1)):
        return waiting(f"{workload['kind']} has not been scaled to {obj['spec'].get('replicas', 1)} yet")
    return _lacks(obj, workload, world)


def _refused_volumes(server: KubeObject, entry: Mapping[str, Any] | None) -> Readiness | None:
    """The failure of a Server whose ServerConfig has other volumeClaimTemplates than its StatefulSet: Kubernetes does not
    change that field.
    """
    text = words(entry, "")
    # The second is the text of releases before 1.33, for any field; an operator changes only this one of them.
    if not (
        "volumeClaimTemplates" in text and "immutable" in text or "updates to statefulset spec for fields other" in text
    ):
        return None
    return Readiness(State.FAILED, _other_volumes(server))


def _other_volumes(server: KubeObject) -> str:
    name, namespace = server["metadata"]["name"], server["metadata"]["namespace"]
    return (
        f"the volumeClaimTemplates of its ServerConfig {server['spec'].get('serverConfig')} differ from those of its "
        "StatefulSet, which cannot be changed. Undo the change, or delete the StatefulSet to recreate it with new volumes: "
        f"kubectl delete statefulset {name} -n {namespace}"
    )


def _lacks(server: KubeObject, workload: KubeObject, world: World) -> Readiness:
    """READY once the workload is exactly what the operator makes of the Server and its ServerConfig."""
    name = server["spec"].get("serverConfig", "")
    config = by_name(world, resources.SERVER_CONFIG, server, name)
    if config is None or server["spec"].get("disableAutoUpdate"):
        return READY
    arrival = server_arrival(server, config, workload)
    if arrival.recreate:
        return Readiness(State.FAILED, _other_volumes(server))
    if arrival.state is Arrived.YES:
        return READY
    return waiting(
        f"{workload['kind']} does not match the Server and ServerConfig {name} yet: {shortened(arrival.paths)} differs"
    )


def model_readiness(obj: KubeObject, _world: World) -> Readiness:
    entry = condition(obj, *conditions.MODEL, conditions.READY)
    if entry and entry.get("status") == "True":
        return READY
    text = words(entry, "no condition yet: does an operator watch this namespace?")
    if entry and entry.get("message") in ("ModelFailed", "ScheduleFailed"):
        return waiting(text, SCHEDULING_GRACE)
    return waiting_in_words(text)


def experiment_readiness(obj: KubeObject, _world: World) -> Readiness:
    """The operator may write errors into ModelReady, and they stay there on a Ready Experiment. So Ready decides."""
    ready = condition(obj, conditions.READY)
    if ready and ready.get("status") == "True":
        return READY
    for name in (*conditions.EXPERIMENT, conditions.READY):
        entry = condition(obj, name)
        if entry and entry.get("status") == "False":
            return waiting_in_words(words(entry, "not ready"))
    return waiting("no condition yet: does an operator watch this namespace?")


def pipeline_readiness(obj: KubeObject, _world: World) -> Readiness:
    ready = condition(obj, conditions.READY)
    if ready and ready.get("status") == "True":
        return READY
    for name in (*conditions.PIPELINE, conditions.READY):
        entry = condition(obj, name)
        if entry and entry.get("status") == "False":
            return waiting_in_words(words(entry, "not ready"))
    return waiting("no condition yet: does an operator watch this namespace?")


def runtime_readiness(obj: KubeObject, world: World) -> Readiness:
    """By its workloads: a SeldonRuntime is Ready before any pod runs, and its conditions do not have their errors."""
    wanted = {entry["name"]: entry.get("replicas", 1) for entry in obj["spec"].get("overrides") or []}
    for row in TABLE:
        workload = by_name(world, row.workload, obj, row.name)
        title = f"{row.workload.kind} {row.name}"
        if workload is None and row.runs is Runs.ALWAYS and row.workload == resources.STATEFUL_SET:
            return waiting(f"no {title} yet: does an operator watch this namespace?")
        if workload is None:
            continue
        if wanted.get(row.name) == 0 != workload["spec"].get("replicas", 1):
            return waiting(f"{title} has not been scaled to 0 yet")
        rollout = _ROLLOUTS[row.workload](workload, world)
        if rollout.state is not State.READY:
            return replace(rollout, text=f"{title}: {rollout.text}")
    return READY


_ROLLOUTS = {resources.STATEFUL_SET: stateful_set_readiness, resources.DEPLOYMENT: deployment_readiness}
