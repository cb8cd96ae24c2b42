# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""NetworkPolicies of networking.k8s.io/v1, read once.

An absent field differs from an empty one: no peers and no ports mean all of them, no rules mean none, and an absent
selector in a peer means that the other one alone decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from ...kube.malformed import Malformed, read_list, read_mapping, refuse_unknown
from ...kube.selector import Selector, read_selector
from .address import Block, read_block
from .ports import Ports, read_ports

API_GROUP = "networking.k8s.io"


class Direction(str, Enum):
    """Seen from the pod that a policy selects."""

    INGRESS = "Ingress"
    EGRESS = "Egress"


@dataclass(frozen=True)
class Peer:
    """Either a block, or pods: those that ``pods`` selects in the namespaces that ``namespaces`` selects.

    Without ``namespaces`` it is the policy's own namespace.
    """

    block: Block | None = None
    pods: Selector = Selector()
    namespaces: Selector | None = None


@dataclass(frozen=True)
class Rule:
    """Any of the peers at any of the ports. ``peers`` and ``ports`` are all there are when empty. ``path`` is such as
    ``ingress[0]``.
    """

    path: str
    peers: tuple[Peer, ...] = ()
    ports: tuple[Ports, ...] = ()


@dataclass(frozen=True)
class Policy:
    """``rules`` holds the directions that the policy restricts, and what it allows there.

    With a ``fault`` it is not known what it restricts or allows; ``pods`` still says which pods it is about, if it can
    be read. ``namespace`` is empty where it cannot be told.
    """

    namespace: str
    name: str
    pods: Selector | None
    rules: Mapping[Direction, tuple[Rule, ...]]
    fault: str = ""

    @property
    def title(self) -> str:
        return f"NetworkPolicy {self.namespace}/{self.name}"


def read_policy(obj: object) -> Policy:
    """Any object: what the API server would refuse becomes a fault."""
    namespace = name = ""
    pods: Selector | None = None
    try:
        given = read_mapping(obj, "the object")
        metadata = read_mapping(given.get("metadata"), "metadata")
        name = _text(metadata.get("name"), "metadata.name")
        namespace = _text(metadata.get("namespace"), "metadata.namespace")
        if (given.get("apiVersion"), given.get("kind")) != (f"{API_GROUP}/v1", "NetworkPolicy"):
            raise Malformed("kind", f"is not NetworkPolicy of {API_GROUP}/v1")
        spec = read_mapping(given.get("spec"), "spec")
        pods = read_selector(spec.get("podSelector"), "spec.podSelector")
        refuse_unknown(spec, "spec", ("podSelector", "policyTypes", "ingress", "egress"))
        rules = {Direction.INGRESS: _rules(spec, "ingress", "from"), Direction.EGRESS: _rules(spec, "egress", "to")}
        return Policy(
            namespace,
            name,
            pods,
            {direction: rules[direction] for direction in _directions(spec, bool(rules[Direction.EGRESS]))},
        )
    except Malformed as fault:
        return Policy(namespace, name, pods, {}, str(fault))


def _directions(spec: Mapping[str, Any], has_egress_rules: bool) -> list[Direction]:
    """policyTypes. By default a policy restricts ingress, and egress only if it has a rule for it."""
    given = read_list(spec.get("policyTypes"), "spec.policyTypes")
    if not given:
        return [Direction.INGRESS, Direction.EGRESS] if has_egress_rules else [Direction.INGRESS]
    if len(given) > len(Direction):
        raise Malformed("spec.policyTypes", "has more than two entries")
    try:
        return [Direction(entry) for entry in given]
    except ValueError:
        raise Malformed("spec.policyTypes", "has an entry that is neither Ingress nor Egress") from None


def _rules(spec: Mapping[str, Any], field: str, peers: str) -> tuple[Rule, ...]:
    found = []
    for position, entry in enumerate(read_list(spec.get(field), f"spec.{field}")):
        path = f"{field}[{position}]"
        given = read_mapping(entry, f"spec.{path}")
        refuse_unknown(given, f"spec.{path}", (peers, "ports"))
        listed = enumerate(read_list(given.get(peers), f"spec.{path}.{peers}"))
        read = tuple(_peer(peer, f"spec.{path}.{peers}[{number}]") for number, peer in listed)
        found.append(Rule(path, read, read_ports(given.get("ports"), f"spec.{path}.ports")))
    return tuple(found)


def _peer(value: object, path: str) -> Peer:
    given = {key: entry for key, entry in read_mapping(value, path).items() if entry is not None}
    refuse_unknown(given, path, ("podSelector", "namespaceSelector", "ipBlock"))
    if not given:
        raise Malformed(path, "names no peer")
    if "ipBlock" in given:
        if len(given) > 1:
            raise Malformed(path, "has an ipBlock together with a selector")
        return Peer(block=read_block(given["ipBlock"], f"{path}.ipBlock"))
    namespaces = (
        read_selector(given["namespaceSelector"], f"{path}.namespaceSelector") if "namespaceSelector" in given else None
    )
    return Peer(None, read_selector(given.get("podSelector"), f"{path}.podSelector"), namespaces)


def _text(value: object, path: str) -> str:
    if not isinstance(value, str) or not value:
        raise Malformed(path, "is missing")
    return value
