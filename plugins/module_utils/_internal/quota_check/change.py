# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is to become of a namespace: the objects that will be in it, and what Seldon's operator will make of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..kube.types import KubeObject
from ..resolved_tenant.resolved_tenant import ResolvedTenant


@dataclass(frozen=True)
class Change:
    """``desired``: (resource, object) of everything that is going to be applied in the namespace. ``removed``:
    (resource, name). ``tenant``: the Servers and SeldonRuntimes that will be there, applied or not.
    """

    desired: Sequence[tuple[str, KubeObject]] = ()
    removed: Sequence[tuple[str, str]] = ()
    tenant: ResolvedTenant = ResolvedTenant()

    def of(self, resource: str) -> Mapping[str, KubeObject]:
        """The desired objects of one kind by name."""
        return {str(obj["metadata"]["name"]): obj for kind, obj in self.desired if kind == resource}

    def removes(self, resource: str, name: str) -> bool:
        """Whether this object goes."""
        return (resource, name) in self.removed
