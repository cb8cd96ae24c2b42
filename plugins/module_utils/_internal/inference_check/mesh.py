# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The Service ``seldon-mesh``, which is the entry to a tenant's models, and the pod to which a port is forwarded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..kube.errors import KubeError
from ..kube.objects import mapping, mappings, name_of, spec_of
from ..kube.types import KubeObject
from ..seldon.components import MESH

SERVICE, PORT = MESH.name, MESH.ports[0].number


def label_selector(service: KubeObject, namespace: str) -> str:
    """The Service's selector as the labelSelector of a LIST. Raises KubeError."""
    selector = mapping(spec_of(service).get("selector"))
    if not selector:
        raise KubeError(
            f"Service {SERVICE} in namespace {namespace} selects no pods, so no port can be forwarded. Use via=url"
        )
    return ",".join(f"{key}={value}" for key, value in sorted(selector.items()))


def forwarded(service: KubeObject, pods: Iterable[KubeObject], namespace: str) -> tuple[str, int]:
    """Name and container port of a pod that is Ready. Raises KubeError."""
    every = sorted(pods, key=name_of)
    ready = [pod for pod in every if _is_ready(pod)]
    if not ready:
        problem = f"none of {len(every)} pods behind it is Ready" if every else "there is no pod behind it"
        raise KubeError(f"Service {SERVICE} in namespace {namespace}: {problem}. See: kubectl get pods -n {namespace}")
    return name_of(ready[0]), _container_port(service, ready[0], namespace)


def _is_ready(pod: KubeObject) -> bool:
    conditions = mappings(mapping(pod.get("status")).get("conditions"))
    deleted = mapping(pod.get("metadata")).get("deletionTimestamp")
    return not deleted and any(
        condition.get("type") == "Ready" and condition.get("status") == "True" for condition in conditions
    )


def _container_port(service: KubeObject, pod: KubeObject, namespace: str) -> int:
    port = next((port for port in mappings(spec_of(service).get("ports")) if port.get("port") == PORT), None)
    if port is None:
        raise KubeError(
            f"Service {SERVICE} in namespace {namespace} has no port {PORT}. Use via=url with the address that it is served at"
        )
    target = port.get("targetPort", PORT)
    if isinstance(target, int):
        return target
    for declared in _container_ports(pod):
        if declared.get("name") == target and isinstance(number := declared.get("containerPort"), int):
            return number
    raise KubeError(f"Service {SERVICE} in namespace {namespace}: pod {name_of(pod)} has no port named {target}")


def _container_ports(pod: KubeObject) -> Iterable[Mapping[str, object]]:
    return (port for container in mappings(spec_of(pod).get("containers")) for port in mappings(container.get("ports")))
