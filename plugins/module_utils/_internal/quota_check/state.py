# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A namespace as it is, as far as quotas count it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ..kube.types import KubeObject

Named = Mapping[str, KubeObject]
"""Objects of one kind by name."""


@dataclass(frozen=True)
class NamespaceState:
    """``objects``: by resource (``pods``, ``servers.mlops.seldon.io``), each kind read once. ``refused``: why a kind
    could not be read.

    ``storage_class``: the cluster's default one, "" if there is none, None if that could not be read. ``exists``:
    whether the namespace does.
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
        if resource not in self._named:
            self._named[resource] = {str(obj["metadata"]["name"]): obj for obj in self.of(resource)}
        return self._named[resource]

    def labelled(self, resource: str, label: str, value: str) -> Sequence[KubeObject]:
        """Those with this label."""
        if (resource, label) not in self._labelled:
            found: dict[str, list[KubeObject]] = {}
            for obj in self.of(resource):
                found.setdefault((obj["metadata"].get("labels") or {}).get(label, ""), []).append(obj)
            self._labelled[resource, label] = found
        return self._labelled[resource, label].get(value, ())

    @cached_property
    def claims(self) -> frozenset[str]:
        """Names of the PersistentVolumeClaims."""
        return frozenset(self.named("persistentvolumeclaims"))

    @cached_property
    def _named(self) -> dict[str, Named]:
        """Made when first asked for: thousands of Servers ask for the same."""
        return {}

    @cached_property
    def _labelled(self) -> dict[tuple[str, str], Mapping[str, Sequence[KubeObject]]]:
        return {}


def default_storage_class(classes: Sequence[KubeObject]) -> str:
    """Its name, "" if there is none; of several the newest, as Kubernetes chooses since 1.26."""
    marked = [
        metadata
        for metadata in (obj["metadata"] for obj in classes)
        if (metadata.get("annotations") or {}).get("storageclass.kubernetes.io/is-default-class") == "true"
    ]
    newest = sorted(marked, key=lambda metadata: (str(metadata.get("creationTimestamp") or ""), str(metadata["name"])))
    return str(newest[-1]["name"]) if newest else ""
