# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The tenant's SeldonRuntime, and the Secret that every server pod's agent expects."""

from __future__ import annotations

import base64
import json

from ...kube.resources import SELDON_GROUP
from ...kube.types import KubeObject
from ...ownership.labels import tenant_labels
from ...seldon.agent_contract import RCLONE_SECRET
from ...seldon.component import Component, Runs
from ...seldon.components import components_of
from ...seldon.effective_runtime import united
from ...seldon.image import Version
from ..options.runtime import RuntimeOptions
from .offered import SELDON_CONFIG

NAME = "seldon"


def seldon_runtime(tenant: str, options: RuntimeOptions, pipelines: bool, release: Version) -> KubeObject:
    """``pipelines``: whether the components that only Pipelines need shall run; ``release``: of the operator."""
    return {
        "apiVersion": f"{SELDON_GROUP}/v1alpha1",
        "kind": "SeldonRuntime",
        "metadata": {"name": NAME, "namespace": tenant},
        "spec": {
            "seldonConfig": SELDON_CONFIG,
            "overrides": _overrides(options, pipelines, release),
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


def _overrides(options: RuntimeOptions, pipelines: bool, release: Version) -> list[KubeObject]:
    return [
        {"name": row.name, **_standard(row, options, pipelines), **options.overrides.get(row.name, {})}
        for row in components_of(release)
    ]


def _standard(row: Component, options: RuntimeOptions, pipelines: bool) -> KubeObject:
    # replicas 0, because a disabled component keeps the SeldonRuntime from ever being Ready.
    runs = row.runs is Runs.ALWAYS or (row.runs is Runs.FOR_PIPELINES and pipelines)
    override: KubeObject = {"replicas": 1 if runs else 0}
    if row.service is not None and row.service.typed:
        # An override of a component with a Service decides that Service's type, also by not stating it.
        override["serviceType"] = options.service_type if row.service.entry else "ClusterIP"
    return override


def _config(options: RuntimeOptions) -> KubeObject:
    # Whether tracing is on is not taken from the SeldonConfig, so it is always said here.
    config: KubeObject = {"tracingConfig": {"disable": not options.tracing}}
    if options.rclone_secrets:
        config["agentConfig"] = {"rclone": {"config_secrets": list(options.rclone_secrets)}}
    return united(config, options.config)
