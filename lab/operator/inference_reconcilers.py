# SPDX-License-Identifier: GPL-3.0-or-later
"""Reconciles Model, Experiment and Pipeline. They only need the scheduler of their namespace."""

from __future__ import annotations

from typing import Any

from . import placement
from .clock import timestamp
from .cluster import Cluster, ReconcileError, TerminalError
from .conditions import Condition, ConditionSet, initialized, with_condition
from .placement_state import MODEL_READY, hosts, ready_names, selector
from .resources import DEPLOYMENT, EXPERIMENT, MODEL, PIPELINE, Resource

Json = dict[str, Any]

FINALIZERS = {
    MODEL: "seldon.model.finalizer",
    PIPELINE: "seldon.pipeline.finalizer",
    EXPERIMENT: "seldon.experiment.finalizer",
}
_MODEL_CONDITIONS = ConditionSet((MODEL_READY,))
_EXPERIMENT_CONDITIONS = ConditionSet(("ExperimentReady", "CandidatesReady", "MirrorReady"))
_NO_GATEWAY = "ModelCreate(No model gateway available to handle model) "


def reconcile_model(cluster: Cluster, namespace: str, name: str) -> None:
    model = _present(cluster, MODEL, namespace, name, _MODEL_CONDITIONS)
    if model is None:
        return
    if cluster.memory.begins_again(MODEL, model):
        model = _began(
            cluster, MODEL, model, _MODEL_CONDITIONS, Condition(MODEL_READY, "False", "", "ModelProgressing")
        )
    placed = placement.place(model, hosts(cluster.store, namespace))
    available = placed.state in (placement.AVAILABLE, placement.SCALED_DOWN)
    condition = Condition(MODEL_READY, "True" if available else "False", placed.reason, placed.state)
    status = _with(model, _MODEL_CONDITIONS, condition)
    status["replicas"] = placed.replicas
    status["availableReplicas"] = placed.replicas
    status["selector"] = selector(placed.server)
    if cluster.settings.release.has_model_gateway_status:
        gateway = cluster.ready_replicas(DEPLOYMENT, namespace, "seldon-modelgateway")
        status["modelgwReady"] = "ModelReady" if gateway else _NO_GATEWAY
    cluster.write_status(MODEL, model, status)


def reconcile_experiment(cluster: Cluster, namespace: str, name: str) -> None:
    experiment = _present(cluster, EXPERIMENT, namespace, name, _EXPERIMENT_CONDITIONS)
    if experiment is None:
        return
    begins_again = cluster.memory.begins_again(EXPERIMENT, experiment)
    kind = experiment["spec"].get("resourceType") or "model"
    taken = frozenset(
        other["spec"].get("default") or ""
        for other in cluster.store.all(EXPERIMENT, namespace)
        if other["metadata"]["name"] != name and (other["spec"].get("resourceType") or "model") == kind
    )
    verdict = placement.judge_experiment(experiment, ready_names(cluster.store, namespace, kind), taken)
    if verdict.error:
        _store_error(cluster, EXPERIMENT, experiment, _EXPERIMENT_CONDITIONS, verdict.error)
        raise TerminalError(verdict.error)
    if begins_again:
        inactive = Condition("ExperimentReady", "False")
        experiment = _began(cluster, EXPERIMENT, experiment, _EXPERIMENT_CONDITIONS, inactive)
    status = _with(
        experiment,
        _EXPERIMENT_CONDITIONS,
        _condition("ExperimentReady", verdict.active),
        _condition("CandidatesReady", verdict.candidates),
        _condition("MirrorReady", verdict.mirror),
    )
    cluster.write_status(EXPERIMENT, experiment, status)


def reconcile_pipeline(cluster: Cluster, namespace: str, name: str) -> None:
    with_gateway = cluster.settings.release.has_pipeline_gateway_condition
    known = ConditionSet(("PipelineReady", "ModelsReady", *(("PipelineGwReady",) if with_gateway else ())))
    pipeline = _present(cluster, PIPELINE, namespace, name, known)
    if pipeline is None:
        return
    if cluster.memory.begins_again(PIPELINE, pipeline):
        pipeline = _began(cluster, PIPELINE, pipeline, known, Condition("PipelineReady", "False", "", "PipelineCreate"))
    models = placement.judge_pipeline(pipeline, ready_names(cluster.store, namespace, "model"))
    engine = _component(cluster, namespace, "seldon-dataflow-engine", "no dataflow engine available for pipeline")
    found = [_condition("PipelineReady", engine), _condition("ModelsReady", models)]
    if with_gateway:
        gateway = _component(
            cluster,
            namespace,
            "seldon-pipelinegateway",
            "no pipeline gateway available for pipeline",
        )
        found.append(_condition("PipelineGwReady", gateway))
    cluster.write_status(PIPELINE, pipeline, _with(pipeline, known, *found))


def _present(cluster: Cluster, resource: Resource, namespace: str, name: str, known: ConditionSet) -> Json | None:
    """The object with its finalizer if its scheduler answers; None when nothing is left to do."""
    thing = cluster.store.get(resource, namespace, name)
    if thing is None:
        return None
    finalizer = FINALIZERS[resource]
    deleted = "deletionTimestamp" in thing["metadata"]
    if deleted and finalizer not in (thing["metadata"].get("finalizers") or []):
        return None
    if not deleted:
        thing = cluster.with_finalizer(resource, thing, finalizer)
    if not cluster.scheduler_answers(namespace):
        error = cluster.settings.release.unreachable(namespace)
        if not deleted:  # upstream's handleFinalizer returns before any status is written
            _store_error(cluster, resource, thing, known, error)
        raise ReconcileError(error)
    if deleted:
        cluster.without_finalizer(resource, thing, finalizer)
        return None
    return thing


def _began(cluster: Cluster, resource: Resource, thing: Json, known: ConditionSet, condition: Condition) -> Json:
    """Writes the first status of a changed object, as the scheduler reports it, and returns the object with it."""
    return cluster.write_status(resource, thing, _with(thing, known, condition))


def _store_error(cluster: Cluster, resource: Resource, thing: Json, known: ConditionSet, error: str) -> None:
    """Write an operator-side error into ModelReady for every kind: upstream does so for Experiments too."""
    kind = "PipelineReady" if resource == PIPELINE else MODEL_READY
    message = "ModelProgressing" if resource == MODEL else ""
    cluster.write_status(resource, thing, _with(thing, known, Condition(kind, "False", error, message)))


def _component(cluster: Cluster, namespace: str, name: str, absent: str) -> placement.Verdict:
    ready = cluster.ready_replicas(DEPLOYMENT, namespace, name) > 0
    return placement.Verdict(ready, "" if ready else absent)


def _condition(kind: str, verdict: placement.Verdict) -> Condition:
    return Condition(kind, "True" if verdict.ready else "False", verdict.reason)


def _with(thing: Json, known: ConditionSet, *found: Condition) -> Json:
    now = timestamp()
    status = initialized(thing.get("status") or {}, known, now)
    for condition in found:
        status = with_condition(status, known, condition, now)
    return dict(status)
