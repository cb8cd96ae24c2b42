# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Configs of the platform as they are offered in a tenant's namespace, where its operator looks for them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..kube.objects import by_name
from ..kube.types import KubeObject
from .labels import travelling
from .server_config import Resolution, Source

SELDON_CONFIG = "default"


def offered_configs(
    tenant: str,
    platform_seldon_configs: Iterable[KubeObject],
    own_seldon_configs: Iterable[KubeObject],
    platform_server_configs: Iterable[KubeObject],
    resolutions: Iterable[Resolution],
) -> list[KubeObject]:
    """SeldonConfig ``default`` unless the tenant has its own, then those platform ServerConfigs that a Server comes to; by name.

    ``own_seldon_configs`` are those of the team's manifests and the live ones that are not ours alone: they are never written.
    """
    platform = by_name(platform_seldon_configs)
    offered = (
        [platform[SELDON_CONFIG]]
        if SELDON_CONFIG in platform and SELDON_CONFIG not in by_name(own_seldon_configs)
        else []
    )
    server_configs = by_name(platform_server_configs)
    wanted = {resolution.server_config for resolution in resolutions if resolution.source is Source.PLATFORM}
    offered += [server_configs[name] for name in sorted(wanted)]
    return [copied(config, tenant) for config in offered]


def copied(config: KubeObject, tenant: str) -> KubeObject:
    """The config for another namespace: content without nulls (server-side apply refuses them), and only metadata that was meant.

    Labels and annotations of these kinds reach the pods, and a change of them restarts those: nothing is added here.
    """
    source = config.get("metadata") or {}
    metadata: KubeObject = {"name": source["name"], "namespace": tenant}
    for key in ("labels", "annotations"):
        kept = travelling(source.get(key))
        if kept:
            metadata[key] = kept
    content = without_nulls(config.get("spec") or {})
    return {"apiVersion": config["apiVersion"], "kind": config["kind"], "metadata": metadata, "spec": content}


def as_offered(config: KubeObject) -> KubeObject:
    """The platform's config with no more labels and annotations than its copy has, for what is made of that."""
    metadata = config.get("metadata") or {}
    return {
        **config,
        "metadata": {
            **metadata,
            "labels": travelling(metadata.get("labels")),
            "annotations": travelling(metadata.get("annotations")),
        },
    }


def without_nulls(value: Any) -> Any:
    """A copy without null entries of mappings and lists, at any depth."""
    if isinstance(value, dict):
        return {key: without_nulls(entry) for key, entry in value.items() if entry is not None}
    if isinstance(value, list):
        return [without_nulls(entry) for entry in value if entry is not None]
    return value
