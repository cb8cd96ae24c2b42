# SPDX-License-Identifier: GPL-3.0-or-later
"""Both example teams on both releases, as inventory.yml describes them and with files, on a cluster without a tenant."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from . import ROOT
from .platform import RELEASES, platform
from .world import KubeObject, World

_PREFIX = "tenant_namespace_"
_NOT_OPTIONS = ("manifests",)
_QUOTA: KubeObject = {
    "apiVersion": "v1",
    "kind": "ResourceQuota",
    "metadata": {"name": "specification"},
    "spec": {
        "hard": {
            "requests.cpu": "20",
            "requests.memory": "40Gi",
            "limits.cpu": "40",
            "limits.memory": "80Gi",
            "persistentvolumeclaims": "10",
            "services.loadbalancers": "2",
        },
    },
}
"""A quota, so that quota_check has something to check before a tenant exists."""
FILES = "/tmp/ml-platform-golden"
"""Only named in options: nothing is written there."""


def example_worlds() -> Iterator[World]:
    """Worlds with the name TEAM-RELEASE."""
    inventory = yaml.safe_load((ROOT / "inventory.yml").read_text(encoding="utf-8"))
    for team, variables in inventory["all"]["children"]["tenants"]["hosts"].items():
        options = {key.removeprefix(_PREFIX): value for key, value in variables.items() if key.startswith(_PREFIX)}
        options = {"name": team, **{key: value for key, value in options.items() if key not in _NOT_OPTIONS}}
        options |= {"monitoring": {"directory": FILES}, "readme": {"directory": FILES}}
        for release in RELEASES:
            files = _built(ROOT / "examples" / team / "k8s" / "base")
            yield World(
                f"{team}-{release}",
                options,
                files,
                platform(release),
                serverconfig_params={"planned": True},
                quota_params={"definition": [_QUOTA]},
            )


def _built(folder: Path) -> dict[str, str]:
    """The files as the folder's kustomization builds them. It only sets the namespace and labels, so kustomize is not
    needed.
    """
    kustomization = yaml.safe_load((folder / "kustomization.yaml").read_text(encoding="utf-8"))
    unknown = kustomization.keys() - {"apiVersion", "kind", "namespace", "labels", "resources"}
    if unknown:
        raise NotImplementedError(f"{folder}: {', '.join(sorted(unknown))}")
    return {name: _changed(folder / name, kustomization) for name in kustomization["resources"]}


def _changed(path: Path, kustomization: dict[str, Any]) -> str:
    documents = [document for document in yaml.safe_load_all(path.read_text(encoding="utf-8")) if document]
    for document in documents:
        document["metadata"]["namespace"] = kustomization["namespace"]
        for labels in kustomization["labels"]:
            document["metadata"].setdefault("labels", {}).update(labels["pairs"])
    return yaml.safe_dump_all(documents, sort_keys=False)
