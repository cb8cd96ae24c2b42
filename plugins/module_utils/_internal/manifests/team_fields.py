# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Fields that a team's object must not set: they refer to objects of others, or prevent its deletion."""

from __future__ import annotations

from collections.abc import Iterator

from ..diagnosis.diagnostic import Diagnostic
from ..kube.objects import spec_of
from .manifest import Manifest


def field_faults(manifest: Manifest) -> Iterator[Diagnostic]:
    """One diagnostic per such field, for an object of any shape."""
    metadata = manifest.object["metadata"]
    if metadata.get("finalizers"):
        reason = "can only be removed by its controller: without that controller, the object and its namespace can never be deleted"
        yield manifest.problem("metadata.finalizers", reason, "remove it")
    if metadata.get("ownerReferences"):
        reason = "names the owner by its uid, so this is a copy of a live object, and Kubernetes deletes it as soon as that owner is gone"
        yield manifest.problem("metadata.ownerReferences", reason, "remove it")
    if manifest.group_kind == "PersistentVolumeClaim" and spec_of(manifest.object).get("volumeName"):
        step = "name a storageClassName instead, or ask the platform team to reserve a volume for this claim (claimRef)"
        yield manifest.problem("spec.volumeName", "names a PersistentVolume, which may hold another team's data", step)
