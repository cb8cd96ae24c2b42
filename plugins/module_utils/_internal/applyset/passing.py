# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Objects that are there only while others of their kinds are written or removed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from ..kube.client import KubeClient
from ..kube.errors import NotFound
from .inventory import Member
from .objects import ObjectKey
from .step import Step, Wanted


class Passing:
    """The objects belong to the set while they exist, so that the next run removes them after a run that was killed."""

    def __init__(self, client: KubeClient, wanted: Sequence[Wanted], manager: str) -> None:
        self._client = client
        self._manager = manager
        self._wanted = {item.key: item for item in wanted}
        self.members = {item.key: Member(item.resource, item.key) for item in wanted}
        """The members that the record must contain as long as the objects may exist."""

    def put(self) -> None:
        """Applies the objects. Raises KubeError."""
        for key, item in self._wanted.items():
            stored = self._client.apply(item.resource, item.intent, field_manager=self._manager)
            self.members[key] = replace(self.members[key], uid=stored["metadata"]["uid"])

    def lift(self, steps: Sequence[Step], done: Collection[ObjectKey]) -> None:
        """Removes them once nothing of their kinds is left to do. Raises KubeError."""
        kinds = {member.resource for member in self.members.values()}
        if any(step.writes and step.resource in kinds and step.key not in done for step in steps):
            return
        for key, member in list(self.members.items()):
            if member.uid:
                try:
                    self._client.delete(member.resource, key.namespace or None, key.name, uid=member.uid)
                except NotFound:
                    pass  # it is gone, as wanted
            del self.members[key]
