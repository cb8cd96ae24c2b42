# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Copies configs of the platform into a tenant's namespace, where the tenant's operator looks for them."""

from __future__ import annotations

from ..kube.json_values import without_nulls
from ..kube.types import KubeObject
from .labels import travelling


def copied(config: KubeObject, tenant: str) -> KubeObject:
    """The config for another namespace: its spec without null fields, which server-side apply refuses, and its labels and
    annotations without those of tools.

    The operator copies labels and annotations of these kinds to pods, and a change restarts the pods. So none is added.
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
    """The platform's config with the labels and annotations of its copy, to compute the objects that are made of the copy."""
    metadata = config.get("metadata") or {}
    return {
        **config,
        "metadata": {
            **metadata,
            "labels": travelling(metadata.get("labels")),
            "annotations": travelling(metadata.get("annotations")),
        },
    }
