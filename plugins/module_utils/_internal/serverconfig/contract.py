# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What Seldon's agent, Services and monitors expect of a ServerConfig; found in the charts of 2.9.1 and 2.10.2."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..diagnosis.diagnostic import Diagnostic, Severity
from ..diagnosis.quoting import shown_name
from ..kube.objects import mapping, mappings
from ..seldon.agent_contract import (
    ACCOUNT,
    AGENT_PORTS,
    CONFIG_MOUNTS,
    DEFAULTED_VARIABLES,
    DRAIN_SECONDS,
    FIXED_VARIABLES,
    METRICS_PORT,
    PRESENT_VARIABLES,
    SERVER_METRICS_PORT,
    SIDECARS,
)
from .finding import finding

_SEED = "start from the platform's ServerConfig and change only image, resources, capabilities and claim size"


def contract(spec: Mapping[str, Any]) -> list[Diagnostic]:
    """The findings about the spec of a ServerConfig, in the order of the contract. An empty spec has one finding: code
    ``no_containers``.
    """
    pod = mapping(spec.get("podSpec"))
    return check_pod(
        pod, tuple(str(claim.get("name")) for claim in mappings(spec.get("volumeClaimTemplates"))), "spec.podSpec"
    )


def check_pod(pod: Mapping[str, Any], claims: tuple[str, ...], path: str = "podSpec") -> list[Diagnostic]:
    """The same for the pod spec that a Server makes of it. ``claims`` are the names of the volumeClaimTemplates."""
    containers = {str(container.get("name")): container for container in mappings(pod.get("containers"))}
    if not containers:
        return [
            finding(
                "no_containers",
                Severity.ERROR,
                f"{path}.containers",
                "has no container: the StatefulSet would be refused",
                _SEED,
            )
        ]
    return [
        *_containers(containers, path),
        *_agent(containers, path),
        *_inference(containers, path),
        *_volumes(pod, claims, path),
        *_pod(pod, containers, path),
    ]


def _containers(containers: Mapping[str, Mapping[str, Any]], path: str) -> Iterator[Diagnostic]:
    for name in SIDECARS:
        if name not in containers:
            yield finding(
                "no_container",
                Severity.ERROR,
                f"{path}.containers",
                f"has no container {name}: no model can be loaded",
                _SEED,
            )
    if not containers.keys() - set(SIDECARS):
        yield finding(
            "no_container",
            Severity.ERROR,
            f"{path}.containers",
            "has no inference container beside rclone and agent",
            _SEED,
        )
    for name, container in containers.items():
        if not container.get("image"):
            yield finding(
                "no_image",
                Severity.ERROR,
                f"{path}.containers[{shown_name(name)}].image",
                "is missing: the StatefulSet would be refused",
                "name an image",
            )


def _agent(containers: Mapping[str, Mapping[str, Any]], path: str) -> Iterator[Diagnostic]:
    agent = containers.get("agent")
    if agent is None:
        return
    place = f"{path}.containers[agent]"
    for name in (*AGENT_PORTS, METRICS_PORT):
        if name not in _port_names(agent):
            uses = "the PodMonitor scrapes" if name == METRICS_PORT else "the replicas' Services lead to"
            yield finding(
                "no_port",
                Severity.WARNING if name == METRICS_PORT else Severity.ERROR,
                f"{place}.ports",
                f"has no port named {name}, which {uses}",
                f"name the agent's port {name}",
            )
    variables = {str(variable.get("name")): variable for variable in mappings(agent.get("env"))}
    for name in (*PRESENT_VARIABLES, *FIXED_VARIABLES):
        if name not in variables and name not in DEFAULTED_VARIABLES:
            yield finding(
                "no_env", Severity.WARNING, f"{place}.env", f"has no variable {name}, which the agent reads", _SEED
            )
    for name, expected in FIXED_VARIABLES.items():
        value = variables.get(name, {}).get("value")
        if value is not None and str(value) != expected:
            yield finding(
                "other_port",
                Severity.WARNING,
                f"{place}.env",
                f"{name} is not {expected}, the port that the rest of Seldon uses",
                _SEED,
            )
    yield from _memory(mapping(variables.get("MEMORY_REQUEST")), containers, place)


def _memory(
    variable: Mapping[str, Any], containers: Mapping[str, Mapping[str, Any]], path: str
) -> Iterator[Diagnostic]:
    """The agent advertises this number as the memory that models can have."""
    if not variable:
        return
    reference = mapping(mapping(variable.get("valueFrom")).get("resourceFieldRef"))
    name = reference.get("containerName")
    if not isinstance(name, str) or reference.get("resource") != "requests.memory":
        yield finding(
            "memory_request",
            Severity.WARNING,
            f"{path}.env",
            "MEMORY_REQUEST is not a reference to the memory request of the inference container",
            _SEED,
        )
    elif name not in containers:
        yield finding(
            "memory_request",
            Severity.ERROR,
            f"{path}.env",
            "MEMORY_REQUEST names a container that is not there: the pod would be refused",
            "rename the inference container and this containerName together",
        )
    elif "memory" not in mapping(mapping(containers[name].get("resources")).get("requests")):
        yield finding(
            "memory_request",
            Severity.ERROR,
            f"{path}.containers[{shown_name(name)}].resources.requests",
            "has no memory: the agent would advertise no room for models",
            "give the inference container a memory request",
        )


def _inference(containers: Mapping[str, Mapping[str, Any]], path: str) -> Iterator[Diagnostic]:
    others = [container for name, container in containers.items() if name not in SIDECARS]
    if others and not any(SERVER_METRICS_PORT in _port_names(container) for container in others):
        yield finding(
            "no_port",
            Severity.WARNING,
            f"{path}.containers",
            "no inference container has a port named server-metrics, which the PodMonitor scrapes",
            "name the metrics port of the inference server server-metrics",
        )


def _volumes(pod: Mapping[str, Any], claims: tuple[str, ...], path: str) -> Iterator[Diagnostic]:
    names = {str(volume.get("name")) for volume in mappings(pod.get("volumes"))} | set(claims)
    for container in [*mappings(pod.get("initContainers")), *mappings(pod.get("containers"))]:
        for mount in mappings(container.get("volumeMounts")):
            if str(mount.get("name")) not in names:
                yield finding(
                    "no_volume",
                    Severity.ERROR,
                    f"{path}.volumes",
                    f"container {shown_name(container.get('name'))} mounts {shown_name(mount.get('name'))},"
                    " which is neither a volume nor a volumeClaimTemplate",
                    "give mount and volume (or volumeClaimTemplate) the same name",
                )
    sources = {
        str(mapping(volume.get("configMap")).get("name")): str(volume.get("name"))
        for volume in mappings(pod.get("volumes"))
    }
    agents = [container for container in mappings(pod.get("containers")) if container.get("name") == "agent"]
    mounted = {
        (str(mount.get("name")), str(mount.get("mountPath")))
        for agent in agents
        for mount in mappings(agent.get("volumeMounts"))
    }
    for config_map, mount_path in CONFIG_MOUNTS:
        if agents and (sources.get(config_map, ""), mount_path) not in mounted:
            yield finding(
                "no_volume",
                Severity.WARNING,
                f"{path}.volumes",
                f"the agent has no ConfigMap {config_map} at {mount_path}",
                _SEED,
            )


def _pod(pod: Mapping[str, Any], containers: Mapping[str, Mapping[str, Any]], path: str) -> Iterator[Diagnostic]:
    if pod.get("serviceAccountName") != ACCOUNT:
        yield finding(
            "service_account",
            Severity.WARNING,
            f"{path}.serviceAccountName",
            "is not seldon-server, whose permissions the agent needs",
            "use seldon-server, or bind the Role agent-role to your ServiceAccount",
        )
    if any(mapping(container.get("lifecycle")).get("preStop") for container in containers.values()):
        grace = pod.get("terminationGracePeriodSeconds", 30)
        if isinstance(grace, int) and grace < DRAIN_SECONDS:
            yield finding(
                "short_grace",
                Severity.INFO,
                f"{path}.terminationGracePeriodSeconds",
                f"is {grace}, and draining takes up to 120",
                "set 120",
            )


def _port_names(container: Mapping[str, Any]) -> set[str]:
    return {str(port.get("name")) for port in mappings(container.get("ports"))}
