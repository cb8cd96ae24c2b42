# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""When Seldon's objects are ready.

No Seldon status carries an ``observedGeneration``, so Ready can be outdated (measured on Seldon Core 2.9.1 and 2.10.2).
Of Servers and SeldonRuntimes the workloads have to prove it; of Models, Experiments and Pipelines a status that was
written after the change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..kube import resources
from ..kube.types import KubeObject
from ..seldon import conditions
from ..seldon.arrived import Arrived, component_arrival, server_arrival
from ..seldon.component import Runs
from ..seldon.components import PIPELINE_COMPONENTS, TABLE
from ..seldon.differences import shortened
from ..seldon.effective_runtime import EffectiveComponent, EffectiveRuntime
from ..seldon.image import Version
from ..seldon.release import NEWEST, condition_type, has_gateway_condition
from ..seldon.stale_condition import stale_condition, stale_text
from ..seldon.status_evidence import has_reported
from .arrival import (
    READY,
    REFUSAL_GRACE,
    SCHEDULING_GRACE,
    Readiness,
    State,
    World,
    by_name,
    condition,
    is_true,
    waiting,
    waiting_for_operator,
    waiting_in_words,
    words,
)
from .kubernetes_readiness import deployment_readiness, stateful_set_readiness

_NO_CONDITION = "no condition yet: does an operator watch this namespace?"


def server_readiness(obj: KubeObject, world: World, release: Version | None) -> Readiness:
    """Ready by the operator's own condition, with a StatefulSet that is rolled out and carries the namespace's own
    ServerConfig.
    """
    ready = condition(obj, conditions.READY)
    if not ready or ready.get("status") != "True":
        return _not_ready(obj, ready, release)
    own = None if release is None else condition_type(release)
    if own and not is_true(obj, own):
        return waiting_for_operator(
            f"Ready, but only by a condition of another release: the operator {release} has not written {own} yet"
        )
    workload = by_name(world, resources.STATEFUL_SET, obj, obj["metadata"]["name"])
    if workload is None:
        deployment = by_name(world, resources.DEPLOYMENT, obj, obj["metadata"]["name"])
        if deployment is None:
            return waiting_for_operator("Ready, but no StatefulSet or Deployment of its name exists")
        rollout, workload = deployment_readiness(deployment, world), deployment
    else:
        rollout = stateful_set_readiness(workload, world)
    if rollout.state is not State.READY:
        return replace(rollout, text=f"{workload['kind']}: {rollout.text}")
    if int(workload["spec"].get("replicas", 1)) != int(obj["spec"].get("replicas", 1)):
        return waiting_for_operator(f"{workload['kind']} has not been scaled to {obj['spec'].get('replicas', 1)} yet")
    return _lacks(obj, workload, world)


def _not_ready(obj: KubeObject, ready: Mapping[str, Any] | None, release: Version | None) -> Readiness:
    """The reason of a Server that is not Ready, by the condition of the running release where it is known."""
    stale = stale_condition(obj, release)
    if stale:
        return waiting(stale_text(stale, release), REFUSAL_GRACE)
    types = conditions.SERVER if release is None else (condition_type(release),)
    entry = condition(obj, *types)
    shown = entry if entry and entry.get("status") != "True" else ready
    if shown is None:
        return waiting_for_operator(_NO_CONDITION)
    return _refused_volumes(obj, shown) or waiting_in_words(words(shown, _NO_CONDITION))


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
    return waiting_for_operator(
        f"{workload['kind']} does not match the Server and ServerConfig {name} yet: {shortened(arrival.paths)} differs"
    )


def model_readiness(obj: KubeObject, _world: World, _release: Version | None) -> Readiness:
    entry = condition(obj, *conditions.MODEL, conditions.READY)
    if entry and entry.get("status") == "True":
        return READY
    if entry is None:
        return waiting_for_operator(_NO_CONDITION)
    text = words(entry, _NO_CONDITION)
    if entry and entry.get("message") in ("ModelFailed", "ScheduleFailed"):
        return waiting(text, SCHEDULING_GRACE)
    return waiting_in_words(text)


def experiment_readiness(obj: KubeObject, _world: World, _release: Version | None) -> Readiness:
    """The operator may write errors into ModelReady, and they stay there on a Ready Experiment. So Ready decides."""
    return _by_ready(obj, conditions.EXPERIMENT)


def pipeline_readiness(obj: KubeObject, _world: World, release: Version | None) -> Readiness:
    found = _by_ready(obj, conditions.PIPELINE)
    lacks = has_gateway_condition(release) and condition(obj, conditions.PIPELINE_GATEWAY_READY) is None
    if found.state is State.READY and lacks:
        return waiting_for_operator(
            f"Ready, but by an operator of another release: the operator {release} has not written "
            f"{conditions.PIPELINE_GATEWAY_READY} yet"
        )
    return found


def _by_ready(obj: KubeObject, explaining: tuple[str, ...]) -> Readiness:
    if is_true(obj, conditions.READY):
        return READY
    for name in (*explaining, conditions.READY):
        entry = condition(obj, name)
        if entry and entry.get("status") == "False":
            return waiting_in_words(words(entry, "not ready"))
    return waiting_for_operator(_NO_CONDITION)


def runtime_readiness(obj: KubeObject, world: World, _release: Version | None) -> Readiness:
    """By its workloads, each exactly what the operator makes of the SeldonRuntime and the namespace's own SeldonConfig: a
    SeldonRuntime is Ready before any pod runs, and its conditions do not have their errors.
    """
    wanted = _components(obj, world)
    for row in TABLE:
        workload, component = by_name(world, row.workload, obj, row.name), wanted.get(row.name)
        title = f"{row.workload.kind} {row.name}"
        if workload is None:
            if component or (row.runs is Runs.ALWAYS and row.workload == resources.STATEFUL_SET):
                return waiting_for_operator(f"no {title} yet: does an operator watch this namespace?")
            continue
        if component:
            lag = _component_lag(component, workload, title, obj)
            if lag:
                return lag
        rollout = _ROLLOUTS[row.workload](workload, world)
        if rollout.state is not State.READY:
            return replace(rollout, text=f"{title}: {rollout.text}")
    return READY


def _components(runtime: KubeObject, world: World) -> dict[str, EffectiveComponent]:
    """The components that the operator creates, by name; none where the SeldonConfig is not in the namespace."""
    config = by_name(world, resources.SELDON_CONFIG, runtime, str(runtime["spec"].get("seldonConfig")))
    if config is None or runtime["spec"].get("disableAutoUpdate"):
        return {}
    found = EffectiveRuntime(runtime, config, NEWEST).components
    return {component.name: component for component in found if component.row and not component.disabled}


def _component_lag(
    component: EffectiveComponent, workload: KubeObject, title: str, runtime: KubeObject
) -> Readiness | None:
    """Why the workload is not what the operator makes of the component; None if it is."""
    if not _scaled(component, int(workload["spec"].get("replicas", 1))):
        return waiting_for_operator(f"{title} has not been scaled to {component.replicas} yet")
    config, arrival = runtime["spec"]["seldonConfig"], component_arrival(component, workload)
    if arrival.recreate:
        name, namespace = component.name, runtime["metadata"]["namespace"]
        return Readiness(
            State.FAILED,
            f"the volumeClaimTemplates of {name} in SeldonConfig {config} differ from those of {title}, which cannot be "
            "changed. Undo the change, or delete the StatefulSet to recreate it with new volumes: "
            f"kubectl delete statefulset {name} -n {namespace}",
        )
    if arrival.state is Arrived.YES:
        return None
    return waiting_for_operator(
        f"{title} does not match the SeldonRuntime and SeldonConfig {config} yet: {shortened(arrival.paths)} differs"
    )


def _scaled(component: EffectiveComponent, replicas: int) -> bool:
    """Since 2.10 the operator runs fewer replicas of the components for pipelines than asked for, where there are few
    Pipelines or Models.
    """
    fewer = component.name in PIPELINE_COMPONENTS and 0 < replicas < component.replicas
    return replicas == component.replicas or fewer


def reaction(obj: KubeObject, unreported: KubeObject | None) -> Readiness:
    """READY once the operator has written a status since the write that stored ``unreported``."""
    if unreported is None or has_reported(unreported, obj):
        return READY
    return waiting_for_operator(
        "Ready, but since before the change: the operator has not written a status for the new spec yet"
    )


_ROLLOUTS = {resources.STATEFUL_SET: stateful_set_readiness, resources.DEPLOYMENT: deployment_readiness}
