# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who may be at the other end of a connection: groups of planned pods, and one for each peer that a policy names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ...isolation.network.evaluate import Where
from ...isolation.network.pod import PodKey, read_pod
from ...isolation.network.policy import Peer, Policy
from ...isolation.network.world import NAMESPACE_NAME
from ...kube.selector import Labels, Selector
from ...kube.types import KubeObject
from .flows import End, Port
from .representative import address_in, labels_for
from .text import labels_text, named

MOST_GROUPS = 20
"""Of pods that policies tell apart: more are not judged."""
ANY_NAMESPACE, ANY_ADDRESS = End("any namespace"), End("any address outside")
STRANGER = PodKey("(any other namespace)", str(ANY_NAMESPACE))
"""Its namespace has no name that a selector could hold."""

_SECOND = " (another)"


@dataclass(frozen=True)
class Party:
    """``where`` it is; ``title`` names it within a sentence.

    ``within``: the title of a party that it is part of. ``asked``: the only port that matters, if it is only one.
    """

    title: End
    where: Where
    namespace_labels: Mapping[str, str] = field(default_factory=dict)
    pod_labels: Mapping[str, str] = field(default_factory=dict)
    within: End | None = None
    asked: Port | None = None

    def objects(self) -> tuple[list[KubeObject], list[KubeObject]]:
        """Its namespace and its pod."""
        if isinstance(self.where, str):
            return [], []
        namespace = {"metadata": {"name": self.where.namespace, "labels": dict(self.namespace_labels)}}
        return [namespace], [
            {"metadata": {"namespace": self.where.namespace, "name": self.where.name, "labels": dict(self.pod_labels)}}
        ]


@dataclass(frozen=True)
class Group:
    """Pods that no policy tells apart. ``first`` and ``second`` represent them: two, because pods of one group connect to
    each other too.
    """

    title: End
    first: KubeObject
    labels: Labels
    ports: tuple[int, ...]

    @property
    def second(self) -> KubeObject:
        return {**self.first, "metadata": {**self.first["metadata"], "name": self.first["metadata"]["name"] + _SECOND}}

    @property
    def source(self) -> PodKey:
        return PodKey(self.first["metadata"]["namespace"], self.first["metadata"]["name"])

    @property
    def destination(self) -> PodKey:
        return PodKey(self.source.namespace, self.source.name + _SECOND)


def groups_of(pods: Iterable[KubeObject], policies: Sequence[Policy]) -> list[Group]:
    """In the order of the pods, without those in the network of their node: no policy is about these."""
    keys = set(_keys(policies))
    alike: dict[object, list[tuple[KubeObject, Labels, tuple[int, ...]]]] = {}
    for obj in pods:
        pod = read_pod(obj)
        if pod is None or pod.host_network:
            continue
        ports = tuple(sorted({number for numbers in pod.named_ports.values() for number in numbers}))
        told = tuple(sorted((key, value) for key, value in pod.labels.values.items() if key in keys))
        signature = (
            told,
            pod.labels.complete,
            ports,
            tuple(sorted((name, tuple(numbers)) for name, numbers in pod.named_ports.items())),
        )
        alike.setdefault(signature, []).append((obj, pod.labels, ports))
    return [
        Group(End(named((obj["metadata"]["name"] for obj, _labels, _ports in pods), 3)), *pods[0])
        for pods in alike.values()
    ]


def party_of(peer: Peer, policy: Policy) -> Party | None:
    """One that the peer lets in or out. None for pods of the policy's own namespace, and where there cannot be one."""
    if peer.block is not None:
        address = address_in(peer.block)
        return None if address is None else Party(End(str(peer.block.cidr)), str(address), within=ANY_ADDRESS)
    if peer.namespaces is None:
        return None
    namespace, pod = labels_for(peer.namespaces), labels_for(peer.pods)
    if namespace is None or pod is None:
        return None
    name = namespace.get(NAMESPACE_NAME, "")
    others = {key: value for key, value in namespace.items() if key != NAMESPACE_NAME}
    if name == policy.namespace:
        return None
    whose = End(f"namespace {name}") if name else End(labels=labels_text(others)) if others else ANY_NAMESPACE
    title = End(f"pods {labels_text(pod)} of {whose}") if pod else whose
    place = name or (f"({whose})" if others else STRANGER.namespace)
    within = None if title == ANY_NAMESPACE else ANY_NAMESPACE
    return Party(title, PodKey(place, str(title)), others, pod, within)


def _keys(policies: Iterable[Policy]) -> Iterator[str]:
    for policy in policies:
        selectors = [policy.pods or Selector()]
        selectors += [peer.pods for rules in policy.rules.values() for rule in rules for peer in rule.peers]
        yield from (requirement.key for selector in selectors for requirement in selector.requirements)
