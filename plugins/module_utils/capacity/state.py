# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A namespace as it is, as far as quotas count it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..kube.types import KubeObject

Named = Mapping[str, KubeObject]
"""Objects of one kind by name."""


@dataclass(frozen=True)
class NamespaceState:
    """``objects``: by resource (``pods``, ``servers.mlops.seldon.io``), each kind read once. ``refused``: why a kind could not be read.

    ``storage_class``: the cluster's default one, "" if there is none, None if that could not be read. ``exists``: whether the namespace does.
    """

    objects: Mapping[str, Sequence[KubeObject]] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)
    storage_class: str | None = None
    exists: bool = True

    def of(self, resource: str) -> Sequence[KubeObject]:
        """Empty for a kind that was not, or could not be read."""
        return self.objects.get(resource, ())

    def named(self, resource: str) -> Named:
        """The same by name."""
        return {str(obj["metadata"]["name"]): obj for obj in self.of(resource)}


def default_storage_class(classes: Sequence[KubeObject]) -> str:
    """Its name, "" if there is none; of several the newest, as Kubernetes chooses since 1.26."""
    marked = [
        metadata
        for metadata in (obj["metadata"] for obj in classes)
        if (metadata.get("annotations") or {}).get("storageclass.kubernetes.io/is-default-class") == "true"
    ]
    newest = sorted(marked, key=lambda metadata: (str(metadata.get("creationTimestamp") or ""), str(metadata["name"])))
    return str(newest[-1]["name"]) if newest else ""
