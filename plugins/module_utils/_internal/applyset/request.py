# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The request for one set of objects, and how to treat it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ..kube.resource import Resource
from ..kube.types import KubeObject
from ..ownership.labels import FIELD_MANAGER
from .operator import Operator
from .step import Conflicts


@dataclass(frozen=True)
class Given:
    """One object as given; ``origin`` is its file and line, for error messages (empty if unknown)."""

    object: KubeObject
    conflicts: Conflicts = Conflicts.FAIL
    origin: str = ""

    @property
    def place(self) -> str:
        """``FILE:LINE`` and two spaces, to begin a message with; or nothing."""
        return f"{self.origin}  " if self.origin else ""


@dataclass(frozen=True)
class Request:
    """A named set."""

    name: str
    inventory_namespace: str
    given: Sequence[Given]
    namespace: str | None = None
    field_manager: str = FIELD_MANAGER
    prune: bool = True
    yielding: Collection[Resource] = ()
    """Kinds of which an object that is no longer wanted, and that others have changed, is handed over to them."""
    meanwhile: Sequence[Given] = ()
    """Objects that are there only while others of their kinds are written or removed, and only if anything is."""
    validate: bool = True
    wait: bool = True
    wait_timeout: float = 300.0
    seldon_expected: bool = False
    """In check mode: the same play installs or changes Seldon's CRDs first, so these kinds are not validated against the
    server's present CRDs.
    """
    take_over: str = "conflicts: take_over"
    """The user's option that takes objects over, as messages name it."""
    connections: int = 8
    operator: Operator | None = None
    """The operator that acts on Seldon's objects of the set, where it is known."""
