# SPDX-License-Identifier: GPL-3.0-or-later
"""An external provisioner of volumes: kube-controller-manager requests one by an annotation on the claim; the lab
creates a PersistentVolume, and removes it when it is released. Nothing is ever written to the volumes' paths.
"""

from __future__ import annotations

from typing import Any

Manifest = dict[str, Any]

PROVISIONER = "lab.local/host-path"
STORAGE_CLASS: Manifest = {
    "apiVersion": "storage.k8s.io/v1",
    "kind": "StorageClass",
    "metadata": {"name": "standard", "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}},
    "provisioner": PROVISIONER,
    "reclaimPolicy": "Delete",
    "volumeBindingMode": "Immediate",
}


def wants_volume(claim: Manifest) -> bool:
    """Whether kube-controller-manager waits for this provisioner to create a volume for the claim."""
    asked: str | None = claim["metadata"].get("annotations", {}).get("volume.kubernetes.io/storage-provisioner")
    return asked == PROVISIONER and not claim["spec"].get("volumeName") and "deletionTimestamp" not in claim["metadata"]


def volume_for(claim: Manifest, folder: str) -> Manifest:
    """A volume of exactly the size that the claim requests, reserved for the claim."""
    metadata, spec = claim["metadata"], claim["spec"]
    name = f"pvc-{metadata['uid']}"
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": name, "annotations": {"pv.kubernetes.io/provisioned-by": PROVISIONER}},
        "spec": {
            "accessModes": spec["accessModes"],
            "capacity": {"storage": spec["resources"]["requests"]["storage"]},
            "claimRef": {
                "apiVersion": "v1",
                "kind": "PersistentVolumeClaim",
                "namespace": metadata["namespace"],
                "name": metadata["name"],
                "uid": metadata["uid"],
            },
            "hostPath": {"path": f"{folder}/{name}"},
            "persistentVolumeReclaimPolicy": "Delete",
            "storageClassName": spec["storageClassName"],
            "volumeMode": spec.get("volumeMode", "Filesystem"),
        },
    }


def is_to_be_deleted(volume: Manifest) -> bool:
    """Whether the lab created the volume, its claim is gone, and its reclaim policy is not Retain."""
    ours = volume["metadata"].get("annotations", {}).get("pv.kubernetes.io/provisioned-by") == PROVISIONER
    released = volume.get("status", {}).get("phase") == "Released"
    return ours and released and bool(volume["spec"].get("persistentVolumeReclaimPolicy") == "Delete")
