# SPDX-License-Identifier: GPL-3.0-or-later
"""KWOK's kinds that the lab uses: their paths, and CustomResourceDefinitions that accept any field."""

from __future__ import annotations

from typing import Any

Manifest = dict[str, Any]

GROUP = "kwok.x-k8s.io"


def path(plural: str) -> str:
    """The URL path of the kind's objects."""
    return f"/apis/{GROUP}/v1alpha1/{plural}"


def definition(kind: str, plural: str) -> Manifest:
    """The CustomResourceDefinition of a cluster-scoped kind."""
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.{GROUP}"},
        "spec": {
            "group": GROUP,
            "scope": "Cluster",
            "names": {"kind": kind, "listKind": f"{kind}List", "plural": plural, "singular": kind.lower()},
            "versions": [
                {
                    "name": "v1alpha1",
                    "served": True,
                    "storage": True,
                    "subresources": {"status": {}},
                    "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}},
                }
            ],
        },
    }
