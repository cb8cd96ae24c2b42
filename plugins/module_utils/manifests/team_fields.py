# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Fields that a team's object must not set: they tie it to what is not the team's, or keep it from ever being deleted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..kube.objects import spec_of
from .manifest import Manifest


class FieldFault(NamedTuple):
    """Where it is, why it is refused, and what to do."""

    field: str
    reason: str
    next_step: str


def field_faults(manifest: Manifest) -> Iterator[FieldFault]:
    """All that the object sets of them, whatever its shape."""
    metadata = manifest.object["metadata"]
    if metadata.get("finalizers"):
        reason = "belongs to the controller that takes it away again: without that one, the object and its namespace can never be deleted"
        yield FieldFault("metadata.finalizers", reason, "remove it")
    if metadata.get("ownerReferences"):
        reason = "names the owner by its uid, so this is a copy of a live object, and it would be deleted as soon as that one is gone"
        yield FieldFault("metadata.ownerReferences", reason, "remove it")
    if manifest.group_kind == "PersistentVolumeClaim" and spec_of(manifest.object).get("volumeName"):
        step = "name a storageClassName instead, or ask the platform team to reserve a volume for this claim (claimRef)"
        yield FieldFault("spec.volumeName", "names a PersistentVolume, which may hold another team's data", step)
