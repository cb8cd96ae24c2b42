# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where objects refer to others by name: pod specs, Seldon's kinds, and host names in their text."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ..kube.objects import mapping, mappings, spec_of
from ..kube.resource import Resource
from ..kube.resources import (
    CRON_JOB,
    DEPLOYMENT,
    JOB,
    POD,
    SELDON_CONFIG,
    SELDON_RUNTIME,
    SERVER,
    SERVER_CONFIG,
    STATEFUL_SET,
)
from ..kube.types import KubeObject
from .snapshot import Snapshot

PodSpec = Mapping[str, Any]
_HOST = re.compile(r"[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?", re.ASCII)
_LONGEST_TEXT = 100_000


class Text(NamedTuple):
    """A value in which names of Services may stand."""

    field: str
    value: str


def pod_specs(snapshot: Snapshot, namespace: str) -> Iterator[tuple[KubeObject, str, PodSpec]]:
    """A pod spec that people wrote, not one that a controller derived: the object, the field of the pod spec, the pod spec."""
    for resource in (DEPLOYMENT, STATEFUL_SET, JOB, CRON_JOB, POD):
        for obj in snapshot.inside(resource, namespace):
            if not mapping(obj.get("metadata")).get("ownerReferences"):
                yield obj, *_of_workload(resource, obj)
    for resource in (SERVER, SERVER_CONFIG):
        for obj in snapshot.inside(resource, namespace):
            yield obj, "spec.podSpec", mapping(spec_of(obj).get("podSpec"))
    for resource, field in ((SELDON_RUNTIME, "overrides"), (SELDON_CONFIG, "components")):
        for obj in snapshot.inside(resource, namespace):
            for position, component in enumerate(mappings(spec_of(obj).get(field))):
                yield obj, f"spec.{field}[{position}].podSpec", mapping(component.get("podSpec"))


def _of_workload(resource: Resource, obj: KubeObject) -> tuple[str, PodSpec]:
    spec = spec_of(obj)
    if resource == POD:
        return "spec", spec
    if resource == CRON_JOB:
        inner = mapping(mapping(spec.get("jobTemplate")).get("spec"))
        return "spec.jobTemplate.spec.template.spec", mapping(mapping(inner.get("template")).get("spec"))
    return "spec.template.spec", mapping(mapping(spec.get("template")).get("spec"))


def texts(field: str, pod: PodSpec) -> Iterator[Text]:
    """The values of variables, and the arguments, of every container."""
    for place, container in _containers(field, pod):
        for variable in mappings(container.get("env")):
            if isinstance(variable.get("value"), str):
                yield Text(f"{place}.env[{variable.get('name')}]", variable["value"])
        for key in ("command", "args"):
            for position, argument in enumerate(container.get(key) or ()):
                if isinstance(argument, str):
                    yield Text(f"{place}.{key}[{position}]", argument)


def _containers(field: str, pod: PodSpec) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for key in ("initContainers", "containers"):
        for container in mappings(pod.get(key)):
            yield f"{field}.{key}[{container.get('name')}]", container


def affinity_namespaces(field: str, pod: PodSpec) -> Iterator[tuple[str, Sequence[str] | None]]:
    """Pod affinities and anti-affinities that look at other namespaces: their names, or None for a selector."""
    affinity = mapping(pod.get("affinity"))
    for kind in ("podAffinity", "podAntiAffinity"):
        terms = mapping(affinity.get(kind))
        required = mappings(terms.get("requiredDuringSchedulingIgnoredDuringExecution"))
        preferred = [
            mapping(weighted.get("podAffinityTerm"))
            for weighted in mappings(terms.get("preferredDuringSchedulingIgnoredDuringExecution"))
        ]
        for term in (*required, *preferred):
            if term.get("namespaceSelector") is not None:
                yield f"{field}.affinity.{kind}", None
            elif term.get("namespaces"):
                yield f"{field}.affinity.{kind}", [str(name) for name in term["namespaces"]]


def service_namespaces(value: str, namespaces: Collection[str]) -> Iterator[tuple[str, str]]:
    """Host names of Services in the text with their namespaces: ``name.namespace`` of an existing one, or anything with
    ``.svc``.
    """
    for match in _HOST.finditer(value[:_LONGEST_TEXT].lower()):
        host = match.group()
        labels = host.split(".")
        if "svc" in labels[2:]:
            yield host, labels[labels.index("svc", 2) - 1]
        elif len(labels) == 2 and labels[1] in namespaces:
            yield host, labels[1]
