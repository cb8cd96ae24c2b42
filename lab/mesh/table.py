# SPDX-License-Identifier: GPL-3.0-or-later
"""A tenant's mesh, computed from its Models and Experiments. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..container import split_image
from .envoy import Mesh, routes

Manifest = dict[str, Any]

_REPOSITORY = "seldon-envoy"


def envoy_port(pod: Manifest) -> int | None:
    """The port at which a pod's Envoy takes requests; None for a pod without one."""
    for container in pod["spec"]["containers"]:
        if split_image(container.get("image", ""))[0].endswith(_REPOSITORY):
            return next(
                (port["containerPort"] for port in container.get("ports") or [] if port.get("name") == "http"), None
            )
    return None


def mesh(
    namespace: str,
    models: Iterable[Manifest],
    experiments: Iterable[Manifest],
    ports: tuple[int, int],
    server_port: int,
) -> Mesh:
    """A Model that is not Ready has a route without replicas. `ports`: of the mesh and of the agent."""
    ready = {
        model["metadata"]["name"]: _is_ready(model) for model in models if "deletionTimestamp" not in model["metadata"]
    }
    names = {name: f"{name}_1" for name in sorted(ready)}
    specs = {
        experiment["metadata"]["name"]: experiment["spec"]
        for experiment in experiments
        if "deletionTimestamp" not in experiment["metadata"]
    }
    models_only = {name: spec for name, spec in sorted(specs.items()) if spec.get("resourceType") != "pipeline"}
    servers = {internal: server_port if ready[name] else 0 for name, internal in names.items()}
    return Mesh(namespace, routes(names, models_only), servers, *ports)


def _is_ready(model: Manifest) -> bool:
    conditions = (model.get("status") or {}).get("conditions") or []
    return any(condition["type"] == "ModelReady" and condition["status"] == "True" for condition in conditions)
