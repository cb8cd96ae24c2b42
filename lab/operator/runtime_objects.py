# SPDX-License-Identifier: GPL-3.0-or-later
"""The objects of one SeldonRuntime in its namespace (facts 5.1)."""

from __future__ import annotations

from typing import Any

from .ownership import controller_reference, merged_metadata, with_last_applied
from .podspec_merge import merge_pod_specs
from .release import Release
from .resources import (
    CONFIG_MAP,
    DEPLOYMENT,
    ROLE,
    ROLE_BINDING,
    RUNTIME,
    SERVICE,
    SERVICE_ACCOUNT,
    STATEFUL_SET,
    Resource,
)
from .runtime_config import config_maps, effective_config

Json = dict[str, Any]
Wanted = tuple[Resource, Json]

SCHEDULER, ENVOY, PIPELINE_GATEWAY = "seldon-scheduler", "seldon-envoy", "seldon-pipelinegateway"
NAME_LABEL = "app.kubernetes.io/name"

# Component -> its condition.
CONDITIONS = {
    SCHEDULER: "SchedulerReady",
    "seldon-dataflow-engine": "DataflowEngineReady",
    "seldon-modelgateway": "ModelGatewayReady",
    PIPELINE_GATEWAY: "PipelineGatewayReady",
    ENVOY: "EnvoyReady",
    "hodometer": "HodometerReady",
}


class BrokenConfigError(Exception):
    """A SeldonConfig that the operator cannot use; str() is the reason."""


def wanted_objects(runtime: Json, config: Json, release: Release) -> list[Wanted]:
    """All objects in the order of creation, each owned by the SeldonRuntime."""
    settings = effective_config(runtime, config)
    namespace = runtime["metadata"]["namespace"]
    maps = [
        (CONFIG_MAP, {"metadata": {"name": name, "namespace": namespace}, "data": data})
        for name, data in config_maps(settings, release).items()
    ]
    everything = [
        *maps,
        *_accounts(namespace, release),
        *_services(runtime, settings, release),
        *_workloads(runtime, config),
    ]
    return [(resource, _owned(resource, thing, runtime)) for resource, thing in everything]


def active_components(runtime: Json, config: Json) -> list[Json]:
    """Components of the SeldonConfig that the runtime does not disable."""
    overrides = _overrides(runtime)
    return [
        component
        for component in config["spec"].get("components") or []
        if component["name"] in CONDITIONS and not overrides.get(component["name"], {}).get("disable")
    ]


def service_type(runtime: Json, settings: Json, component: str) -> str:
    """The type of a component's Service. An override entry decides even if it has no type; no type means ClusterIP."""
    override = _overrides(runtime).get(component)
    if override is not None:
        return override.get("serviceType") or "ClusterIP"
    return settings["serviceConfig"].get("serviceType") or "LoadBalancer"


def _overrides(runtime: Json) -> dict[str, Json]:
    return {override["name"]: override for override in runtime["spec"].get("overrides") or []}


def _workloads(runtime: Json, config: Json) -> list[Wanted]:
    overrides = _overrides(runtime)
    metadata, base = runtime["metadata"], config["metadata"]
    workloads: list[Wanted] = []
    for component in active_components(runtime, config):
        name, override = component["name"], overrides.get(component["name"], {})
        if component.get("podSpec") is None:
            raise BrokenConfigError(f"component {name} of SeldonConfig {base['name']} has no podSpec")
        replicas = override.get("replicas")
        own = {NAME_LABEL: name}
        labels = merged_metadata(own, component.get("labels"), metadata.get("labels"), base.get("labels"))
        annotations = merged_metadata(
            component.get("annotations"),
            metadata.get("annotations"),
            base.get("annotations"),
        )
        spec: Json = {
            # The component's own replicas are not used.
            "replicas": 1 if replicas is None else replicas,
            "selector": {"matchLabels": own},
            "template": {
                "metadata": {"name": name, "labels": labels, "annotations": annotations},
                "spec": merge_pod_specs(component["podSpec"], override.get("podSpec")),
            },
        }
        thing = {
            "metadata": {
                "name": name,
                "namespace": metadata["namespace"],
                "labels": labels,
                "annotations": annotations,
            },
            "spec": spec,
        }
        if name == SCHEDULER:
            spec["serviceName"] = name
            spec["podManagementPolicy"] = "Parallel"
            spec["volumeClaimTemplates"] = [
                {"metadata": {"name": claim["name"]}, "spec": claim["spec"]}
                for claim in component.get("volumeClaimTemplates") or []
            ]
            workloads.append((STATEFUL_SET, with_last_applied(thing)))
        else:
            workloads.append((DEPLOYMENT, with_last_applied(thing)))
    return workloads


def _services(runtime: Json, settings: Json, release: Release) -> list[Wanted]:
    prefix = settings["serviceConfig"].get("grpcServicePrefix") or ""
    scheduler_ports = {
        "xds": 9002,
        "scheduler": 9004,
        "scheduler-mtls": 9044,
        "agent": 9005,
        "agent-mtls": 9055,
        "dataflow": 9008,
    }
    scheduler = [(f"{prefix}{name}", port, name) for name, port in scheduler_ports.items()]
    services = [
        _service(runtime, SCHEDULER, SCHEDULER, {"type": service_type(runtime, settings, SCHEDULER)}, scheduler),
        _service(
            runtime,
            "seldon-mesh",
            ENVOY,
            {"type": service_type(runtime, settings, ENVOY)},
            [(f"{prefix}data", 80, "http"), ("stats", 9003, "envoy-stats")],
        ),
    ]
    if release.has_pipeline_gateway_service:
        ports = [("http", 9010, "http"), ("gprc", 9011, "grpc")]  # the misspelling is part of the interface
        services.append(_service(runtime, PIPELINE_GATEWAY, PIPELINE_GATEWAY, {"clusterIP": "None"}, ports))
    return services


def _service(runtime: Json, name: str, component: str, kind: Json, ports: list[tuple[str, int, str]]) -> Wanted:
    spec = {
        **kind,
        "selector": {NAME_LABEL: component},
        "ports": [
            {"name": port, "port": number, "targetPort": target, "protocol": "TCP"} for port, number, target in ports
        ],
    }
    metadata = {"name": name, "namespace": runtime["metadata"]["namespace"], "labels": {NAME_LABEL: component}}
    return SERVICE, {"metadata": metadata, "spec": spec}


def _accounts(namespace: str, release: Release) -> list[Wanted]:
    read = ["get", "list", "watch"]
    config_and_secrets = {"apiGroups": [""], "resources": ["configmaps", "secrets"], "verbs": read}
    secrets = {"apiGroups": [""], "resources": ["secrets"], "verbs": read}
    slices = {"apiGroups": ["discovery.k8s.io"], "resources": ["endpointslices"], "verbs": ["list", "watch"]}
    agent = [config_and_secrets, slices] if release.agent_reads_endpoint_slices else [config_and_secrets]
    grants = (
        ("hodometer", "hodometer", [secrets]),
        (SCHEDULER, SCHEDULER, [config_and_secrets]),
        ("seldon-server", "agent", agent),
    )
    things: list[Wanted] = []
    for account, stem, rules in grants:
        metadata = {"name": account, "namespace": namespace}
        things.append((SERVICE_ACCOUNT, {"metadata": metadata}))
        things.append((ROLE, {"metadata": {"name": f"{stem}-role", "namespace": namespace}, "rules": rules}))
        things.append(
            (
                ROLE_BINDING,
                {
                    "metadata": {"name": f"{stem}-rolebinding", "namespace": namespace},
                    "subjects": [{"kind": "ServiceAccount", "name": account, "namespace": namespace}],
                    "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": f"{stem}-role"},
                },
            )
        )
    return things


def _owned(resource: Resource, thing: Json, runtime: Json) -> Json:
    metadata = {**thing["metadata"], "ownerReferences": [controller_reference(runtime, RUNTIME)]}
    return {"apiVersion": resource.api_version, "kind": resource.kind, **thing, "metadata": metadata}
