# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The objects that a pod spec names: those without which its pods are not created or not started, and optional ones.

Source: Kubernetes' core/v1 PodSpec (k8s.io/api/core/v1/types.go).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .object_reference import ObjectReference, reference
from .objects import mapping, mappings
from .resource import Resource
from .resources import (
    CONFIG_MAP,
    PERSISTENT_VOLUME_CLAIM,
    PRIORITY_CLASS,
    RUNTIME_CLASS,
    SECRET,
    SERVICE_ACCOUNT,
    STORAGE_CLASS,
)

_SOURCES = {
    "configMap": (CONFIG_MAP, "name"),
    "secret": (SECRET, "secretName"),
    "persistentVolumeClaim": (PERSISTENT_VOLUME_CLAIM, "claimName"),
    "azureFile": (SECRET, "secretName"),
}
"""Volumes that name an object, and by which field."""
_SECRET_REFERENCES = (
    ("csi", "nodePublishSecretRef"),
    ("cephfs", "secretRef"),
    ("cinder", "secretRef"),
    ("flexVolume", "secretRef"),
    ("iscsi", "secretRef"),
    ("rbd", "secretRef"),
    ("scaleIO", "secretRef"),
    ("storageos", "secretRef"),
)
_SYSTEM_CLASSES = ("system-cluster-critical", "system-node-critical")
"""PriorityClasses that every API server creates."""


def pod_references(pod: Mapping[str, Any]) -> Iterator[ObjectReference]:
    """With fields such as ``volumes[data].secret``, in the order of the pod spec's parts. A pod spec may have any shape."""
    account = "serviceAccountName" if pod.get("serviceAccountName") else "serviceAccount"
    yield from reference(account, SERVICE_ACCOUNT, pod.get(account))
    for secret in mappings(pod.get("imagePullSecrets")):
        # Without it, the kubelet still tries to pull.
        yield from reference("imagePullSecrets", SECRET, secret.get("name"), optional=True)
    if pod.get("priorityClassName") not in _SYSTEM_CLASSES:
        yield from reference("priorityClassName", PRIORITY_CLASS, pod.get("priorityClassName"))
    yield from reference("runtimeClassName", RUNTIME_CLASS, pod.get("runtimeClassName"))
    for key in ("initContainers", "containers"):
        for container in mappings(pod.get(key)):
            yield from _environment(container, f"{key}[{container.get('name')}]")
    for volume in mappings(pod.get("volumes")):
        yield from _volume(volume, f"volumes[{volume.get('name')}]")


def _environment(container: Mapping[str, Any], field: str) -> Iterator[ObjectReference]:
    for variable in mappings(container.get("env")):
        source = mapping(variable.get("valueFrom"))
        for key, resource in (("configMapKeyRef", CONFIG_MAP), ("secretKeyRef", SECRET)):
            if key in source:
                place = f"{field}.env[{variable.get('name')}].valueFrom.{key}"
                yield from _optional(place, resource, source[key], "name")
    for position, bundle in enumerate(mappings(container.get("envFrom"))):
        for key, resource in (("configMapRef", CONFIG_MAP), ("secretRef", SECRET)):
            yield from _optional(f"{field}.envFrom[{position}].{key}", resource, bundle.get(key), "name")


def _volume(volume: Mapping[str, Any], field: str) -> Iterator[ObjectReference]:
    for source, (resource, key) in _SOURCES.items():
        if source in volume:
            yield from _optional(f"{field}.{source}", resource, volume[source], key)
    for source, key in _SECRET_REFERENCES:
        if source in volume:
            yield from _optional(f"{field}.{source}.{key}", SECRET, mapping(volume[source]).get(key), "name")
    for projected in mappings(mapping(volume.get("projected")).get("sources")):
        yield from _optional(f"{field}.projected.configMap", CONFIG_MAP, projected.get("configMap"), "name")
        yield from _optional(f"{field}.projected.secret", SECRET, projected.get("secret"), "name")
    claim = mapping(mapping(mapping(volume.get("ephemeral")).get("volumeClaimTemplate")).get("spec"))
    yield from reference(f"{field}.ephemeral.storageClassName", STORAGE_CLASS, claim.get("storageClassName"))


def _optional(field: str, resource: Resource, given: object, key: str) -> Iterator[ObjectReference]:
    yield from reference(field, resource, mapping(given).get(key), mapping(given).get("optional") is True)
