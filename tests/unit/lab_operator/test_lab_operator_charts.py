# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from lab.charts import generate
from lab.charts.source import kinds, structural

CORE = json.loads(generate.CORE.read_text())["schemas"]
RELEASES = ("2.9.1", "2.10.2")


def _spec(release: str, plural: str) -> dict[str, Any]:
    version = kinds.crds(release, CORE)[plural]["spec"]["versions"][0]
    schema: dict[str, Any] = version["schema"]["openAPIV3Schema"]["properties"]["spec"]
    return schema


def test_the_generated_charts_are_up_to_date() -> None:
    assert generate.outdated() == [], "run: python lab/charts/generate.py"


@pytest.mark.parametrize("release", RELEASES)
def test_chart_and_app_version_are_the_release(release: str) -> None:
    for chart in ("seldon-core-v2-crds", "seldon-core-v2-setup"):
        metadata = yaml.safe_load((generate.HERE / release / chart / "Chart.yaml").read_text())
        assert (metadata["name"], metadata["version"], metadata["appVersion"]) == (chart, release, release)


def test_seven_kinds() -> None:
    assert set(kinds.crds("2.10.2", CORE)) == {
        "models",
        "servers",
        "serverconfigs",
        "experiments",
        "pipelines",
        "seldonruntimes",
        "seldonconfigs",
    }


def test_claim_templates_are_required_in_2_9_only() -> None:
    assert _spec("2.9.1", "serverconfigs")["required"] == ["podSpec", "volumeClaimTemplates"]
    assert _spec("2.10.2", "serverconfigs")["required"] == ["podSpec"]


def test_containers_of_a_config_are_a_map_by_name_and_those_of_a_server_are_not() -> None:
    config = _spec("2.10.2", "serverconfigs")["properties"]["podSpec"]
    server = _spec("2.10.2", "servers")["properties"]["podSpec"]
    assert config["properties"]["containers"]["x-kubernetes-list-map-keys"] == ["name"]
    assert "x-kubernetes-list-type" not in server["properties"]["containers"]
    assert config["required"] == ["containers"]
    assert "required" not in server
    assert set(config["properties"]) - set(server["properties"]) == set(kinds.NOT_IN_OVERRIDES)


def test_ports_are_a_map_by_number_and_protocol() -> None:
    container = _spec("2.10.2", "serverconfigs")["properties"]["podSpec"]["properties"]["containers"]["items"]
    ports = container["properties"]["ports"]
    assert ports["x-kubernetes-list-map-keys"] == ["containerPort", "protocol"]
    assert ports["items"]["properties"]["protocol"]["default"] == "TCP"


@pytest.mark.parametrize("release", RELEASES)
def test_schemas_are_structural(release: str) -> None:
    def walk(node: Any, path: str) -> None:
        if isinstance(node, list):
            for item in node:
                walk(item, path)
        if isinstance(node, dict):
            assert not {"$ref", "oneOf", "allOf"} & node.keys(), path
            if node.get("x-kubernetes-list-type") == "map":
                for key in node["x-kubernetes-list-map-keys"]:
                    item = node["items"]
                    assert key in item.get("required", []) or "default" in item["properties"][key], f"{path}: {key}"
            for key, value in node.items():
                walk(value, f"{path}.{key}")

    for plural, definition in kinds.crds(release, CORE).items():
        walk(definition["spec"]["versions"][0]["schema"], plural)


def test_a_quantity_becomes_int_or_string() -> None:
    schemas = {
        "a": {
            "type": "object",
            "properties": {
                "q": {"$ref": structural.PREFIX + structural.QUANTITY},
                "n": {"type": "string", "default": ""},
            },
            "required": ["n"],
        },
        structural.QUANTITY: {"type": "string"},
    }
    assert structural.structural(schemas, "a") == {
        "type": "object",
        "required": ["n"],
        "properties": {"n": {"type": "string"}, "q": structural.quantity()},
    }
