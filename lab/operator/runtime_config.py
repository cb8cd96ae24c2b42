# SPDX-License-Identifier: GPL-3.0-or-later
"""SeldonRuntime.spec.config completed from SeldonConfig, and the ConfigMaps with its content (facts 1.7, 5.1)."""

from __future__ import annotations

import json
from typing import Any

import yaml

from .release import Release

Json = dict[str, Any]


def effective_config(runtime: Json, config: Json) -> Json:
    """The runtime's own settings, then SeldonConfig's: secret names appended, tracing's "disable" left out."""
    own, base = runtime["spec"].get("config") or {}, config["spec"].get("config") or {}
    merged: Json = {}
    for part in ("kafkaConfig", "serviceConfig", "scalingConfig", "tracingConfig"):
        defaults = dict(base.get(part) or {})
        if part == "tracingConfig":
            defaults.pop("disable", None)
        merged[part] = _filled(own.get(part) or {}, defaults)
    own_rclone = (own.get("agentConfig") or {}).get("rclone") or {}
    base_rclone = (base.get("agentConfig") or {}).get("rclone") or {}
    merged["agentConfig"] = {
        "rclone": {
            key: [*(own_rclone.get(key) or []), *(base_rclone.get(key) or [])] for key in ("config_secrets", "config")
        }
    }
    return merged


def config_maps(config: Json, release: Release) -> dict[str, dict[str, str]]:
    """Data of the ConfigMaps by name."""
    tracing, kafka = config["tracingConfig"], config["kafkaConfig"]
    enabled = not tracing.get("disable", False)
    endpoint, protocol = tracing.get("otelExporterEndpoint", ""), tracing.get("otelExporterProtocol", "")
    rclone = {key: value for key, value in config["agentConfig"]["rclone"].items() if value}
    maps = {
        "seldon-agent": {"agent.yaml": yaml.safe_dump({"rclone": rclone})},
        "seldon-kafka": {
            "kafka.json": json.dumps(
                {
                    "bootstrap.servers": kafka.get("bootstrap.servers", ""),
                    "consumerGroupIdPrefix": kafka.get("consumerGroupIdPrefix", ""),
                    "topicPrefix": kafka.get("topicPrefix", ""),
                    **{part: kafka[part] for part in ("consumer", "producer", "streams", "topics") if kafka.get(part)},
                },
                sort_keys=True,
            )
        },
        "seldon-tracing": {
            "tracing.json": json.dumps(
                {
                    "enable": enabled,
                    "otelExporterEndpoint": endpoint,
                    "otelExporterProtocol": protocol,
                    "ratio": tracing.get("ratio", ""),
                },
                sort_keys=True,
            ),
            "OTEL_JAVAAGENT_ENABLED": "true" if enabled else "false",
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://{endpoint}",
            "OTEL_EXPORTER_OTLP_PROTOCOL": protocol,
        },
    }
    if release.has_scaling_config:
        maps["seldon-scaling"] = {"scaling.yaml": yaml.safe_dump(config["scalingConfig"])}
    return maps


def _filled(own: Json, defaults: Json) -> Json:
    """Own values, defaults where a value is absent or empty; nested mappings likewise."""
    result = dict(defaults)
    for key, value in own.items():
        if isinstance(value, dict) and isinstance(result.get(key), dict):
            result[key] = _filled(value, result[key])
        elif value not in (None, "", {}, []):
            result[key] = value
    return result
