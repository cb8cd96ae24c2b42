# SPDX-License-Identifier: GPL-3.0-or-later
"""The seven kinds of mlops.seldon.io/v1alpha1 as data, for one Seldon Core version.

Names, fields, requirements and printer columns are Seldon's; the descriptions are this project's. ``crds(release,
core)`` takes the release ("2.9.1" or "2.10.2") and Kubernetes' reduced OpenAPI schemas, and returns
CustomResourceDefinitions.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, NamedTuple

from .structural import Schema, int_or_string, quantity, structural

GROUP = "mlops.seldon.io"
POD_SPEC = "io.k8s.api.core.v1.PodSpec"
CLAIM_SPEC = "io.k8s.api.core.v1.PersistentVolumeClaimSpec"

# Seldon declares its own pod spec type for Server and SeldonRuntime: these fields are missing from it, and because its
# own lists carry no list type, they are replaced as a whole by server-side apply.
NOT_IN_OVERRIDES = (
    "ephemeralContainers",
    "hostUsers",
    "os",
    "resourceClaims",
    "resources",
    "schedulingGates",
    "serviceAccount",
)
KEEPS_LIST_TYPE = ("topologySpreadConstraints",)


class Core(NamedTuple):
    """The core/v1 schemas that Seldon's kinds embed."""

    pod_spec: Schema
    pod_override: Schema
    claim_spec: Schema
    container: Schema


class Column(NamedTuple):
    name: str
    path: str
    kind: str = "string"
    wide: bool = False


class Kind(NamedTuple):
    kind: str
    plural: str
    short: str
    columns: tuple[Column, ...]
    scalable: bool
    spec: Callable[[bool, Core], Schema]
    status: Callable[[bool], Schema]


def crds(release: str, core: dict[str, Schema]) -> dict[str, dict[str, Any]]:
    """CustomResourceDefinitions by plural name."""
    since_210 = release != "2.9.1"
    embedded = _core(core)
    return {kind.plural: _crd(kind, since_210, embedded) for kind in _kinds(since_210)}


def _core(schemas: dict[str, Schema]) -> Core:
    pod_spec = structural(schemas, POD_SPEC)
    override = copy.deepcopy(pod_spec)
    del override["required"]
    for name in NOT_IN_OVERRIDES:
        del override["properties"][name]
    for name, field in override["properties"].items():
        if name not in KEEPS_LIST_TYPE:
            for key in ("x-kubernetes-list-type", "x-kubernetes-list-map-keys", "x-kubernetes-map-type"):
                field.pop(key, None)
    return Core(
        pod_spec=pod_spec,
        pod_override=override,
        claim_spec=structural(schemas, CLAIM_SPEC),
        container=pod_spec["properties"]["containers"]["items"],
    )


# -- short functions for schemas------------------------------------------------------------------------------------


def _string(**more: Any) -> Schema:
    return {"type": "string", **more}


def _integer(form: str = "int32") -> Schema:
    return {"type": "integer", "format": form}


def _boolean() -> Schema:
    return {"type": "boolean"}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _map(values: Schema) -> Schema:
    return {"type": "object", "additionalProperties": values}


def _object(required: tuple[str, ...] = (), /, **properties: Schema) -> Schema:
    schema: Schema = {"type": "object"}
    if required:
        schema["required"] = sorted(required)
    if properties:
        schema["properties"] = properties
    return schema


# -- schemas that several kinds share --------------------------------------------------------------------------------


def _status(required: tuple[str, ...] = (), /, **more: Schema) -> Schema:
    condition = _object(
        ("status", "type"),
        type=_string(),
        status=_string(),
        severity=_string(),
        lastTransitionTime=_string(),
        reason=_string(),
        message=_string(),
    )
    return _object(
        required,
        annotations=_map(_string()),
        conditions=_list(condition),
        observedGeneration=_integer("int64"),
        **more,
    )


def _claim_templates(core: Core) -> Schema:
    return _list(_object(("name", "spec"), name=_string(), spec=core.claim_spec))


def _configuration(since_210: bool) -> Schema:
    kafka = {
        "bootstrap.servers": _string(),
        "consumerGroupIdPrefix": _string(),
        "debug": _string(),
        "consumer": _map(int_or_string()),
        "producer": _map(int_or_string()),
        "streams": _map(int_or_string()),
        "topicPrefix": _string(),
    }
    parts = {
        "tracingConfig": _object(
            disable=_boolean(),
            otelExporterEndpoint=_string(),
            otelExporterProtocol=_string(),
            ratio=_string(),
        ),
        "agentConfig": _object(rclone=_object(config_secrets=_list(_string()), config=_list(_string()))),
        "serviceConfig": _object(grpcServicePrefix=_string(), serviceType=_string()),
    }
    if since_210:
        kafka["topics"] = _map(int_or_string())
        parts["scalingConfig"] = _object(
            models=_object(enabled=_boolean()),
            servers=_object(
                enabled=_boolean(),
                scaleDownPackingEnabled=_boolean(),
                scaleDownPackingPercentage=_integer(),
            ),
            pipelines=_object(maxShardCountMultiplier=_integer()),
        )
    return _object(**parts, kafkaConfig=_object(**kafka))


# -- the kinds ----------------------------------------------------------------------------------------------------


def _model(since_210: bool, core: Core) -> Schema:
    return _object(
        ("storageUri",),
        artifactVersion=_integer(),
        dataflow=_object(cleanTopicsOnDelete=_boolean()),
        dedicated=_boolean(),
        explainer=_object(type=_string(), modelRef=_string(), pipelineRef=_string()),
        llm=_object(modelRef=_string(), pipelineRef=_string()),
        logger=_object(percent={"type": "integer"}),
        minReplicas=_integer(),
        maxReplicas=_integer(),
        replicas=_integer(),
        memory=quantity(),
        modelType=_string(),
        parameters=_list(_object(("name", "value"), name=_string(), value=_string())),
        preloaded=_boolean(),
        requirements=_list(_string()),
        schemaUri=_string(),
        secretName=_string(),
        server=_string(),
        storageUri=_string(),
    )


def _model_status(since_210: bool) -> Schema:
    more = {"modelgwReady": _string()} if since_210 else {}
    return _status(availableReplicas=_integer(), replicas=_integer(), selector=_string(), **more)


def _server(since_210: bool, core: Core) -> Schema:
    more: dict[str, Schema] = {}
    if since_210:
        rolling = _object(maxSurge=int_or_string(), maxUnavailable=int_or_string())
        more["deploymentStrategy"] = _object(type=_string(), rollingUpdate=rolling)
    return _object(
        ("serverConfig",),
        capabilities=_list(_string()),
        extraCapabilities=_list(_string()),
        disableAutoUpdate=_boolean(),
        imageOverrides=_object(agent=core.container, rclone=core.container),
        minReplicas=_integer(),
        maxReplicas=_integer(),
        replicas=_integer(),
        podSpec=core.pod_override,
        serverConfig=_string(),
        statefulSetPersistentVolumeClaimRetentionPolicy=_object(whenDeleted=_string(), whenScaled=_string()),
        **more,
    )


def _server_status(since_210: bool) -> Schema:
    return _status(
        ("loadedModels", "replicas", "selector"),
        loadedModels=_integer(),
        replicas=_integer(),
        selector=_string(),
    )


def _server_config(since_210: bool, core: Core) -> Schema:
    required = ("podSpec",) if since_210 else ("podSpec", "volumeClaimTemplates")
    return _object(required, podSpec=core.pod_spec, volumeClaimTemplates=_claim_templates(core))


def _experiment(since_210: bool, core: Core) -> Schema:
    return _object(
        ("candidates",),
        candidates=_list(_object(("name", "weight"), name=_string(), weight=_integer())),
        default=_string(),
        mirror=_object(("name", "percent"), name=_string(), percent=_integer()),
        resourceType=_string(),
    )


def _pipeline(since_210: bool, core: Core) -> Schema:
    joins = ["inner", "outer", "any"]
    join = _string(enum=joins, default="inner")
    step = _object(
        ("name",),
        name=_string(),
        inputs=_list(_string()),
        joinWindowMs=_integer(),
        tensorMap=_map(_string()),
        triggers=_list(_string()),
        inputsJoinType=join,
        triggersJoinType=_string(enum=joins),
        batch=_object(size=_integer(), windowMs=_integer(), rolling=_boolean()),
    )
    return _object(
        ("steps",),
        input=_object(
            externalInputs=_list(_string()),
            externalTriggers=_list(_string()),
            joinWindowMs=_integer(),
            joinType=join,
            triggersJoinType=join,
            tensorMap=_map(_string()),
        ),
        steps=_list(step),
        output=_object(steps=_list(_string()), joinWindowMs=_integer(), stepsJoin=join, tensorMap=_map(_string())),
        dataflow=_object(cleanTopicsOnDelete=_boolean()),
        allowCycles=_boolean(),
        maxStepRevisits=_integer(),
    )


def _runtime(since_210: bool, core: Core) -> Schema:
    override = _object(
        ("name",),
        name=_string(),
        disable=_boolean(),
        replicas=_integer(),
        serviceType=_string(),
        podSpec=core.pod_override,
    )
    return _object(
        ("seldonConfig",),
        seldonConfig=_string(),
        overrides=_list(override),
        config=_configuration(since_210),
        disableAutoUpdate=_boolean(),
    )


def _seldon_config(since_210: bool, core: Core) -> Schema:
    component = _object(
        ("name",),
        name=_string(),
        labels=_map(_string()),
        annotations=_map(_string()),
        replicas=_integer(),
        podSpec=core.pod_spec,
        volumeClaimTemplates=_claim_templates(core),
    )
    return _object(components=_list(component), config=_configuration(since_210))


def _plain_status(since_210: bool) -> Schema:
    return _status()


def _empty_status(since_210: bool) -> Schema:
    return _object()


def _condition(kind: str, field: str = "status") -> str:
    return f'.status.conditions[?(@.type=="{kind}")].{field}'


def _kinds(since_210: bool) -> tuple[Kind, ...]:
    age = Column("Age", ".metadata.creationTimestamp", "date")
    message = Column("Message", _condition("Ready", "message"))
    gateway = (Column("ModelGw Ready", ".status.modelgwReady"),) if since_210 else ()
    pipeline_gateway = (Column("PipelineGw ready", _condition("PipelineGwReady"), wide=True),) if since_210 else ()
    return (
        Kind(
            "Experiment",
            "experiments",
            "mlx",
            (
                Column("Experiment ready", _condition("ExperimentReady")),
                Column("Candidates ready", _condition("CandidatesReady"), wide=True),
                Column("Mirror ready", _condition("MirrorReady"), wide=True),
                message,
                age,
            ),
            False,
            _experiment,
            _plain_status,
        ),
        Kind(
            "Model",
            "models",
            "mlm",
            (
                Column("Ready", _condition("ModelReady")),
                Column("Desired Replicas", ".spec.replicas", "integer"),
                Column("Available Replicas", ".status.availableReplicas", "integer"),
                *gateway,
                age,
            ),
            True,
            _model,
            _model_status,
        ),
        Kind(
            "Pipeline",
            "pipelines",
            "mlp",
            (
                Column("Pipeline ready", _condition("Ready")),
                Column("Models ready", _condition("ModelsReady"), wide=True),
                *pipeline_gateway,
                Column("Dataflow ready", _condition("PipelineReady"), wide=True),
                message,
                age,
            ),
            False,
            _pipeline,
            _plain_status,
        ),
        Kind("SeldonConfig", "seldonconfigs", "", (), False, _seldon_config, _empty_status),
        Kind("SeldonRuntime", "seldonruntimes", "", (), False, _runtime, _plain_status),
        Kind("ServerConfig", "serverconfigs", "mlc", (), False, _server_config, _empty_status),
        Kind(
            "Server",
            "servers",
            "mls",
            (
                Column("Ready", _condition("Ready")),
                Column("Replicas", ".status.replicas", "integer"),
                Column("Loaded Models", ".status.loadedModels", "integer"),
                age,
            ),
            True,
            _server,
            _server_status,
        ),
    )


def _crd(kind: Kind, since_210: bool, core: Core) -> dict[str, Any]:
    names: dict[str, Any] = {
        "kind": kind.kind,
        "listKind": f"{kind.kind}List",
        "plural": kind.plural,
        "singular": kind.kind.lower(),
    }
    if kind.short:
        names["shortNames"] = [kind.short]
    subresources: dict[str, Any] = {"status": {}}
    if kind.scalable:
        subresources["scale"] = {
            "specReplicasPath": ".spec.replicas",
            "statusReplicasPath": ".status.replicas",
            "labelSelectorPath": ".status.selector",
        }
    version: dict[str, Any] = {
        "name": "v1alpha1",
        "served": True,
        "storage": True,
        "subresources": subresources,
        "schema": {
            "openAPIV3Schema": _object(
                apiVersion=_string(),
                kind=_string(),
                metadata=_object(),
                spec=kind.spec(since_210, core),
                status=kind.status(since_210),
            )
        },
    }
    if kind.columns:
        version["additionalPrinterColumns"] = [
            {"name": column.name, "type": column.kind, "jsonPath": column.path}
            | ({"priority": 1} if column.wide else {})
            for column in kind.columns
        ]
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{kind.plural}.{GROUP}"},
        "spec": {"group": GROUP, "scope": "Namespaced", "names": names, "versions": [version]},
    }
