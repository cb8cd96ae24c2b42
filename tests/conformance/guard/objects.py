# SPDX-License-Identifier: GPL-3.0-or-later
"""Complete objects around the part that a case tests. All are for the namespace TENANT."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

TENANT = "guarded"
REGISTRIES = ("registry.example", "docker.io/seldonio", "registry.example:5000/team")
SELDON = "mlops.seldon.io/v1alpha1"


def pod(**fields: Any) -> Json:
    """A pod spec with one container; ``fields`` are added."""
    return {"containers": [{"name": "mlserver", "image": "docker.io/seldonio/mlserver:1.7.1"}], **fields}


def container(name: str = "mlserver", **fields: Any) -> Json:
    """A pod spec whose one container has these fields."""
    return {"containers": [{"name": name, "image": "docker.io/seldonio/mlserver:1.7.1", **fields}]}


def init_container(**fields: Any) -> Json:
    """A pod spec with an init container that has these fields."""
    return pod(initContainers=[{"name": "prepare", "image": "registry.example/prepare:1", **fields}])


def env(**entry: Any) -> Json:
    """A pod spec whose container agent has this environment variable."""
    return container("agent", env=[entry])


def server(pod_spec: Json | None = None, **metadata: Any) -> Json:
    """A Server."""
    spec: Json = {"serverConfig": "mlserver-config"}
    return _object(SELDON, "Server", {**spec, "podSpec": pod_spec} if pod_spec is not None else spec, metadata)


def server_config(pod_spec: Json | None = None, claims: list[Json] | None = None, **metadata: Any) -> Json:
    """A ServerConfig."""
    return _object(
        SELDON, "ServerConfig", {"podSpec": pod_spec or pod(), "volumeClaimTemplates": claims or []}, metadata
    )


def claim(**spec: Any) -> Json:
    """A volumeClaimTemplate."""
    return {
        "name": "models",
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}, **spec},
    }


def seldon_runtime(pod_spec: Json, **metadata: Any) -> Json:
    """A SeldonRuntime that overrides the scheduler's pods."""
    spec = {
        "seldonConfig": "default",
        "overrides": [{"name": "seldon-envoy"}, {"name": "seldon-scheduler", "podSpec": pod_spec}],
    }
    return _object(SELDON, "SeldonRuntime", spec, metadata)


def seldon_config(pod_spec: Json, **component: Any) -> Json:
    """A SeldonConfig with one component."""
    components = [
        {
            "name": "seldon-scheduler",
            "podSpec": pod_spec,
            "volumeClaimTemplates": [],
            "labels": {},
            "annotations": {},
            **component,
        }
    ]
    return _object(SELDON, "SeldonConfig", {"components": components}, {})


def model(uri: str) -> Json:
    """A Model."""
    return _object(SELDON, "Model", {"storageUri": uri, "requirements": ["sklearn"]}, {})


def service(**spec: Any) -> Json:
    """A Service."""
    return _object("v1", "Service", {"ports": [{"port": 80}], **spec}, {})


def deployment(pod_spec: Json, labels: Json | None = None, annotations: Json | None = None) -> Json:
    """A Deployment of the team's own."""
    spec = {"selector": {"matchLabels": {"app": "cache"}}, "template": _template(pod_spec, labels, annotations)}
    return _object("apps/v1", "Deployment", spec, {})


def stateful_set(pod_spec: Json, claims: list[Json] | None = None) -> Json:
    """A StatefulSet of the team's own."""
    spec = {"selector": {"matchLabels": {"app": "cache"}}, "serviceName": "cache", "template": _template(pod_spec)}
    named = [{"metadata": {"name": one["name"]}, "spec": one["spec"]} for one in claims or []]
    return _object("apps/v1", "StatefulSet", {**spec, "volumeClaimTemplates": named}, {})


def job(pod_spec: Json) -> Json:
    """A Job of the team's own."""
    return _object("batch/v1", "Job", {"template": {"spec": {"restartPolicy": "Never", **pod_spec}}}, {})


def cron_job(pod_spec: Json) -> Json:
    """A CronJob of the team's own."""
    template = {"spec": {"restartPolicy": "Never", **pod_spec}}
    return _object(
        "batch/v1", "CronJob", {"schedule": "0 4 * * *", "jobTemplate": {"spec": {"template": template}}}, {}
    )


def _template(pod_spec: Json, labels: Json | None = None, annotations: Json | None = None) -> Json:
    metadata: Json = {"labels": {"app": "cache", **(labels or {})}}
    return {"metadata": {**metadata, "annotations": annotations} if annotations else metadata, "spec": pod_spec}


def _object(api_version: str, kind: str, spec: Json, metadata: Json) -> Json:
    return {
        "apiVersion": api_version,
        "kind": kind,
        "metadata": {"name": "case", "namespace": TENANT, **metadata},
        "spec": spec,
    }
