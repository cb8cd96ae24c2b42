# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The tenant's SeldonRuntime, and the Secret that every server pod's agent expects."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

from ..kube.known import SELDON_GROUP
from ..kube.types import KubeObject
from .components import ENVOY, HODOMETER, PIPELINE_COMPONENTS, SCHEDULER
from .configs import SELDON_CONFIG
from .labels import tenant_labels
from .options import RuntimeOptions

NAME = "seldon"
RCLONE_SECRET = "seldon-rclone-gs-public"
"""Named by the stock SeldonConfig; without it the agent ends at its start."""


def seldon_runtime(tenant: str, options: RuntimeOptions, pipelines: bool) -> KubeObject:
    """``pipelines``: whether the components that only Pipelines need shall run."""
    return {
        "apiVersion": f"{SELDON_GROUP}/v1alpha1",
        "kind": "SeldonRuntime",
        "metadata": {"name": NAME, "namespace": tenant},
        "spec": {
            "seldonConfig": SELDON_CONFIG,
            "overrides": _overrides(options, pipelines),
            "config": _config(options),
        },
    }


def rclone_secret(tenant: str) -> KubeObject:
    """An rclone remote ``gs`` for public buckets of Google Cloud Storage. Holds no credentials."""
    remote = {"name": "gs", "type": "google cloud storage", "parameters": {"anonymous": True}}
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": RCLONE_SECRET, "namespace": tenant, "labels": tenant_labels(tenant)},
        "type": "Opaque",
        "data": {"gs": base64.b64encode(json.dumps(remote).encode()).decode()},
    }


def _overrides(options: RuntimeOptions, pipelines: bool) -> list[KubeObject]:
    # An override of a component with a Service decides that Service's type, also by not stating it: so each states it.
    # replicas 0, because a disabled component keeps the SeldonRuntime from ever being Ready. The hodometer reports usage to the vendor.
    standard: dict[str, KubeObject] = {
        SCHEDULER: {"replicas": 1, "serviceType": "ClusterIP"},
        ENVOY: {"replicas": 1, "serviceType": options.service_type},
        **{component: {"replicas": 1 if pipelines else 0} for component in PIPELINE_COMPONENTS},
        HODOMETER: {"replicas": 0},
    }
    return [{"name": name, **override, **options.overrides.get(name, {})} for name, override in standard.items()]


def _config(options: RuntimeOptions) -> KubeObject:
    # Whether tracing is on is not taken from the SeldonConfig, so it is always said here.
    config: KubeObject = {"tracingConfig": {"disable": not options.tracing}}
    if options.rclone_secrets:
        config["agentConfig"] = {"rclone": {"config_secrets": list(options.rclone_secrets)}}
    return merged(config, options.config)


def merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """``over`` laid over ``base``: mappings are united at any depth, everything else is replaced."""
    union = dict(base)
    for key, value in over.items():
        before = union.get(key)
        union[key] = merged(before, value) if isinstance(before, Mapping) and isinstance(value, Mapping) else value
    return union
