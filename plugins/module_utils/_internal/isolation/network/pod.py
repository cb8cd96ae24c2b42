# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Pods as the network sees them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ...kube.objects import mapping, mappings
from ...kube.selector import Labels, read_labels
from ...kube.types import KubeObject
from .address import Address, read_address
from .ports import NamedPorts

_ENDED = ("Succeeded", "Failed")


class PodKey(NamedTuple):
    """Which pod."""

    namespace: str
    name: str

    def __str__(self) -> str:
        return f"pod {self.namespace}/{self.name}"


@dataclass(frozen=True)
class Pod:
    """``addresses`` are empty as long as it has none. ``node_addresses`` are those of its node.

    A pod in the network of its node (``host_network``) has the node's addresses: no policy selects it, and its peers
    see the node.
    """

    key: PodKey
    labels: Labels = Labels()
    addresses: tuple[Address, ...] = ()
    node: str = ""
    node_addresses: tuple[Address, ...] = ()
    host_network: bool = False
    ended: bool = False
    named_ports: NamedPorts = field(default_factory=dict)


def read_pod(obj: KubeObject) -> Pod | None:
    """None where it has no name or no namespace. Any other field of a wrong type counts as unknown."""
    metadata, spec, status = (mapping(mapping(obj).get(part)) for part in ("metadata", "spec", "status"))
    namespace, name = metadata.get("namespace"), metadata.get("name")
    if not isinstance(namespace, str) or not isinstance(name, str) or not namespace or not name:
        return None
    node_name = spec.get("nodeName")
    return Pod(
        key=PodKey(namespace, name),
        labels=read_labels(metadata.get("labels")),
        addresses=_addresses(status, "podIPs", "podIP"),
        node=node_name if isinstance(node_name, str) else "",
        node_addresses=_addresses(status, "hostIPs", "hostIP"),
        host_network=spec.get("hostNetwork") is True,
        ended=status.get("phase") in _ENDED,
        named_ports=_named_ports(spec),
    )


def _addresses(status: Mapping[str, Any], plural: str, single: str) -> tuple[Address, ...]:
    texts = [entry.get("ip") for entry in mappings(status.get(plural))] or [status.get(single)]
    return tuple(address for address in map(read_address, texts) if address is not None)


def _named_ports(spec: Mapping[str, Any]) -> dict[tuple[str, str], set[int]]:
    """Of containers, and of init containers that go on running beside them."""
    running = [
        container for container in mappings(spec.get("initContainers")) if container.get("restartPolicy") == "Always"
    ]
    found: dict[tuple[str, str], set[int]] = {}
    for container in [*mappings(spec.get("containers")), *running]:
        for port in mappings(container.get("ports")):
            name, number, protocol = port.get("name"), port.get("containerPort"), port.get("protocol") or "TCP"
            if (
                isinstance(name, str)
                and isinstance(protocol, str)
                and isinstance(number, int)
                and not isinstance(number, bool)
            ):
                found.setdefault((name, protocol), set()).add(number)
    return found
