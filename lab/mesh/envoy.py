# SPDX-License-Identifier: GPL-3.0-or-later
"""A bootstrap configuration for Envoy with the routes, weights and headers that Seldon's scheduler programs.

Two listeners on loopback. The mesh: a request's header seldon-model, or else the model in its path, chooses a route; the route's clusters have
weights, and each says in seldon-internal-model which version of which model is meant, and in the answer's x-seldon-route who served. The agent
stands for the reverse proxy in front of an inference server: it puts that version into the path.
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
    """`models`: name → name that its server knows. `experiments`: name → spec. The default's own requests are split as well."""
    found = {name: Route(name, {internal: 1}) for name, internal in models.items()}
    for name, spec in experiments.items():
        weights = {models[candidate["name"]]: candidate["weight"] for candidate in spec["candidates"] if candidate["name"] in models}
        if not any(weights.values()):
            continue
        found[f"{name}.experiment"] = Route(f"{name}.experiment", weights)
        if spec.get("default") in found:
            found[spec["default"]] = Route(spec["default"], weights)
    return list(found.values())


def bootstrap(mesh: Sequence[Route], servers: Mapping[str, int], mesh_port: int, agent_port: int) -> Config:
    """`servers`: the loopback port of the inference server of each model that a route names; a port of 0 stands for none that lives."""
    return {
        "static_resources": {
            "listeners": [
                _listener("mesh", mesh_port, [_split(route) for route in mesh], [_filter("envoy.filters.http.lua", {"@type": _LUA, "default_source_code": {"inline_string": _MODEL_OF_PATH}})]),
                _listener("agent", agent_port, [_rewritten(model) for model in servers], []),
            ],
            "clusters": [_cluster(f"to-{model}", agent_port if port else 0) for model, port in servers.items()] + [_cluster(model, port) for model, port in servers.items()],
        }
    }


def _split(route: Route) -> Config:
    clusters = [
        {
            "name": f"to-{model}",
            "weight": weight,
            "request_headers_to_add": [_header("seldon-internal-model", model)],
            "response_headers_to_add": [_header("x-seldon-route", f":{model}:")],
        }
        for model, weight in route.weights.items()
    ]
    match = {"prefix": "/v2", "headers": [{"name": "seldon-model", "string_match": {"exact": route.header}}]}
    return {"match": match, "route": {"weighted_clusters": {"clusters": clusters}, "timeout": "0s"}}


def _rewritten(model: str) -> Config:
    rewrite = {"pattern": {"regex": "^/v2/(models|pipelines)/[^/]+"}, "substitution": f"/v2/models/{model}"}
    match = {"prefix": "/v2", "headers": [{"name": "seldon-internal-model", "string_match": {"exact": model}}]}
    return {"match": match, "route": {"cluster": model, "regex_rewrite": rewrite, "timeout": "0s"}}


def _header(name: str, value: str) -> Config:
    return {"header": {"key": name, "value": value}, "append_action": "OVERWRITE_IF_EXISTS_OR_ADD"}


def _listener(name: str, port: int, found: list[Config], filters: list[Config]) -> Config:
    manager = {
        "@type": _HTTP,
        "stat_prefix": name,
        "route_config": {"name": name, "virtual_hosts": [{"name": name, "domains": ["*"], "routes": found}]},
        "http_filters": [*filters, _filter("envoy.filters.http.router", {"@type": _ROUTER})],
    }
    return {"name": name, "address": _address(port), "filter_chains": [{"filters": [_filter("envoy.filters.network.http_connection_manager", manager)]}]}


def _filter(name: str, config: Config) -> Config:
    return {"name": name, "typed_config": config}


def _cluster(name: str, port: int) -> Config:
    endpoints = [{"endpoint": {"address": _address(port)}}] if port else []
    return {"name": name, "type": "STATIC", "connect_timeout": "5s", "load_assignment": {"cluster_name": name, "endpoints": [{"lb_endpoints": endpoints}]}}


def _address(port: int) -> Config:
    return {"socket_address": {"address": "127.0.0.1", "port_value": port}}
