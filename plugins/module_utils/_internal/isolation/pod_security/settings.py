# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Controls on the kernel's settings and on kinds of volumes."""

from __future__ import annotations

from collections.abc import Callable

from .part import Malformed, Part
from .pod import Pod, name_of
from .verdict import Forbidden, Place
from .words import plural, quoted, use

_ALLOWED_VOLUMES = (
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "image",
    "persistentVolumeClaim",
    "projected",
    "secret",
)
_RESTRICTED_VOLUMES = (
    "hostPath",
    "gcePersistentDisk",
    "awsElasticBlockStore",
    "gitRepo",
    "nfs",
    "iscsi",
    "glusterfs",
    "rbd",
    "flexVolume",
    "cinder",
    "cephfs",
    "flocker",
    "fc",
    "azureFile",
    "vsphereVolume",
    "quobyte",
    "azureDisk",
    "photonPersistentDisk",
    "portworxVolume",
    "scaleIO",
    "storageos",
)


def sysctls(allowed: frozenset[str]) -> Callable[[Pod], Forbidden | None]:
    """Only those ``allowed``: settings of the pod alone, which disturb nobody else on the node."""

    def judge(pod: Pod) -> Forbidden | None:
        bad = [sysctl for sysctl in pod.security.parts("sysctls") if name_of(sysctl) not in allowed]
        if not bad:
            return None
        places = tuple(Place(sysctl.path, "remove it") for sysctl in bad)
        return Forbidden("forbidden sysctls", ", ".join(map(name_of, bad)), places)

    return judge


def restricted_volumes(pod: Pod) -> Forbidden | None:
    """Only volumes that are made for the pod, or claimed. A volume without a source is an emptyDir."""
    bad = [(volume, kind) for volume in pod.spec.parts("volumes") if (kind := _restricted_kind(volume))]
    if not bad:
        return None
    kinds = sorted({kind for _volume, kind in bad})
    words = f"{plural('volume', len(bad))} {quoted(name_of(volume) for volume, _kind in bad)} {use(len(bad))}"
    places = tuple(
        Place(f"{volume.path}.{kind}", "use a persistentVolumeClaim, or another kind that is made for the pod")
        for volume, kind in bad
    )
    return Forbidden(
        "restricted volume types", f"{words} {plural('restricted volume type', len(kinds))} {quoted(kinds)}", places
    )


def _restricted_kind(volume: Part) -> str:
    """Empty where its kind is allowed."""
    if any(volume.part(kind).present for kind in _ALLOWED_VOLUMES):
        return ""
    found = next((kind for kind in _RESTRICTED_VOLUMES if volume.part(kind).present), "")
    strange = [key for key in volume.fields if key != "name"]
    if not found and strange:
        raise Malformed(f"{volume.path}.{strange[0]}", "a kind of volume that is known here")
    return found
