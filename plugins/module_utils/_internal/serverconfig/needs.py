# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The objects of the namespace that a pod needs, by their names in its spec."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..kube.objects import mapping, mappings
from ..kube.types import KubeObject
from ..seldon.runtime_objects import RUNTIME_OBJECTS

ACCOUNT, CONFIG_MAP, SECRET, CLAIM = "ServiceAccount", "ConfigMap", "Secret", "PersistentVolumeClaim"
_SOURCES = {
    "configMap": (CONFIG_MAP, "name"),
    "secret": (SECRET, "secretName"),
    "persistentVolumeClaim": (CLAIM, "claimName"),
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
    for need in _all(pod_spec):
        before = found.get((need.kind, need.name))
        if before is None or (before.optional and not need.optional):
            found[(need.kind, need.name)] = need
    return tuple(sorted(found.values()))


def _all(pod: KubeObject) -> Iterator[Need]:
    account = pod.get("serviceAccountName") or pod.get("serviceAccount")
    if isinstance(account, str) and account:
        yield Need(ACCOUNT, account, False, "podSpec.serviceAccountName")
    for reference in mappings(pod.get("imagePullSecrets")):
        # Without it the kubelet still tries to pull.
        yield from _named(SECRET, reference.get("name"), True, "podSpec.imagePullSecrets")
    for key in ("initContainers", "containers"):
        for number, container in enumerate(mappings(pod.get(key))):
            yield from _environment(container, f"podSpec.{key}[{number}]")
    for number, volume in enumerate(mappings(pod.get("volumes"))):
        yield from _volume(volume, f"podSpec.volumes[{number}]")


def _environment(container: Mapping[str, Any], path: str) -> Iterator[Need]:
    for number, variable in enumerate(mappings(container.get("env"))):
        source = mapping(variable.get("valueFrom")) if "valueFrom" in variable else {}
        for key, kind in (("configMapKeyRef", CONFIG_MAP), ("secretKeyRef", SECRET)):
            if key in source:
                yield from _reference(kind, source[key], "name", f"{path}.env[{number}]")
    for number, bundle in enumerate(mappings(container.get("envFrom"))):
        for key, kind in (("configMapRef", CONFIG_MAP), ("secretRef", SECRET)):
            yield from _reference(kind, bundle.get(key), "name", f"{path}.envFrom[{number}]")


def _volume(volume: Mapping[str, Any], path: str) -> Iterator[Need]:
    for source, (kind, key) in _SOURCES.items():
        if source in volume:
            yield from _reference(kind, volume[source], key, path)
    for source, key in _SECRET_REFERENCES:
        if source in volume:
            yield from _reference(SECRET, mapping(volume[source]).get(key), "name", path)
    for projected in mappings(mapping(volume.get("projected")).get("sources")) if "projected" in volume else ():
        yield from _reference(CONFIG_MAP, projected.get("configMap"), "name", path)
        yield from _reference(SECRET, projected.get("secret"), "name", path)


def _reference(kind: str, reference: object, key: str, path: str) -> Iterator[Need]:
    given = mapping(reference)
    yield from _named(kind, given.get(key), given.get("optional") is True, path)


def _named(kind: str, name: object, optional: bool, path: str) -> Iterator[Need]:
    if isinstance(name, str) and name:
        yield Need(kind, name, optional, path)
