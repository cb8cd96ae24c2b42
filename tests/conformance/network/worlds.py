# SPDX-License-Identifier: GPL-3.0-or-later
"""Random namespaces, pods and NetworkPolicies from a small set of labels, ports and addresses, so that they match
often; and questions about them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from random import Random
from typing import Any

Json = dict[str, Any]
Where = tuple[str, str] | str

NAMESPACES = ("fraud", "prices", "platform")
KEYS = ("app", "tier", "kubernetes.io/metadata.name")
VALUES = ("a", "b", "fraud", "prices", "")
PORTS: Sequence[int | str] = (53, 80, 81, 9000, "http", "http", "dns", "dns")
NUMBERS = [port for port in PORTS if isinstance(port, int)]
PROTOCOLS = ("TCP", "UDP", "SCTP")
NODES = {"one": ["10.0.0.1", "fd00::1"], "two": ["10.0.0.2"]}
BLOCKS = (
    "0.0.0.0/0",
    "10.0.0.0/8",
    "10.0.0.0/30",
    "10.1.0.0/24",
    "10.1.0.5/29",
    "10.1.0.1/32",
    "::/0",
    "fd00::/16",
    "fd00:1::2/128",
    "192.0.2.0/24",
)
OUTSIDE = (
    "192.0.2.1",
    "10.0.0.1",
    "10.0.0.3",
    "10.1.0.4",
    "8.8.8.8",
    "fd00::1",
    "2001:db8::1",
    "10.1.0.0/30",
    "10.0.0.0/31",
    "192.0.2.0/25",
    "0.0.0.0/0",
    "fd00:1::/126",
    "10.0.0.0/8",
    "10.1.0.0/24",
    "fd00::/16",
)


@dataclass(frozen=True)
class Question:
    source: Where
    destination: Where
    port: int
    protocol: str


@dataclass
class World:
    """``broken`` maps the positions of policies that an API server refuses to whether their podSelector is valid."""

    namespaces: list[Json] = field(default_factory=list)
    pods: list[Json] = field(default_factory=list)
    policies: list[Json] = field(default_factory=list)
    broken: dict[int, bool] = field(default_factory=dict)


class Maker:
    """Draws from ``random``, which can be controlled by a search for small examples.

    Most worlds restrict one direction only, so that the other one does not hide it.
    """

    def __init__(self, random: Random) -> None:
        self._random = random
        self._direction = self._choose("ingress", "egress", "")

    def world(self) -> World:
        made = World()
        made.namespaces = [self._namespace(name) for name in NAMESPACES]
        made.pods = [self._pod(number) for number in range(self._random.randint(1, 5))]
        for number in range(self._random.randint(0, 6)):
            policy = self._policy(number)
            if self._often(0.06):
                policy, made.broken[number] = self._broken(policy)
            made.policies.append(policy)
        return made

    def questions(self, world: World, number: int) -> list[Question]:
        pods: list[Where] = [(pod["metadata"]["namespace"], pod["metadata"]["name"]) for pod in world.pods]
        asked = []
        for _ in range(number):
            ends = [
                self._choose(*pods),
                self._choose(*pods) if self._often(0.6) else self._choose(*OUTSIDE, *self._addresses(world)),
            ]
            self._random.shuffle(ends)
            asked.append(Question(ends[0], ends[1], self._choose(*NUMBERS), self._choose("TCP", "TCP", "UDP", "SCTP")))
        return asked

    def _often(self, chance: float = 0.5) -> bool:
        return self._random.random() < chance

    def _choose(self, *values: Any) -> Any:
        return self._random.choice(values)

    def _several(self, make: Callable[[], Any], most: int, fewest: int = 0) -> list[Any]:
        return [make() for _ in range(self._random.randint(fewest, most))]

    def _maybe(self, chance: float, **fields: Callable[[], Any]) -> Json:
        """Each field present or not, and sometimes present as null, which is the same as absent."""
        return {name: make() for name, make in fields.items() if self._often(chance)} | {
            name: None for name in fields if self._often(0.03)
        }

    @staticmethod
    def _addresses(world: World) -> list[str]:
        return [entry["ip"] for pod in world.pods for entry in pod["status"].get("podIPs", [])]

    def _labels(self) -> dict[str, str]:
        return {key: self._choose(*VALUES) for key in KEYS[:2] if self._often(0.6)}

    def _namespace(self, name: str) -> Json:
        labels = self._labels() | ({KEYS[2]: name} if self._often(0.3) else {})
        return {"metadata": {"name": name, **({"labels": labels} if self._often(0.9) else {})}}

    def _pod(self, number: int) -> Json:
        node = self._choose(*NODES)
        host = self._often(0.12)
        ips = [f"10.1.0.{number}", f"fd00:1::{number}"] if not host else NODES[node]
        shown = self._choose(ips, ips[:1], ips[-1:], []) if not host else ips
        status: Json = {
            "phase": self._choose("Running", "Running", "Running", "Running", "Pending", "Succeeded", "Failed")
        }
        if shown:
            status |= {"podIP": shown[0], "podIPs": [{"ip": ip} for ip in shown]}
        if self._often(0.8) or host:
            status |= {"hostIP": NODES[node][0], "hostIPs": [{"ip": ip} for ip in NODES[node]]}
        ports = [
            {
                "containerPort": self._choose(*NUMBERS),
                "name": name,
                **self._maybe(0.5, protocol=lambda: self._choose(*PROTOCOLS)),
            }
            for name in ("http", "dns")
            if self._often()
        ]
        containers: Json = {"containers": [{"name": "c", "ports": ports}]}
        if self._often(0.4):
            sidecar = {"name": "i", "ports": [{"containerPort": self._choose(*NUMBERS), "name": "http"}]}
            containers["initContainers"] = [sidecar | ({"restartPolicy": "Always"} if self._often() else {})]
        spec = {"nodeName": node, **containers, **({"hostNetwork": host} if host or self._often(0.2) else {})}
        return {
            "metadata": {
                "namespace": self._choose(*NAMESPACES, *NAMESPACES[:2]),
                "name": f"pod-{number}",
                "labels": self._labels(),
            },
            "spec": spec,
            "status": status,
        }

    def _selector(self) -> Json:
        return self._maybe(
            0.45, matchLabels=self._match_labels, matchExpressions=lambda: self._several(self._expression, 2)
        )

    def _match_labels(self) -> Json:
        key = self._choose(*KEYS)
        return {key: self._choose(*(NAMESPACES if key == KEYS[2] else VALUES[:2]))} if self._often(0.8) else {}

    def _expression(self) -> Json:
        operator = self._choose("In", "NotIn", "Exists", "DoesNotExist")
        values = (
            {"values": [self._choose(*VALUES) for _ in range(self._random.randint(1, 3))]}
            if operator in ("In", "NotIn")
            else {}
        )
        return {"key": self._choose(*KEYS), "operator": operator, **values}

    def _port(self) -> Json:
        made: Json = self._maybe(0.9, port=lambda: self._choose(*PORTS)) | self._maybe(
            0.5, protocol=lambda: self._choose(*PROTOCOLS)
        )
        if isinstance(made.get("port"), int) and self._often(0.3):
            made["endPort"] = self._random.randint(made["port"], 65535)
        return made

    def _peer(self) -> Json:
        if self._often(0.35):
            cidr = self._choose(*BLOCKS)
            inner = {
                "0.0.0.0/0": ["10.0.0.0/8", "10.1.0.0/30"],
                "10.0.0.0/8": ["10.1.0.0/24", "10.1.0.2/32"],
                "10.1.0.0/24": ["10.1.0.1/32"],
                "::/0": ["fd00::/16"],
            }
            excepted = inner.get(cidr, [])
            return {
                "ipBlock": {
                    "cidr": cidr,
                    **({"except": excepted[: self._random.randint(0, 2)]} if self._often() else {}),
                }
            }
        made = self._maybe(0.6, podSelector=self._selector, namespaceSelector=self._selector)
        return made if any(value is not None for value in made.values()) else {"podSelector": {}}

    def _rule(self, peers: str) -> Json:
        few = 0 if self._often(0.1) else 1
        return self._maybe(0.9, **{peers: lambda: self._several(self._peer, 2, few)}) | self._maybe(
            0.7, ports=lambda: self._several(self._port, 2, few)
        )

    def _policy(self, number: int) -> Json:
        spec = {"podSelector": self._selector()} if self._often(0.95) else {}
        rules = {
            "ingress": lambda: self._several(lambda: self._rule("from"), 2),
            "egress": lambda: self._several(lambda: self._rule("to"), 2),
        }
        if self._direction:
            spec |= {self._direction: rules[self._direction](), "policyTypes": [self._direction.capitalize()]}
        else:
            spec |= self._maybe(0.6, **rules)
            spec |= self._maybe(
                0.6,
                policyTypes=lambda: self._choose(
                    ["Ingress"], ["Egress"], ["Ingress", "Egress"], ["Egress", "Ingress"], []
                ),
            )
        metadata = {"namespace": self._choose(*NAMESPACES[:2]), "name": f"policy-{number}"}
        return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata, "spec": spec}

    def _broken(self, policy: Json) -> tuple[Json, bool]:
        """The policy with one fault that the API server refuses, and whether its podSelector is valid."""
        spoiled = deepcopy(policy)
        spec = spoiled["spec"]
        if self._often(0.25):
            spec["podSelector"] = self._choose(
                {"matchExpressions": [{"key": "app", "operator": "In", "values": []}]},
                {"matchLabels": {"app": 1}},
                {"matchLabel": {}},
                "all",
            )
            return spoiled, False
        field_name, peers = self._choose(("ingress", "from"), ("egress", "to"))
        rule = self._choose(
            {peers: [{}]},
            {peers: [{"ipBlock": {"cidr": "10.0.0.0/33"}}]},
            {peers: [{"ipBlock": {"cidr": "10.0.0.0/8", "except": ["11.0.0.0/9"]}}]},
            {peers: [{"ipBlock": {"cidr": "10.0.0.0/8"}, "podSelector": {}}]},
            {peers: {}},
            {"ports": [{"port": 0}]},
            {"ports": [{"port": "http", "endPort": 80}]},
            {"ports": [{"port": 80, "endPort": 79}]},
            {"ports": [{"protocol": "tcp"}]},
            {"toFrom": []},
        )
        spec[field_name] = [*(spec.get(field_name) or []), rule]
        return spoiled, True
