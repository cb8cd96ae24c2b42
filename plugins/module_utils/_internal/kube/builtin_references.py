# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The objects that objects of Kubernetes' own kinds name outside of pod specs (those are in pod_references.py)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .object_reference import ObjectReference, reference
from .objects import mapping, mappings, spec_of
from .resources import (
    DEPLOYMENT,
    HORIZONTAL_POD_AUTOSCALER,
    INGRESS,
    INGRESS_CLASS,
    MODEL,
    PERSISTENT_VOLUME_CLAIM,
    SECRET,
    SERVER,
    SERVICE,
    SERVICE_ACCOUNT,
    STATEFUL_SET,
    STORAGE_CLASS,
)
from .types import KubeObject

_SCALED = {(resource.group, resource.kind): resource for resource in (DEPLOYMENT, STATEFUL_SET, SERVER, MODEL)}
"""Kinds that an autoscaler scales; others are not followed."""


def builtin_references(obj: KubeObject) -> Iterator[ObjectReference]:
    """The references of one object; none for other kinds. It may have any shape."""
    group = str(obj.get("apiVersion") or "").rpartition("/")[0]
    kind = str(obj.get("kind"))
    return _RULES[group, kind](obj) if (group, kind) in _RULES else iter(())


def claim_references(spec: Mapping[str, Any], field: str) -> Iterator[ObjectReference]:
    """The references of a PersistentVolumeClaim's spec."""
    yield from reference(f"{field}.storageClassName", STORAGE_CLASS, spec.get("storageClassName"))
    for key in ("dataSource", "dataSourceRef"):
        source = mapping(spec.get(key))
        if source.get("kind") == PERSISTENT_VOLUME_CLAIM.kind and not source.get("namespace"):
            yield from reference(f"{field}.{key}.name", PERSISTENT_VOLUME_CLAIM, source.get("name"))


def _claim(obj: KubeObject) -> Iterator[ObjectReference]:
    return claim_references(spec_of(obj), "spec")


def _service_account(obj: KubeObject) -> Iterator[ObjectReference]:
    for secret in mappings(obj.get("imagePullSecrets")):
        yield from reference("imagePullSecrets", SECRET, secret.get("name"), optional=True)


def _stateful_set(obj: KubeObject) -> Iterator[ObjectReference]:
    spec = spec_of(obj)
    # Its pods run without the Service; only their host names are missing.
    yield from reference("spec.serviceName", SERVICE, spec.get("serviceName"))
    for position, template in enumerate(mappings(spec.get("volumeClaimTemplates"))):
        yield from claim_references(spec_of(dict(template)), f"spec.volumeClaimTemplates[{position}].spec")


def _ingress(obj: KubeObject) -> Iterator[ObjectReference]:
    spec = spec_of(obj)
    yield from reference("spec.ingressClassName", INGRESS_CLASS, spec.get("ingressClassName"))
    yield from _backend(spec.get("defaultBackend"), "spec.defaultBackend")
    for position, entry in enumerate(mappings(spec.get("tls"))):
        yield from reference(f"spec.tls[{position}].secretName", SECRET, entry.get("secretName"))
    for number, rule in enumerate(mappings(spec.get("rules"))):
        for position, path in enumerate(mappings(mapping(rule.get("http")).get("paths"))):
            yield from _backend(path.get("backend"), f"spec.rules[{number}].http.paths[{position}].backend")


def _backend(backend: object, field: str) -> Iterator[ObjectReference]:
    yield from reference(f"{field}.service.name", SERVICE, mapping(mapping(backend).get("service")).get("name"))


def _autoscaler(obj: KubeObject) -> Iterator[ObjectReference]:
    target = mapping(spec_of(obj).get("scaleTargetRef"))
    scaled = _SCALED.get((str(target.get("apiVersion") or "").rpartition("/")[0], str(target.get("kind"))))
    if scaled is not None:
        yield from reference("spec.scaleTargetRef.name", scaled, target.get("name"))


_RULES: Mapping[tuple[str, str], Callable[[KubeObject], Iterator[ObjectReference]]] = {
    (PERSISTENT_VOLUME_CLAIM.group, PERSISTENT_VOLUME_CLAIM.kind): _claim,
    (SERVICE_ACCOUNT.group, SERVICE_ACCOUNT.kind): _service_account,
    (STATEFUL_SET.group, STATEFUL_SET.kind): _stateful_set,
    (INGRESS.group, INGRESS.kind): _ingress,
    (HORIZONTAL_POD_AUTOSCALER.group, HORIZONTAL_POD_AUTOSCALER.kind): _autoscaler,
}
