# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The objects of the namespace that a pod needs, by their names in its spec."""

from __future__ import annotations

from dataclasses import dataclass

from ..kube.pod_references import pod_references
from ..kube.types import KubeObject
from ..seldon.runtime_objects import RUNTIME_OBJECTS


@dataclass(frozen=True, order=True)
class Need:
    """``optional``: the pod starts without it. ``path``: the first field that names it."""

    kind: str
    name: str
    optional: bool
    path: str

    @property
    def from_runtime(self) -> bool:
        """Whether a SeldonRuntime in the namespace brings it, under that fixed name."""
        return self.name in RUNTIME_OBJECTS.get(self.kind, ())


def needs(pod_spec: KubeObject) -> tuple[Need, ...]:
    """Each object once, by kind and name; needed by one part and optional for another is needed."""
    found: dict[tuple[str, str], Need] = {}
    for given in pod_references(pod_spec):
        if not given.resource.namespaced:
            continue
        need = Need(given.resource.kind, given.name, given.optional, f"podSpec.{given.field}")
        before = found.get((need.kind, need.name))
        if before is None or (before.optional and not need.optional):
            found[(need.kind, need.name)] = need
    return tuple(sorted(found.values()))
