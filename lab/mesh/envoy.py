# SPDX-License-Identifier: GPL-3.0-or-later
"""Envoy's configuration with the routes, weights and headers that Seldon's scheduler programs.

Each tenant has two listeners on loopback. The mesh: a request's header seldon-model, or else the model in its path,
chooses a route; the route's clusters have weights, and each sets seldon-internal-model to the model and version, and
x-seldon-route in the answer to the one that served. The agent is the reverse proxy in front of an inference server: it
puts that version into the path.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Config = dict[str, Any]

_HTTP = "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager"
_LUA = "type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua"
_ROUTER = "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"
_MODEL_OF_PATH = """
function envoy_on_request(handle)
  local headers = handle:headers()
  if headers:get("seldon-model") or headers:get("x-seldon-route") then
    return
  end
  local kind, name = string.match(headers:get(":path"), "^/v2/(%a+)/([^/?]+)")
  if kind == "models" then
    headers:add("seldon-model", name)
  elseif kind == "pipelines" then
    headers:add("seldon-model", name .. ".pipeline")
  end
end
"""


@dataclass(frozen=True)
class Route:
    """`header`: the value of seldon-model. `weights`: of models as servers know them, such as fraud-v1-baseline_1."""

    header: str
    weights: Mapping[str, int]


def routes(models: Mapping[str, str], experiments: Mapping[str, Mapping[str, Any]]) -> list[Route]:
    """`models`: name → name that its server knows. `experiments`: name → spec. The default's own requests are split
    too.
    """
    found = {name: Route(name, {internal: 1}) for name, internal in models.items()}
    for name, spec in experiments.items():
        weights = {
            models[candidate["name"]]: candidate["weight"]
            for candidate in spec["candidates"]
            if candidate["name"] in models
        }
        if not any(weights.values()):
            continue
        found[f"{name}.experiment"] = Route(f"{name}.experiment", weights)
        if spec.get("default") in found:
            found[spec["default"]] = Route(spec["default"], weights)
    return list(found.values())


@dataclass(frozen=True)
class Mesh:
    """The mesh of one tenant. `servers`: the loopback port of the inference server of each model that a route names; 0
    where no replica runs.
    """

    name: str
    routes: Sequence[Route]
    servers: Mapping[str, int]
    port: int
    agent_port: int


def listeners(mesh: Mesh) -> list[Config]:
    lua = _filter("envoy.filters.http.lua", {"@type": _LUA, "default_source_code": {"inline_string": _MODEL_OF_PATH}})
    return [
        _listener(f"mesh-{mesh.name}", mesh.port, [_split(mesh, route) for route in mesh.routes], [lua]),
        _listener(f"agent-{mesh.name}", mesh.agent_port, [_rewritten(mesh, model) for model in mesh.servers], []),
    ]


def clusters(mesh: Mesh) -> list[Config]:
    agents = [
        _cluster(_agent_cluster(mesh, model), mesh.agent_port if port else 0) for model, port in mesh.servers.items()
    ]
    return agents + [_cluster(_server_cluster(mesh, model), port) for model, port in mesh.servers.items()]


def static_bootstrap(mesh: Mesh) -> Config:
    """A complete configuration in one file, for an Envoy with one mesh."""
    return {"static_resources": {"listeners": listeners(mesh), "clusters": clusters(mesh)}}


def dynamic_bootstrap(listeners_file: str, clusters_file: str) -> Config:
    """The configuration of an Envoy that reads listeners and clusters from two files, again whenever one is replaced."""

    def source(path: str) -> Config:
        return {"path_config_source": {"path": path}, "resource_api_version": "V3"}

    return {
        "node": {"id": "lab", "cluster": "lab"},
        "dynamic_resources": {"lds_config": source(listeners_file), "cds_config": source(clusters_file)},
    }


def discovery(kind: str, resources: Sequence[Config]) -> Config:
    """The content of one of those files; `kind` is listener or cluster."""
    typed = f"type.googleapis.com/envoy.config.{kind}.v3.{kind.capitalize()}"
    return {"resources": [{"@type": typed, **resource} for resource in resources]}


def _agent_cluster(mesh: Mesh, model: str) -> str:
    return f"agent-{mesh.name}-{model}"


def _server_cluster(mesh: Mesh, model: str) -> str:
    return f"server-{mesh.name}-{model}"


def _split(mesh: Mesh, route: Route) -> Config:
    clusters = [
        {
            "name": _agent_cluster(mesh, model),
            "weight": weight,
            "request_headers_to_add": [_header("seldon-internal-model", model)],
            "response_headers_to_add": [_header("x-seldon-route", f":{model}:")],
        }
        for model, weight in route.weights.items()
    ]
    match = {"prefix": "/v2", "headers": [{"name": "seldon-model", "string_match": {"exact": route.header}}]}
    return {"match": match, "route": {"weighted_clusters": {"clusters": clusters}, "timeout": "0s"}}


def _rewritten(mesh: Mesh, model: str) -> Config:
    rewrite = {"pattern": {"regex": "^/v2/(models|pipelines)/[^/]+"}, "substitution": f"/v2/models/{model}"}
    match = {"prefix": "/v2", "headers": [{"name": "seldon-internal-model", "string_match": {"exact": model}}]}
    return {
        "match": match,
        "route": {"cluster": _server_cluster(mesh, model), "regex_rewrite": rewrite, "timeout": "0s"},
    }


def _header(name: str, value: str) -> Config:
    return {"header": {"key": name, "value": value}, "append_action": "OVERWRITE_IF_EXISTS_OR_ADD"}


def _listener(name: str, port: int, found: list[Config], filters: list[Config]) -> Config:
    manager = {
        "@type": _HTTP,
        "stat_prefix": name,
        "route_config": {"name": name, "virtual_hosts": [{"name": name, "domains": ["*"], "routes": found}]},
        "http_filters": [*filters, _filter("envoy.filters.http.router", {"@type": _ROUTER})],
    }
    return {
        "name": name,
        "address": _address(port),
        "filter_chains": [{"filters": [_filter("envoy.filters.network.http_connection_manager", manager)]}],
    }


def _filter(name: str, config: Config) -> Config:
    return {"name": name, "typed_config": config}


def _cluster(name: str, port: int) -> Config:
    endpoints = [{"endpoint": {"address": _address(port)}}] if port else []
    return {
        "name": name,
        "type": "STATIC",
        "connect_timeout": "5s",
        "load_assignment": {"cluster_name": name, "endpoints": [{"lb_endpoints": endpoints}]},
    }


def _address(port: int) -> Config:
    return {"socket_address": {"address": "127.0.0.1", "port_value": port}}
