# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What Servers are resolved from: the cluster (or what it will be), each kind read once for all namespaces."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from ..kube.types import KubeObject
from ..operators.record import Operator
from .missing import Inventory


class Cause(str, Enum):
    """Why a read gave nothing: no permission (403), an error of the API (401, 5xx, 429, timeout), no such kind in the
    cluster, or no cluster.
    """

    DENIED = "denied"
    FAILED = "failed"
    NOT_SERVED = "not-served"
    NO_CLUSTER = "no-cluster"


@dataclass(frozen=True)
class Refusal:
    """``words``: what the API said."""

    cause: Cause
    words: str = ""


@dataclass(frozen=True)
class Listing:
    """The objects of one kind in all namespaces. ``refused``: the read of the whole kind; ``refused_in``: that of
    single namespaces.

    ``certain``: (namespace, name) of objects that will be there whatever could not be read, since files bring them.
    """

    objects: Sequence[KubeObject] = ()
    refused: Refusal | None = None
    refused_in: Mapping[str, Refusal] = field(default_factory=dict)
    certain: Collection[tuple[str, str]] = ()

    def refusal(self, namespace: str) -> Refusal | None:
        """Why absence cannot be told in that namespace; None if it can."""
        return self.refused or self.refused_in.get(namespace)

    def refusal_of(self, namespace: str, name: str) -> Refusal | None:
        """Why the object cannot be told; None if it is known to be there or not."""
        return None if (namespace, name) in self.certain else self.refusal(namespace)


UNREAD = Listing(refused=Refusal(Cause.DENIED, "not read"))


@dataclass(frozen=True)
class Snapshot:
    """``operators`` is None when the Deployments could not be read.

    ``inventories``: by namespace, for what pods need. ``other_names``: by kind, (namespace, name) of objects that a
    reference may have meant instead. ``live``: a cluster was asked at all.
    """

    servers: Listing
    server_configs: Listing
    namespaces: Listing = UNREAD
    operators: Sequence[Operator] | None = None
    stateful_sets: Listing = UNREAD
    inventories: Mapping[str, Inventory] = field(default_factory=dict)
    other_names: Mapping[str, Collection[tuple[str, str]]] = field(default_factory=dict)
    live: bool = True
