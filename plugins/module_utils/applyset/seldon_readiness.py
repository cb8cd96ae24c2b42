# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""When Seldon's objects have arrived.

No Seldon status carries an ``observedGeneration``, so a Ready can be of yesterday: the workload behind the object has to
prove it (measured on Seldon Core 2.9.1 and 2.10.2).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..kube import known
from ..kube.types import KubeObject
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
    entry = condition(obj, "StatefulSetOrDeploymentReady", "StatefulSetReady")
    ready = condition(obj, "Ready")
    if not ready or ready.get("status") != "True":
        shown = entry if entry and entry.get("status") != "True" else ready
        stale = condition(obj, "StatefulSetReady")
        if entry and entry.get("status") == "True" and stale and stale.get("status") == "False":
            return Readiness(
                State.FAILED,
                "its condition StatefulSetReady is of an operator before 2.10 and keeps it from Ready for ever; "
                "remove that condition from its status",
            )
        return _refused_volumes(obj, shown) or waiting_in_words(
            words(shown, "no condition yet: has an operator seen it?")
        )
    workload = by_name(world, known.STATEFUL_SET, obj, obj["metadata"]["name"])
    if workload is None:
        deployment = by_name(world, known.DEPLOYMENT, obj, obj["metadata"]["name"])
        if deployment is None:
            return waiting("Ready, but no StatefulSet or Deployment of its name exists")
        rollout, workload = deployment_readiness(deployment, world), deployment
    else:
        rollout = stateful_set_readiness(workload, world)
    if rollout.state is not State.READY:
        return replace(rollout, text=f"{workload['kind']}: {rollout.text}")
    if int(workload["spec"].get("replicas", 1)) != int(obj["spec"].get("replicas", 1)):
        return waiting(f"{workload['kind']} has not been scaled to {obj['spec'].get('replicas', 1)} yet")
    lacking = _lacks_config(obj, workload, world)
    return waiting(lacking) if lacking else READY


def _refused_volumes(server: KubeObject, entry: Mapping[str, Any] | None) -> Readiness | None:
    """The failure of a Server whose ServerConfig has other volumeClaimTemplates than its StatefulSet, which can never take them over."""
    text = words(entry, "")
    # The second is how releases before 1.33 say it, for any field; an operator changes no other of them.
    if not (
        "volumeClaimTemplates" in text and "immutable" in text or "updates to statefulset spec for fields other" in text
    ):
        return None
    name, namespace = server["metadata"]["name"], server["metadata"]["namespace"]
    return Readiness(
        State.FAILED,
        f"the volumeClaimTemplates of its ServerConfig {server['spec'].get('serverConfig')} are other ones than those of its "
        "StatefulSet, which cannot be changed. Take them back, or let the operator make it anew, with new volumes: "
        f"kubectl delete statefulset {name} -n {namespace}",
    )


def _lacks_config(server: KubeObject, workload: KubeObject, world: World) -> str:
    """What of its ServerConfig the workload's template does not carry yet; empty if nothing.

    Only fields that the Server's own podSpec does not touch are compared.
    """
    name = server["spec"].get("serverConfig", "")
    config = by_name(world, known.SERVER_CONFIG, server, name)
    if config is None or server["spec"].get("disableAutoUpdate"):
        return ""
    overridden = {c.get("name") for c in (server["spec"].get("podSpec") or {}).get("containers") or []}
    template = {c["name"]: c for c in workload["spec"]["template"]["spec"].get("containers") or []}
    for container in config["spec"]["podSpec"].get("containers") or []:
        if container["name"] in overridden:
            continue
        carried = template.get(container["name"])
        if carried is None:
            return f"its pods do not have container {container['name']} of ServerConfig {name} yet"
        if container.get("image") != carried.get("image"):
            return f"container {container['name']} still has image {carried.get('image')}"
        absent = [e["name"] for e in container.get("env") or [] if not _has_env(carried, e, server)]
        if absent:
            return f"container {container['name']} does not have env {', '.join(absent)} of ServerConfig {name} yet"
    return ""


def _has_env(container: Mapping[str, Any], entry: Mapping[str, Any], server: KubeObject) -> bool:
    if entry["name"] == "SELDON_SERVER_CAPABILITIES" and (
        server["spec"].get("capabilities") or server["spec"].get("extraCapabilities")
    ):
        return True  # the operator writes it anew from the Server
    found: list[Mapping[str, Any]] = [e for e in container.get("env") or [] if e["name"] == entry["name"]]
    return any((e.get("value") or "") == (entry.get("value") or "") for e in found)  # a workload stores no empty value


def model_readiness(obj: KubeObject, _world: World) -> Readiness:
    entry = condition(obj, "ModelReady", "Ready")
    if entry and entry.get("status") == "True":
        return READY
    text = words(entry, "no condition yet: has an operator seen it?")
    if entry and entry.get("message") in ("ModelFailed", "ScheduleFailed"):
        return waiting(text, SCHEDULING_GRACE)
    return waiting_in_words(text)


def experiment_readiness(obj: KubeObject, _world: World) -> Readiness:
    """Errors of the operator may sit under ModelReady, and stay there on a Ready Experiment."""
    ready = condition(obj, "Ready")
    if ready and ready.get("status") == "True":
        return READY
    for name in ("CandidatesReady", "MirrorReady", "ExperimentReady", "ModelReady", "Ready"):
        entry = condition(obj, name)
        if entry and entry.get("status") == "False":
            return waiting_in_words(words(entry, "not ready"))
    return waiting("no condition yet: has an operator seen it?")


def pipeline_readiness(obj: KubeObject, _world: World) -> Readiness:
    ready = condition(obj, "Ready")
    if ready and ready.get("status") == "True":
        return READY
    for name in ("PipelineReady", "ModelsReady", "PipelineGwReady", "Ready"):
        entry = condition(obj, name)
        if entry and entry.get("status") == "False":
            return waiting_in_words(words(entry, "not ready"))
    return waiting("no condition yet: has an operator seen it?")


_COMPONENTS = ("seldon-envoy", "seldon-dataflow-engine", "seldon-modelgateway", "seldon-pipelinegateway", "hodometer")


def runtime_readiness(obj: KubeObject, world: World) -> Readiness:
    """Its workloads themselves: the runtime says Ready before any pod runs, and hides its errors."""
    scheduler = by_name(world, known.STATEFUL_SET, obj, "seldon-scheduler")
    if scheduler is None:
        return waiting("no StatefulSet seldon-scheduler yet: has an operator seen it?")
    rollout = stateful_set_readiness(scheduler, world)
    if rollout.state is not State.READY:
        return replace(rollout, text=f"StatefulSet seldon-scheduler: {rollout.text}")
    wanted = {entry["name"]: entry.get("replicas", 1) for entry in obj["spec"].get("overrides") or []}
    for name in _COMPONENTS:
        deployment = by_name(world, known.DEPLOYMENT, obj, name)
        if deployment is None:
            continue
        if name in wanted and deployment["spec"].get("replicas", 1) != wanted[name] and wanted[name] == 0:
            return waiting(f"Deployment {name} has not been scaled to 0 yet")
        rollout = deployment_readiness(deployment, world)
        if rollout.state is not State.READY:
            return replace(rollout, text=f"Deployment {name}: {rollout.text}")
    return READY
