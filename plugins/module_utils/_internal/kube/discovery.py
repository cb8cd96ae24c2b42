# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which kinds the API server serves, from its aggregated discovery document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .resource import Resource
from .resources import SELDON_RESOURCES

ACCEPT = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json"


class Discovery:
    """The served resources, looked up by an object's apiVersion and kind."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        self._resources = {(resource.api_version, resource.kind): resource for resource in resources}

    def find(self, api_version: str, kind: str) -> Resource | None:
        """The resource for this apiVersion and kind, or None where the server has no such kind."""
        return self._resources.get((api_version, kind))

    def current(self, resource: Resource) -> Resource:
        """The same resource; in another version where its version is no longer served."""
        if self.find(resource.api_version, resource.kind):
            return resource
        others = [r for r in self._resources.values() if (r.group, r.kind) == (resource.group, resource.kind)]
        return min(others, default=resource)

    @property
    def resources(self) -> list[Resource]:
        """All resources, in every served version."""
        return list(self._resources.values())

    def versions_of(self, kind: str) -> list[str]:
        """The apiVersions that serve a kind of this name."""
        return sorted(version for version, name in self._resources if name == kind)

    @property
    def kinds(self) -> list[str]:
        """All served kinds, for suggestions."""
        return sorted({kind for api_version, kind in self._resources})

    def with_seldon(self) -> Discovery:
        """The discovery with Seldon's kinds, for a check before Seldon's CRDs are installed."""
        return Discovery([*SELDON_RESOURCES, *self._resources.values()])


def parse_discovery(documents: Iterable[Mapping[str, Any]]) -> list[Resource]:
    """The resources of APIGroupDiscoveryList documents; subresources are left out."""
    resources = []
    for document in documents:
        for group in document.get("items", []):
            for version in group.get("versions", []):
                for item in version.get("resources", []):
                    kind = (item.get("responseKind") or {}).get("kind")
                    if kind:
                        resources.append(
                            Resource(
                                (group.get("metadata") or {}).get("name", ""),
                                version["version"],
                                item["resource"],
                                kind,
                                item.get("scope") == "Namespaced",
                            )
                        )
    return resources
