# SPDX-License-Identifier: GPL-3.0-or-later
"""The same questions answered by brute force, from the API's documentation, sharing no code with the evaluator.

First every policy is expanded to the form that the API server stores. Then each question is asked in every cluster that
the world can describe: with each unreadable policy absent, forbidding everything and allowing everything, and with each
unknown address inside and outside of every block. The answer is unknown unless all of them agree.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from itertools import product
from typing import Any

from .worlds import Json, Question, Where, World

ANY = object()


def answer(world: World, question: Question) -> str:
    """allowed, denied or unknown."""
    block = next((end for end in (question.source, question.destination) if isinstance(end, str) and "/" in end), None)
    if block is not None:
        parts = {answer(world, _with(question, block, address)) for address in _interesting(world, block)}
        return parts.pop() if len(parts) == 1 else "unknown"
    found = {_may(cluster, question) for cluster in _clusters(world)}
    return "unknown" if len(found) == 2 else "allowed" if found.pop() else "denied"


def _with(question: Question, block: str, address: str) -> Question:
    source, destination = (address + "/" if end == block else end for end in (question.source, question.destination))
    return Question(_as_address(source), _as_address(destination), question.port, question.protocol)


def _as_address(end: Where) -> Where:
    # The slash marks an address that is not that of a pod, even if a pod has the same one.
    return "=" + end[:-1] if isinstance(end, str) and end.endswith("/") else end


def _bits(address: str) -> str:
    """An address as a string of ones and zeros; its length depends on the IP version."""
    if ":" in address:
        head, _, tail = address.partition("::")
        before, after = [part for part in head.split(":") if part], [part for part in tail.split(":") if part]
        groups = [*before, *["0"] * (8 - len(before) - len(after)), *after] if "::" in address else before
        return "".join(format(int(group, 16), "016b") for group in groups)
    return "".join(format(int(part), "08b") for part in address.split("."))


def _text(bits: str) -> str:
    if len(bits) == 32:
        return ".".join(str(int(bits[at : at + 8], 2)) for at in range(0, 32, 8))
    return ":".join(format(int(bits[at : at + 16], 2), "x") for at in range(0, 128, 16))


def _inside(address: str, cidr: str) -> bool:
    base, _, length = cidr.partition("/")
    mine, theirs = _bits(address), _bits(base)
    return len(mine) == len(theirs) and mine[: int(length)] == theirs[: int(length)]


def _interesting(world: World, block: str) -> list[str]:
    """Addresses of the block directly inside and outside of every block of the world."""
    texts = [block]
    for policy in world.policies:
        texts += _cidrs(policy)
    texts += [
        f"{entry['ip']}/{128 if ':' in entry['ip'] else 32}"
        for pod in world.pods
        for entry in pod["status"].get("hostIPs", [])
    ]
    found = set()
    for text in texts:
        base, _, length = text.partition("/")
        bits = _bits(base)
        if not length.isdigit() or int(length) > len(bits):
            continue
        low, high = (int(bits[: int(length)].ljust(len(bits), fill) or fill, 2) for fill in "01")
        for number in (low - 1, low, high, high + 1):
            if 0 <= number < 2 ** len(bits):
                address = _text(format(number, f"0{len(bits)}b"))
                if _inside(address, block):
                    found.add(address)
    return sorted(found)


def _cidrs(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, entry in value.items():
            if key == "cidr":
                yield entry
            elif key == "except":
                yield from entry or []
            else:
                yield from _cidrs(entry)
    elif isinstance(value, list):
        for entry in value:
            yield from _cidrs(entry)


def _stored(policy: Json) -> Json:
    """The policy with the API server's defaults, and without nulls."""
    spec = _without_nulls(deepcopy(policy["spec"]))
    spec.setdefault("podSelector", {})
    spec.setdefault("ingress", [])
    spec.setdefault("egress", [])
    if not spec.get("policyTypes"):
        spec["policyTypes"] = ["Ingress"] + (["Egress"] if spec["egress"] else [])
    for rule in [*spec["ingress"], *spec["egress"]]:
        for port in rule.get("ports", []):
            port.setdefault("protocol", "TCP")
    return {"namespace": policy["metadata"]["namespace"], **spec}


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nulls(entry) for key, entry in value.items() if entry is not None}
    return [_without_nulls(entry) for entry in value] if isinstance(value, list) else value


def _clusters(world: World) -> Iterator[Json]:
    sound = [_stored(policy) for number, policy in enumerate(world.policies) if number not in world.broken]
    choices = []
    for number, selector_is_sound in world.broken.items():
        policy = world.policies[number]
        selector = _without_nulls(policy["spec"].get("podSelector") or {}) if selector_is_sound else {}
        closed = {
            "namespace": policy["metadata"]["namespace"],
            "podSelector": selector,
            "policyTypes": ["Ingress", "Egress"],
            "ingress": [],
            "egress": [],
        }
        choices.append([None, closed, {**closed, "ingress": [{}], "egress": [{}]}])
    namespaces = {
        entry["metadata"]["name"]: {
            **entry["metadata"].get("labels", {}),
            "kubernetes.io/metadata.name": entry["metadata"]["name"],
        }
        for entry in world.namespaces
    }
    for guess in (True, False):
        for chosen in product(*choices):
            yield {
                "namespaces": namespaces,
                "pods": world.pods,
                "policies": sound + [policy for policy in chosen if policy],
                "guess": guess,
            }


def _may(cluster: Json, question: Question) -> bool:
    source, destination = (_pod_at(cluster, end) for end in (question.source, question.destination))
    pods = [pod for pod in (source, destination) if isinstance(pod, dict)]
    if any(pod["status"]["phase"] in ("Succeeded", "Failed") for pod in pods):
        return False
    if source is destination:
        return True
    return any(
        _side(cluster, "egress", source, one, destination, other, question, destination)
        and _side(cluster, "ingress", destination, other, source, one, question, destination)
        for one in _addresses(source)
        for other in _addresses(destination)
        if ANY in (one, other) or len(_bits(one)) == len(_bits(other))
    )


def _pod_at(cluster: Json, end: Where) -> Json | str:
    for pod in cluster["pods"]:
        if isinstance(end, tuple):
            if (pod["metadata"]["namespace"], pod["metadata"]["name"]) == end:
                return pod
        elif (
            end in [entry["ip"] for entry in pod["status"].get("podIPs", [])]
            and not _on_host(pod)
            and pod["status"]["phase"] not in ("Succeeded", "Failed")
        ):
            return pod
    assert isinstance(end, str)
    return end.lstrip("=")


def _on_host(end: Json | str) -> bool:
    return isinstance(end, dict) and end["spec"].get("hostNetwork", False)


def _addresses(end: Json | str) -> list[Any]:
    if isinstance(end, str):
        return [end]
    return [entry["ip"] for entry in end["status"].get("podIPs", [])] or [ANY]


def _side(
    cluster: Json,
    direction: str,
    pod: Json | str,
    _address: Any,
    peer: Json | str,
    peer_address: Any,
    question: Question,
    destination: Json | str,
) -> bool:
    if isinstance(pod, str) or _on_host(pod):
        return True
    if isinstance(peer, str) or _on_host(peer):
        if isinstance(peer, dict) and peer["spec"]["nodeName"] == pod["spec"]["nodeName"]:
            return True
        if peer_address is not ANY and _bits(peer_address) in [
            _bits(entry["ip"]) for entry in pod["status"].get("hostIPs", [])
        ]:
            return True
    labels, namespace = pod["metadata"]["labels"], pod["metadata"]["namespace"]
    mine = [
        p
        for p in cluster["policies"]
        if p["namespace"] == namespace
        and direction.capitalize() in p["policyTypes"]
        and _matches(p["podSelector"], labels)
    ]
    if not mine:
        return True
    rules = [(policy, rule) for policy in mine for rule in policy[direction]]
    return any(
        _port_matches(rule.get("ports") or [{"any": True}], question, destination)
        and _peer_matches(cluster, policy, rule.get("from" if direction == "ingress" else "to"), peer, peer_address)
        for policy, rule in rules
    )


def _port_matches(ports: list[Json], question: Question, destination: Json | str) -> bool:
    permitted: set[tuple[int, str]] = set()
    asked = (question.port, question.protocol)
    for entry in ports:
        if "any" in entry:
            return True
        port, protocol = entry.get("port"), entry["protocol"]
        if port is None:
            permitted |= {(question.port, protocol)}
        elif isinstance(port, int):
            permitted |= {
                (number, protocol) for number in range(port, entry.get("endPort", port) + 1) if number == question.port
            }
        elif isinstance(destination, dict) and not _on_host(destination):
            permitted |= {
                (number, kind) for name, number, kind in _named(destination) if name == port and kind == protocol
            }
    return asked in permitted


def _named(pod: Json) -> list[tuple[str, int, str]]:
    containers = pod["spec"]["containers"] + [
        c for c in pod["spec"].get("initContainers", []) if c.get("restartPolicy") == "Always"
    ]
    return [(p["name"], p["containerPort"], p.get("protocol") or "TCP") for c in containers for p in c["ports"]]


def _peer_matches(cluster: Json, policy: Json, peers: list[Json] | None, end: Json | str, address: Any) -> bool:
    if not peers:
        return True
    for peer in peers:
        if "ipBlock" in peer:
            block = peer["ipBlock"]
            if address is ANY:
                if cluster["guess"]:
                    return True
            elif _inside(address, block["cidr"]) and not [
                cidr for cidr in block.get("except", []) if _inside(address, cidr)
            ]:
                return True
        elif isinstance(end, dict) and not _on_host(end):
            home = end["metadata"]["namespace"]
            namespaces = (
                [name for name, labels in cluster["namespaces"].items() if _matches(peer["namespaceSelector"], labels)]
                if "namespaceSelector" in peer
                else [policy["namespace"]]
            )
            if home in namespaces and _matches(peer.get("podSelector", {}), end["metadata"]["labels"]):
                return True
    return False


def _matches(selector: Json, labels: Json) -> bool:
    for key, value in selector.get("matchLabels", {}).items():
        if (key, value) not in labels.items():
            return False
    for expression in selector.get("matchExpressions", []):
        key, operator = expression["key"], expression["operator"]
        if operator == "In" and not (key in labels and labels[key] in expression["values"]):
            return False
        if operator == "NotIn" and key in labels and labels[key] in expression["values"]:
            return False
        if operator == "Exists" and key not in labels:
            return False
        if operator == "DoesNotExist" and key in labels:
            return False
    return True
